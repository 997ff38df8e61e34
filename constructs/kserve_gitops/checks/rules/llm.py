"""LLMInferenceServices and what KServe merges into them: presets, configs, templates."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.llm import CONFIG, SERVICE, Workload, workloads
from kserve_gitops.checks.world.made import World, made
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving import charts, llm_templates

_SYSTEM = "kserve"
_PRESET = "kserve-config-llm-"
_PRESETS = frozenset(
    {
        f"{_PRESET}decode-template",
        f"{_PRESET}decode-worker-data-parallel",
        f"{_PRESET}prefill-template",
        f"{_PRESET}prefill-worker-data-parallel",
        f"{_PRESET}router-route",
        f"{_PRESET}scheduler",
        f"{_PRESET}scheduler-latency-predictor",
        f"{_PRESET}template",
        f"{_PRESET}tracing",
        f"{_PRESET}worker-data-parallel",
    }
)
"""The configs that KServe's charts bring; `scheduler-latency-predictor` and `tracing` from v0.20 on."""
_MAIN = "main"
_TEMPLATES: tuple[Path, ...] = (
    ("spec", "template"),
    ("spec", "prefill", "template"),
    ("spec", "router", "scheduler", "template"),
)


@rule("KG160")
def llm_container(tree: Tree) -> Iterator[Mistake]:
    """Containers of an LLMInferenceService that run beside the server of KServe's preset instead of changing it.

    KServe merges a pod template into its preset by the names of the containers. The server of the preset, and its
    scheduler, are called `main`; a container of another name is a second one, which wants the same port and GPUs.

    Fix: `template: {containers: [{name: main, …}]}`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, config/llmisvcconfig, and config_merge.go in pkg/controller/v1alpha1/
    llmisvc and pkg/controller/v1alpha2/llmisvc
    """
    if any(config.name.startswith(_PRESET) for config in tree.of(CONFIG)):
        return  # presets of a person's own, which may call it anything
    for llm in tree.of(SERVICE, CONFIG):
        for at in _TEMPLATES:
            names = [mapping(found).get("name") for found in llm.sequence(*at, "containers")]
            if names and all(isinstance(name, str) for name in names) and _MAIN not in names:
                message = f"no container is called '{_MAIN}': the one of KServe's preset runs beside"
                yield llm.warning((*at, "containers", 0, "name"), message, hint=f"call the server '{_MAIN}'")


@rule("KG161")
def llm_template(tree: Tree) -> Iterator[Mistake]:
    """A template in an LLMInferenceService or its config that cannot be filled in.

    KServe runs the whole object, written as JSON, through Go's text/template. The webhook refuses a config for which
    that fails; a service stays not ready with `failed to parse template`. A chat template with `{{ … }}` in an argument
    is caught by it too.

    Fix: put text within a template in back quotes instead of double ones; keep templates that are not for KServe in a
    ConfigMap and mount that.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, ReplaceVariables in config_merge.go
    """
    for llm in tree.of(SERVICE, CONFIG):
        texts = [(at, text) for at, text in _texts(llm.data) if llm_templates.OPEN in text]
        scoped = any(llm_templates.changes_scope(text) for _, text in texts)
        for at, text in texts:
            wrong = llm_templates.problem(text, scoped=scoped)
            if wrong:
                yield llm.error(at, wrong[0], hint=wrong[1])


def _texts(value: Any) -> Iterator[tuple[Path, str]]:
    pending: list[tuple[Path, Any]] = [((), value)]
    while pending:
        at, found = pending.pop()
        if isinstance(found, str):
            yield at, found
        elif isinstance(found, Mapping):
            pending += [((*at, key), inner) for key, inner in found.items()]
        else:
            pending += [((*at, number), inner) for number, inner in enumerate(sequence(found))]


@rule("KG162", whole=True)
def llm_config_missing(tree: Tree) -> Iterator[Mistake]:
    """An LLMInferenceService that needs a config which nothing makes.

    KServe looks for each of `baseRefs` in the namespace of the service and in its own. It takes presets by itself too:
    for `worker` with `parallelism.pipeline` one that its charts do not bring. While a config is missing, nothing is
    made of the service.

    Fix: write the name of an LLMInferenceServiceConfig of the namespace, or of `kserve`. For pipeline parallelism make
    a config with the name that KServe looks for.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/controller/v1alpha1/llmisvc/config_merge.go; charts/llmisvc-resources; v0.20.0,
    pkg/controller/v1alpha2/llmisvc/config_merge.go
    """
    world, system = made(tree), _system(tree)
    for llm in tree.of(SERVICE):
        for number, ref in enumerate(llm.sequence("spec", "baseRefs")):
            name = mapping(ref).get("name")
            if isinstance(name, str) and name and not _known(world, llm, name, system):
                home = world.namespace(llm)
                near = closest(name, {*world.of(CONFIG, home), *world.of(CONFIG, system), *_PRESETS})
                at, wanted = ("spec", "baseRefs", number, "name"), (CONFIG, home, name)
                message = f"there is no LLMInferenceServiceConfig '{name}'"
                yield llm.error(at, message, hint=near or world.advice(*wanted), missing=wanted)
        for workload in workloads(llm):
            yield from _pipeline(world, llm, workload, system)


def _pipeline(world: World, llm: Object, workload: Workload, system: str) -> Iterator[Mistake]:
    if workload.spec.get("worker") is None or workload.by_data or not workload.by_pipeline:
        return
    kind = "prefill-" if workload.at[-1] == "prefill" else "decode-" if llm.get("spec", "prefill") is not None else ""
    name = f"{_PRESET}{kind}worker-pipeline-parallel"
    if not _known(world, llm, name, system):
        message = f"KServe takes its preset '{name}' for this, which its charts do not bring"
        hint = "share the model by data, make an LLMInferenceServiceConfig of that name"
        wanted = (CONFIG, world.namespace(llm), name)
        yield llm.error((*workload.at, "parallelism", "pipeline"), message, hint=hint, missing=wanted)


def _known(world: World, llm: Object, name: str, system: str) -> bool:
    if name in _PRESETS:
        return True
    anywhere = not system and bool(world.elsewhere(CONFIG, "", name))
    return anywhere or any(world.known(CONFIG, home, name) for home in (world.namespace(llm), system or _SYSTEM))


def _system(tree: Tree) -> str:
    """The namespace of KServe; "" where the tree does not deploy it, and it may be any."""
    for values in tree.values_of(*charts.KSERVE):
        found = next((one for one in tree.of("Application") if one.name == values.application), None)
        return (found.text("spec", "destination", "namespace") if found else "") or _SYSTEM
    return ""
