// Command webhook runs the admission code of KServe itself, without a cluster: the proof's other half.
//
// It reads one manifest a line as JSON and answers each with a line: the object as the mutating webhook of
// InferenceServices leaves it (other kinds as they are), and what the validating webhook of its kind says against it.
// A line of the kind Reading is answered with the pod of a model as the mutating webhook of pods leaves it.
// The settings are those of KServe's chart with the default mode Standard, which is how the platform installs it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime/debug"

	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kserve/kserve/pkg/apis/serving/v1alpha1"
	"github.com/kserve/kserve/pkg/apis/serving/v1beta1"
	"github.com/kserve/kserve/pkg/webhook/admission/servingruntime"
)

type answer struct {
	Object any    `json:"object"`
	Error  string `json:"error"`
}

// kind is an empty object of it, and its validator.
type kind struct {
	object    func() runtime.Object
	validator webhook.CustomValidator
}

var kinds = map[string]kind{
	"serving.kserve.io/v1beta1/InferenceService": {
		func() runtime.Object { return &v1beta1.InferenceService{} }, &v1beta1.InferenceServiceValidator{}},
	"serving.kserve.io/v1alpha1/InferenceGraph": {
		func() runtime.Object { return &v1alpha1.InferenceGraph{} }, &v1alpha1.InferenceGraphValidator{}},
	"serving.kserve.io/v1alpha1/TrainedModel": {
		func() runtime.Object { return &v1alpha1.TrainedModel{} }, &v1alpha1.TrainedModelValidator{}},
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		if err := answers.Encode(admit(lines.Bytes())); err != nil {
			panic(err)
		}
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
}

func admit(manifest []byte) (result answer) {
	defer func() {
		if fault := recover(); fault != nil {
			result = answer{Error: fmt.Sprintf("panic: %v", fault)}
		}
	}()
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := json.Unmarshal(manifest, &head); err != nil {
		return answer{Error: err.Error()}
	}
	if handler, ok := runtimes()[head.Kind]; ok {
		return answer{Object: json.RawMessage(manifest), Error: refusal(handler, manifest)}
	}
	if head.Kind == Reading {
		object, err := read(manifest)
		if err != nil {
			return answer{Error: err.Error()}
		}
		return answer{Object: object}
	}
	name := head.APIVersion + "/" + head.Kind
	known, ok := kinds[name]
	if !ok {
		return answer{Error: "no validator for " + name}
	}
	object := known.object()
	if err := json.Unmarshal(manifest, object); err != nil {
		return answer{Error: err.Error()}
	}
	if service, ok := object.(*v1beta1.InferenceService); ok {
		mutate(service)
	}
	result.Object = object
	if _, err := known.validator.ValidateCreate(context.Background(), object); err != nil {
		result.Error = err.Error()
	}
	return result
}

// mutate calls the method by reflection: releases differ in how many lists of cached models it takes, none here.
func mutate(service *v1beta1.InferenceService) {
	method := reflect.ValueOf(service).MethodByName("DefaultInferenceService")
	arguments := []reflect.Value{
		reflect.ValueOf(&v1beta1.InferenceServicesConfig{
			Explainers: v1beta1.ExplainersConfig{ARTExplainer: v1beta1.ExplainerConfig{DefaultImageVersion: release()}},
			Resource:   v1beta1.ResourceConfig{CPULimit: "1", MemoryLimit: "2Gi", CPURequest: "1", MemoryRequest: "2Gi"},
		}),
		reflect.ValueOf(&v1beta1.DeployConfig{DefaultDeploymentMode: "Standard"}),
		reflect.ValueOf(&v1beta1.SecurityConfig{AutoMountServiceAccountToken: true}),
	}
	for len(arguments) < method.Type().NumIn() {
		arguments = append(arguments, reflect.Zero(method.Type().In(len(arguments))))
	}
	method.Call(arguments)
}

// release is the version of KServe that this program was built with; the chart gives the ART explainer the same.
func release() string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/kserve/kserve" {
				return module.Version
			}
		}
	}
	panic("built without modules")
}

// alone is a cluster with no runtime in it.
type alone struct{ client.Client }

func (alone) List(context.Context, client.ObjectList, ...client.ListOption) error { return nil }

func runtimes() map[string]admission.Handler {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		panic(err)
	}
	decoder := admission.NewDecoder(scheme)
	return map[string]admission.Handler{
		"ServingRuntime":        &servingruntime.ServingRuntimeValidator{Client: alone{}, Decoder: decoder},
		"ClusterServingRuntime": &servingruntime.ClusterServingRuntimeValidator{Client: alone{}, Decoder: decoder},
	}
}

func refusal(handler admission.Handler, manifest []byte) string {
	request := admissionv1.AdmissionRequest{Object: runtime.RawExtension{Raw: manifest}}
	response := handler.Handle(context.Background(), admission.Request{AdmissionRequest: request})
	if response.Allowed {
		return ""
	}
	return response.Result.Message
}
