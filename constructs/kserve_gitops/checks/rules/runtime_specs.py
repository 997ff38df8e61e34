"""What a ServingRuntime or ClusterServingRuntime says of itself: priorities, the container that serves, ModelMesh."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kserve_gitops.checks.reading import mapping, sequence, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.runtimes import KINDS, runtimes
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.webhook import KSERVE_CONTAINER

_FORMATS: Path = ("spec", "supportedModelFormats")


class _Key(NamedTuple):
    """What KServe's webhook compares; names of formats without regard to case."""

    scope: str
    several: bool
    protocol: str
    form: str
    version: str
    priority: int


_Holder = tuple[str, Object | None, int]
"""Name of a runtime, its manifest unless it is built in, and the number of the format."""


@rule("KG105")
def same_priority(tree: Tree) -> Iterator[Mistake]:
    """Two runtimes with the same priority for one model format.

    KServe's webhook refuses the second of two runtimes of a namespace, or of the cluster, that list the same format and
    version with `autoSelect`, share a protocol and have the same priority: it could not choose between them. The
    built-in runtimes count too.

    Fix: give one of them another `priority`, the one to be chosen the higher; or take its `autoSelect` away.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, validateServingRuntimePriority in
    pkg/webhook/admission/servingruntime/servingruntime_webhook.go.
    """
    table = runtimes(tree)
    first: dict[_Key, _Holder] = {}
    for name, found in table.builtin.items():
        if not found.runtime.disabled and tree.find("ClusterServingRuntime", "", name) is None:
            for number, key in _keys("ClusterServingRuntime", found.spec):
                first.setdefault(key, (name, None, number))
    for source in tree.of(*KINDS):
        if source.get("spec", "disabled") is not True:
            scope = f"{source.kind}/{table.namespace(source)}" if source.kind == KINDS[0] else source.kind
            yield from _clashes(first, source, scope)


@rule("KG106")
def two_priorities(tree: Tree) -> Iterator[Mistake]:
    """A runtime with several priorities for one model format.

    The entries of a format for several versions must have one priority: KServe's webhook refuses the runtime
    otherwise. The first runtime of a namespace slips through, and is refused with its next change.

    Fix: write the same `priority` in all entries of the format.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, validateModelFormatPrioritySame in
    pkg/webhook/admission/servingruntime/servingruntime_webhook.go.
    """
    for source in tree.of(*KINDS):
        if source.get("spec", "disabled") is True:
            continue
        priorities: dict[str, Any] = {}
        for number, form in enumerate(source.sequence(*_FORMATS)):
            name, priority = mapping(form).get("name"), mapping(form).get("priority")
            if mapping(form).get("autoSelect") is not True or not isinstance(name, str):
                continue
            before = priorities.setdefault(name, priority)
            if whole(before) and whole(priority) and before != priority:
                message = f"priority {priority} for '{name}', which has {before} above"
                yield source.error((*_FORMATS, number, "priority"), message, hint=f"write {before}, or change both")


@rule("KG107")
def no_server(tree: Tree) -> Iterator[Mistake]:
    """A runtime without a container that serves.

    KServe merges a model into the container `kserve-container` of its runtime. With none of that name no model of the
    runtime gets a pod: `failed to find kserve-container in ServingRuntime containers`.

    Fix: call the container that serves `kserve-container`.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, MergeServingRuntimeAndInferenceServiceSpecs in
    pkg/controller/v1beta1/inferenceservice/utils/utils.go.
    """
    for source in tree.of(*KINDS):
        if source.get("spec", "disabled") is True or source.get("spec", "multiModel") is True:
            continue
        containers = source.sequence("spec", "containers")
        names = [mapping(one).get("name") for one in containers]
        if names and KSERVE_CONTAINER not in names:
            alone = len(names) == 1 and isinstance(names[0], str)
            at: Path = ("spec", "containers", 0, "name") if alone else ("spec", "containers")
            message = f"no container is called {KSERVE_CONTAINER}, so no model is served"
            yield source.error(at, message, hint=f"call the one that serves {KSERVE_CONTAINER}")


@rule("KG108")
def mesh_only(tree: Tree) -> Iterator[Mistake]:
    """A runtime for several models, where nothing runs ModelMesh.

    KServe never chooses a runtime with `multiModel: true` in the modes Standard and Knative: it is for ModelMesh, which
    is a controller of its own.

    Fix: take `multiModel` away, and call the container that serves `kserve-container`.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, GetSupportingRuntimes in pkg/apis/serving/v1beta1/predictor_model.go.
    """
    mesh = tree.setting("controller.deploymentMode") == "ModelMesh"
    if mesh or any(service.mode == "ModelMesh" for service in tree.services):
        return
    for source in tree.of(*KINDS):
        if source.get("spec", "multiModel") is True and source.get("spec", "disabled") is not True:
            message = "a runtime for several models is never chosen in the modes Standard and Knative"
            yield source.warning(("spec", "multiModel"), message, hint="take multiModel away")


def _clashes(first: dict[_Key, _Holder], source: Object, scope: str) -> Iterator[Mistake]:
    """A runtime against those before it, which it joins: one mistake for each format that it shares with one."""
    told: set[int] = set()
    for number, key in _keys(scope, source.spec):
        name, other, its_number = first.setdefault(key, (source.name, source, number))
        if name == source.name or number in told:
            continue
        told.add(number)
        form = source.text(*_FORMATS, number, "name")
        there: Path = (*_FORMATS, its_number, "priority")
        message = f"the runtime '{name}' has priority {key.priority} for '{form}' too"
        spot = (other, there) if other else None
        yield source.error((*_FORMATS, number, "priority"), message, hint="give it another priority", other=spot)


def _keys(scope: str, spec: Mapping[str, Any]) -> Iterator[tuple[int, _Key]]:
    """Everything that only one runtime of a scope may have, with the number of the format by which it has that."""
    protocols = [one for one in sequence(spec.get("protocolVersions")) if isinstance(one, str)]
    several = spec.get("multiModel") is True
    for number, form in enumerate(map(mapping, sequence(spec.get("supportedModelFormats")))):
        name, version, priority = form.get("name"), form.get("version"), form.get("priority")
        if form.get("autoSelect") is not True or not isinstance(name, str) or not whole(priority):
            continue
        for protocol in protocols:
            yield number, _Key(scope, several, protocol, name.lower(), str(version), priority)
