//go:build !v0_20

package main

import (
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kserve/kserve/pkg/apis/serving/v1alpha1"
	"github.com/kserve/kserve/pkg/controller/v1alpha1/llmisvc/validation"
)

func init() {
	kinds["serving.kserve.io/v1alpha1/LLMInferenceService"] = kind{
		func() runtime.Object { return &v1alpha1.LLMInferenceService{} }, &validation.LLMInferenceServiceValidator{}}
}
