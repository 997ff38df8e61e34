"""What stands in the arguments and variables of a server: placeholders, and flags that it gets twice."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Component, Service
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.asked import SERVED, Asked, asked
from kserve_gitops.checks.world.runtimes import KINDS, Found, runtimes
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.placeholders import broken, keys
from kserve_gitops.serving.webhook import KSERVE_CONTAINER, MODEL_FORMAT

_TRANSFORMER = "transformer-container"
_MODEL_NAME = "--model_name"
_PLACES = frozenset({"--model_dir", "--model_base_path", "--model-store", "--model"})
_PORTS = frozenset({"--http_port", "--port", "--rest_api_port", "--http-port", "--grpc-port"})
_NAMED_AT_WILL = frozenset({"kserve-huggingfaceserver", "kserve-huggingfaceserver-multinode", "kserve-vllmserver"})
"""Servers of language models, whose clients say the name of the model anyway."""
_NOT_CONTAINER = frozenset({"modelFormat", "runtime", "runtimeVersion", "protocolVersion", "storageUri", "storage"})
_GIVEN = frozenset({"modelClass", "serviceEnvelope", MODEL_FORMAT})
"""Labels and annotations that KServe adds itself."""


@rule("KG109")
def other_name(tree: Tree) -> Iterator[Mistake]:
    """A transformer that asks for the model under another name than the predictor serves it.

    KServe tells a transformer the name of the InferenceService as that of the model. A predictor with a `--model_name`
    of its own answers its requests with 404.

    Fix: take `--model_name` away from the predictor, or give the transformer the same.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/apis/serving/v1beta1/transformer_custom.go; issue 3526.
    """
    table = runtimes(tree)
    for one in asked(tree):
        transformer = next((c for c in one.service.components if c.name == "transformer"), None)
        given = _value(one.model.given.get("args"), _MODEL_NAME) if transformer else None
        served = table.serving(one) if given else None
        if transformer is None or given is None or served is None or _MODEL_NAME not in _name_flags(served):
            continue
        number, name = given
        containers = transformer.containers
        its = _value(containers[0][1].get("args"), _MODEL_NAME) if containers else None
        wanted = its[1] if its else one.service.name
        if "{{" not in name and name != wanted:
            message = f"the model is served as '{name}', and the transformer asks for '{wanted}'"
            yield one.service.warning((*one.model.at, "args", number), message, hint="give both one name")


@rule("KG140")
def placeholders(tree: Tree) -> Iterator[Mistake]:
    """A placeholder that breaks its container.

    KServe runs the container of the runtime, with what the model adds, as a template over the metadata of the
    InferenceService. It takes every `{{` for the beginning of a placeholder, those of chat templates and JSON too. One
    that it cannot fill in leaves the model without a pod: `failed to replace placeholders in serving runtime`.

    Fix: use what there is, `{{.Name}}`, `{{.Namespace}}`, `{{.Labels.x}}`, `{{.Annotations.x}}`, or for a key with
    hyphens, dots or slashes ``{{index .Labels `x-y`}}``. Put text with braces of its own into a ConfigMap, and mount
    that as a file.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, ReplacePlaceholders in
    pkg/controller/v1beta1/inferenceservice/utils/utils.go; issue 3851.
    """
    for owner, at, text in tree.once(_filled_in):
        if found := broken(text):
            yield owner.error(at, f"'{_short(found.text)}': {found.why}", hint=found.hint)


@rule("KG141")
def twice(tree: Tree) -> Iterator[Mistake]:
    """An argument that the runtime passes already.

    KServe puts the arguments of a model behind those of its runtime and drops none. Where the server takes the last
    one, it looks for the model, listens for requests or names the model otherwise than KServe arranged, whose addresses
    hold the name of the InferenceService; other servers stop with an error.

    Fix: leave the argument out. Another port belongs in `ports` too. For another name of the model give the
    InferenceService that name.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, MergeRuntimeContainers in
    pkg/controller/v1beta1/inferenceservice/utils/utils.go; config/runtimes; issues 3453 and 4584.
    """
    table = runtimes(tree)
    services = {(service.namespace, service.name) for service in tree.services}
    for one in asked(tree):
        arguments = sequence(one.model.given.get("args"))
        served = table.serving(one) if arguments and not one.model.given.get("command") else None
        if served is None:
            continue
        for number, argument in enumerate(arguments):
            if isinstance(argument, str) and _passed(served, argument, one):
                if (one.service.namespace, argument.partition("=")[2]) in services:
                    continue  # a canary answers to the name of the model that it stands beside
                message = f"the runtime '{served.name}' passes '{argument.partition('=')[0]}' already"
                yield one.service.warning((*one.model.at, "args", number), message, hint="leave it out")


@rule("KG149")
def nothing(tree: Tree) -> Iterator[Mistake]:
    """A placeholder for a label or annotation that is not there.

    KServe fills in the words `<no value>`, and the server gets those.

    Fix: add the label or annotation to the metadata of the InferenceService, or take the placeholder away.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, ReplacePlaceholders in
    pkg/controller/v1beta1/inferenceservice/utils/utils.go; Go's text/template.
    """
    table = runtimes(tree)
    for owner, at, text in tree.once(_filled_in):
        for where, key in _missing(owner, text) if isinstance(owner, Service) else ():
            yield owner.warning(at, f"there is no '{key}' in {where.lower()}", hint="add it there")
    wanting: dict[int, list[str]] = {}
    for one in asked(tree):
        served = table.serving(one)
        if served is None or served.source is None:
            continue
        if id(served) not in wanting:
            wanting[id(served)] = [text for _, text in _texts(served.server) if "{{" in text]
        for text in wanting[id(served)]:
            for where, key in _missing(one.service, text):
                message = f"the runtime '{served.name}' fills in '{key}' of {where.lower()}, which is not there"
                yield one.service.warning(("metadata",), message, hint=f"add it to metadata.{where.lower()}")


def _filled_in(tree: Tree) -> list[tuple[Object, Path, str]]:
    """Every text with a placeholder that KServe fills in, with its path."""
    return [
        (owner, (*at, *path), text)
        for owner, at, container in _templates(tree)
        for path, text in _texts(container)
        if "{{" in text
    ]


def _templates(tree: Tree) -> Iterator[tuple[Object, Path, Mapping[str, Any]]]:
    """Every container that KServe fills placeholders in: no others, above all not custom ones and workers."""
    for service in tree.services:
        for at, container in _of_service(service):
            yield service, at, container
    for source in tree.of(*KINDS):
        if source.get("spec", "disabled") is True:
            continue
        for number, container in enumerate(map(mapping, source.sequence("spec", "containers"))):
            if container.get("name") in (KSERVE_CONTAINER, _TRANSFORMER):
                yield source, ("spec", "containers", number), container


def _of_service(service: Service) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    predictors: list[Component] = [one for one in service.everything if one.name == "predictor"]
    for predictor in predictors if service.mode in SERVED else []:
        model = predictor.model
        if model is None:
            continue
        yield model.at, {key: value for key, value in model.given.items() if key not in _NOT_CONTAINER}
        for at, container in predictor.containers:
            if container.get("name") == _TRANSFORMER:
                yield at, container


def _texts(container: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every text in a container, with its path."""
    waiting: list[tuple[Path, Any]] = [((), container)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, Mapping):
            waiting += [((*path, str(key)), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, number), inner) for number, inner in enumerate(value)]


