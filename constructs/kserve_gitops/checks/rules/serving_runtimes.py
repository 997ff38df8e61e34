"""ServingRuntimes: fields that nothing reads where models run without ModelMesh."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree

_OF_MODELMESH = ("grpcEndpoint", "grpcDataEndpoint", "httpDataEndpoint", "replicas", "storageHelper", "builtInAdapter")


@rule("KG169")
def idle_runtime(tree: Tree) -> Iterator[Mistake]:
    """A runtime that no model can use, or with fields that nothing reads.

    KServe gives a runtime only to models of a format that it lists, even where the model names the runtime.
    `replicas`, the endpoints, `storageHelper` and `builtInAdapter` are for ModelMesh; replicas of a model stand in its
    InferenceService.

    Fix: list `supportedModelFormats`; take the fields of ModelMesh away, or say `multiModel: true` where they
    are meant.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/apis/serving/v1alpha1/servingruntime_types.go and pkg/apis/serving/v1beta1/
    predictor_model.go
    """
    for runtime in tree.of("ServingRuntime", "ClusterServingRuntime"):
        if runtime.get("spec", "disabled") is True or runtime.get("spec", "multiModel") is True:
            continue
        if runtime.spec and not runtime.get("spec", "supportedModelFormats"):
            hint = "add supportedModelFormats: [{name: …, version: …}]"
            yield runtime.warning(("spec",), "no model can use it: it lists no format", hint=hint)
        for field in _OF_MODELMESH:
            if runtime.get("spec", field) is not None:
                hint = "take it away, or say multiModel: true"
                yield runtime.warning(("spec", field), "only ModelMesh reads it", hint=hint)
