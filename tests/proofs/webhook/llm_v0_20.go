//go:build v0_20

package main

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kserve/kserve/pkg/apis/serving/v1alpha1"
	"github.com/kserve/kserve/pkg/apis/serving/v1alpha2"
	"github.com/kserve/kserve/pkg/controller/v1alpha2/llmisvc"
)

func init() {
	kinds["serving.kserve.io/v1alpha1/LLMInferenceService"] = kind{
		func() runtime.Object { return &v1alpha1.LLMInferenceService{} }, &v1alpha1.LLMInferenceServiceValidator{}}
	kinds["serving.kserve.io/v1alpha1/LLMInferenceServiceConfig"] = kind{
		func() runtime.Object { return &v1alpha1.LLMInferenceServiceConfig{} },
		&v1alpha1.LLMInferenceServiceConfigValidator{ConfigValidationFunc: converted}}
	kinds["serving.kserve.io/v1alpha2/LLMInferenceService"] = kind{
		func() runtime.Object { return &v1alpha2.LLMInferenceService{} }, &v1alpha2.LLMInferenceServiceValidator{}}
	kinds["serving.kserve.io/v1alpha2/LLMInferenceServiceConfig"] = kind{
		func() runtime.Object { return &v1alpha2.LLMInferenceServiceConfig{} },
		&v1alpha2.LLMInferenceServiceConfigValidator{ConfigValidationFunc: filledIn}}
}

// filledIn is what KServe's main program hands to the validator: the templates of a config, run over a sample.
func filledIn(_ context.Context, config *v1alpha2.LLMInferenceServiceConfig) error {
	_, err := llmisvc.ReplaceVariables(llmisvc.LLMInferenceServiceSample(), config, &llmisvc.Config{})
	return err
}

func converted(ctx context.Context, config *v1alpha1.LLMInferenceServiceConfig) error {
	newer := &v1alpha2.LLMInferenceServiceConfig{}
	if err := config.ConvertTo(newer); err != nil {
		return err
	}
	return filledIn(ctx, newer)
}