def _missing(service: Service, text: str) -> Iterator[tuple[str, str]]:
    there = {"Labels": service.labels, "Annotations": service.annotations}
    return ((where, key) for where, key in keys(text) if key not in there[where] and key not in _GIVEN)


def _passed(served: Found, argument: str, one: Asked) -> bool:
    """Whether a runtime passes a flag in a way that it must not be passed again."""
    flag = argument.partition("=")[0]
    if not flag.startswith("--"):
        return False
    if served.source is not None:  # whose server may take another value for a better one
        return "=" in argument and argument in sequence(served.server.get("args"))
    if flag not in sequence(served.server.get("flags")):
        return False
    if flag in _name_flags(served):  # with a transformer KG109 looks whether the two agree
        return served.name not in _NAMED_AT_WILL and one.service.get("spec", "transformer") is None
    return flag in _PLACES or (flag in _PORTS and not one.model.given.get("ports"))


def _name_flags(served: Found) -> list[Any]:
    if served.source is None:
        return sequence(served.server.get("nameFlags"))
    return [str(one).partition("=")[0] for one in sequence(served.server.get("args"))]


def _value(arguments: Any, flag: str) -> tuple[int, str] | None:
    """The last value of a flag, and which argument says it."""
    found: tuple[int, str] | None = None
    listed = [one if isinstance(one, str) else "" for one in sequence(arguments)]
    for number, argument in enumerate(listed):
        name, equals, value = argument.partition("=")
        if name == flag and equals:
            found = number, value
        elif name == flag and number + 1 < len(listed):
            found = number + 1, listed[number + 1]
    return found


def _short(text: str) -> str:
    longest = 40
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else f"{flat[:longest]}…"
