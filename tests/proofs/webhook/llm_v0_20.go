//go:build v0_20

package main

import (
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kserve/kserve/pkg/apis/serving/v1alpha1"
	"github.com/kserve/kserve/pkg/apis/serving/v1alpha2"
)

func init() {
	kinds["serving.kserve.io/v1alpha1/LLMInferenceService"] = kind{
		func() runtime.Object { return &v1alpha1.LLMInferenceService{} }, &v1alpha1.LLMInferenceServiceValidator{}}
	kinds["serving.kserve.io/v1alpha2/LLMInferenceService"] = kind{
		func() runtime.Object { return &v1alpha2.LLMInferenceService{} }, &v1alpha2.LLMInferenceServiceValidator{}}
	kinds["serving.kserve.io/v1alpha2/LLMInferenceServiceConfig"] = kind{
		func() runtime.Object { return &v1alpha2.LLMInferenceServiceConfig{} }, &v1alpha2.LLMInferenceServiceConfigValidator{}}
}
