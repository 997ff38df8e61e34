"""Names: what the API server takes, what KServe takes, and what still fits when KServe has made others of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.metadata import tags
from kserve_gitops.checks.names import problem_with_key, problem_with_object_name
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Mistake, Object, Thing, Tree
from kserve_gitops.core.names import problem_with_label, problem_with_label_value
from kserve_gitops.core.origins import Path
from kserve_gitops.serving import lengths
from kserve_gitops.serving.kinds import KINDS
from kserve_gitops.serving.webhook import DEPLOYMENT_MODE, ENABLE_TAG_ROUTING, LEGACY_MODES, MODES

_NAME: Path = ("metadata", "name")
_WITH_A_RULE = ("InferenceService", "InferenceGraph", "LLMInferenceService", "TrainedModel")
"""Kinds for whose names KServe has a rule of its own."""
_PREDICTORS_HAVE_NAMES = order("v0.20.0")
_MOST_ANNOTATIONS = 256 * 1024
_SELECTORS = ("selector", "podSelector")


@rule("KG117")
def metadata(tree: Tree) -> Iterator[Mistake]:
    """A name, label or annotation that the API server does not take.

    Schemas only say that these are texts; the API server looks closer, and refuses the object. Labels of pods and
    selectors of a kind of KServe's are refused later, in what its controller makes of them.

    Fix: write the value that the message names. Names have lower-case letters, digits and `-`, most also `.`; the
    value of a label has at most 63 characters, letters, digits, `-`, `_` and `.`.

    Since: every release

    Source: Kubernetes v1.34, documentation, Object Names and IDs, and Labels and Selectors;
    k8s.io/apimachinery/pkg/api/validation.
    """
    for found in tree.objects:
        judged = found.name and not (found.group == "serving.kserve.io" and found.kind in _WITH_A_RULE)
        if judged and (wrong := problem_with_object_name(found.group, found.kind, found.name)):
            yield found.error(_NAME, wrong)
        if found.namespace and (wrong := problem_with_label(found.namespace)):
            yield found.error(("metadata", "namespace"), wrong)
        for at in _selectors(found):
            yield from _labels(found, at, found.mapping(*at))
    for found_tags in tags(tree):
        owner, at, given = found_tags.owner, found_tags.at, found_tags.given
        if found_tags.labels:
            yield from _labels(owner, at, given)
        else:
            yield from _annotations(owner, at, given)


def _selectors(found: Object) -> Iterator[Path]:
    for key in _SELECTORS:
        if key in found.spec:
            plain = found.kind == "Service" and not found.group
            yield ("spec", key) if plain else ("spec", key, "matchLabels")


def _labels(owner: Thing, at: Path, given: Mapping[Any, Any]) -> Iterator[Mistake]:
    for key, value in given.items():
        if isinstance(key, str) and (wrong := problem_with_key(key)):
            yield owner.error(at, wrong, key=key)
        if isinstance(value, str) and (wrong := problem_with_label_value(value)):
            yield owner.error((*at, key if isinstance(key, str) else str(key)), wrong)


def _annotations(owner: Thing, at: Path, given: Mapping[Any, Any]) -> Iterator[Mistake]:
    for key in given:
        if isinstance(key, str) and (wrong := problem_with_key(key, any_case=True)):
            yield owner.error(at, wrong, key=key)
    size = sum(len(str(key)) + len(str(value)) for key, value in given.items())
    if size > _MOST_ANNOTATIONS:
        message = f"the annotations have {size} characters, at most {_MOST_ANNOTATIONS} are legal"
        yield owner.error(at, message, hint="put the text into a ConfigMap")


@rule("KG125")
def kserve_name(tree: Tree) -> Iterator[Mistake]:
    """A name that KServe does not take.

    An InferenceService, an InferenceGraph and an LLMInferenceService become Services, whose names begin with a letter
    and have no dots. The webhook refuses the first two; of the third, the Service cannot be made. It refuses a
    TrainedModel with a dot in its name too.

    Fix: only lower-case letters, digits and `-`, a letter first and no `-` last.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/apis/serving/v1beta1/inference_service_validation.go, and
    inference_graph_validation.go and trainedmodel_webhook.go in pkg/apis/serving/v1alpha1.
    """
    for kind in _WITH_A_RULE:
        for found in tree.of(kind):
            if found.name and (wrong := KINDS[kind].name_problem(found.name)):
                yield found.error(_NAME, wrong)
    if order(tree.kserve) >= _PREDICTORS_HAVE_NAMES:
        for service in tree.services:
            for at, name in _own_names(service):
                if wrong := problem_with_label(name):
                    yield service.error(at, wrong)


def _own_names(service: Service) -> Iterator[tuple[Path, str]]:
    """What the predictor and its canaries are called: a part of the names of their Services."""
    for component in service.everything:
        name = component.spec.get("name")
        if component.name == "predictor" and isinstance(name, str) and name:
            yield (*component.at, "name"), name


@rule("KG126")
def too_long(tree: Tree) -> Iterator[Mistake]:
    """A name that is too long for what KServe makes of it.

    KServe puts a component behind the name and `isvc.` before it, and makes a label of that, which has room for 63
    characters: 48 are left for the name, 46 beside a transformer, 41 with workers, fewer with canaries. Its webhook
    does not count. The Deployment is refused, and the object never becomes ready.

    Fix: take a shorter name; the message says how many characters are too many.

    Since: v0.16.0; names of predictors and `spec.canary` v0.20.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/constants/constants.go, and deployment_reconciler.go,
    ksvc_reconciler.go and raw_ig.go of the controllers.
    """
    named_predictors = order(tree.kserve) >= _PREDICTORS_HAVE_NAMES
    for service in tree.services:
        if service.mode in ("Standard", "Knative"):
            yield from _service(service, named_predictors=named_predictors)
    default = str(tree.setting("controller.deploymentMode"))
    for graph in tree.of("InferenceGraph"):
        said = graph.annotations.get(DEPLOYMENT_MODE)
        mode = LEGACY_MODES.get(said, said) if isinstance(said, str) else default
        longest = lengths.of_graph(graph.name, mode if mode in MODES else default)
        yield from _excess(graph, _NAME, longest)
    for kind, label in lengths.OF_LABELS.items():
        for found in tree.of(kind):
            yield from _excess(found, _NAME, lengths.Derived(found.name, f"the label {label}"))


def _service(service: Service, *, named_predictors: bool) -> Iterator[Mistake]:
    """One mistake about the name, and one for each canary whose own name is too long beside a name that fits."""
    suffixes = {component.name: f"-{component.name}" for component in service.components}
    own = service.text("spec", "predictor", "name")
    if own and named_predictors and "predictor" in suffixes:
        suffixes["predictor"] = f"-{own}-predictor"
    predictor = service.mapping("spec", "predictor")
    workers = "predictor" in suffixes and isinstance(predictor.get("workerSpec"), Mapping)
    stable = lengths.of_service(service.name, service.mode, suffixes, workers=workers, tags=_tags(service))
    if stable.excess > 0:
        yield from _excess(service, _NAME, stable)
        return
    for at, name in _own_names(service) if named_predictors else ():
        parts = {"predictor": f"-{name}-predictor"}
        canary = lengths.of_service(service.name, service.mode, parts, workers=False, tags=())
        yield from _excess(service, at, canary)


def _tags(service: Service) -> tuple[str, ...]:
    """What Knative puts before a host: for the older revision always, for the latest one where that is asked for."""
    older = any(component.spec.get("canaryTrafficPercent") is not None for component in service.components)
    latest = service.annotations.get(ENABLE_TAG_ROUTING) == "true"
    return (*(("prev",) if older else ()), *(("latest",) if latest else ()))


def _excess(found: Object, at: Path, longest: lengths.Derived) -> Iterator[Mistake]:
    if longest.excess > 0:
        message = f"'{longest.text}' becomes {longest.becomes}, with {len(longest.text)} characters"
        hint = f"at most {lengths.MOST} are possible: take a name that is shorter by {longest.excess}"
        yield found.error(at, message, hint=hint)
