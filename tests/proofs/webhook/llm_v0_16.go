//go:build !v0_20

package main

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	client "k8s.io/client-go/kubernetes/typed/core/v1"

	"github.com/kserve/kserve/pkg/apis/serving/v1alpha1"
	"github.com/kserve/kserve/pkg/controller/v1alpha1/llmisvc/validation"
)

func init() {
	kinds["serving.kserve.io/v1alpha1/LLMInferenceService"] = kind{
		func() runtime.Object { return &v1alpha1.LLMInferenceService{} }, &validation.LLMInferenceServiceValidator{}}
	kinds["serving.kserve.io/v1alpha1/LLMInferenceServiceConfig"] = kind{
		func() runtime.Object { return &v1alpha1.LLMInferenceServiceConfig{} },
		&validation.LLMInferenceServiceConfigValidator{ClientSet: settled{}}}
}

// settled is a cluster with nothing in it but KServe's settings.
type settled struct{ kubernetes.Interface }
type core struct{ client.CoreV1Interface }
type settings struct{ client.ConfigMapInterface }

func (settled) CoreV1() client.CoreV1Interface           { return core{} }
func (core) ConfigMaps(string) client.ConfigMapInterface { return settings{} }
func (settings) Get(context.Context, string, metav1.GetOptions) (*corev1.ConfigMap, error) {
	return &corev1.ConfigMap{Data: map[string]string{
		"credentials": `{}`,
		"ingress":     `{"ingressGateway": "a/b", "kserveIngressGateway": "a/b", "ingressDomain": "example.com"}`,
		"storageInitializer": `{"memoryRequest": "1", "memoryLimit": "1", "cpuRequest": "1", "cpuLimit": "1",
			"cpuModelcar": "1", "memoryModelcar": "1"}`,
	}}, nil
}
