"""The order in which Argo CD brings things up, and the namespaces that must be there before."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.applications import WAVE, applications, owned, sources, wave
from kserve_gitops.checks.world.made import made
from kserve_gitops.core.origins import Path

_KSERVE = "serving.kserve.io"
_LLM_KINDS = ("LLMInferenceService", "LLMInferenceServiceConfig")
_CRDS = ("kserve-crd", "kserve-crd-minimal")
_LLM_CRDS = ("kserve-llmisvc-crd", "llmisvc-crd")
_CONTROLLERS = ("kserve", "kserve-resources")


@rule("KG419", whole=True)
def missing_namespace(tree: Tree) -> Iterator[Mistake]:
    """A namespace that nothing makes.

    The sync fails with "namespaces … not found". Argo CD makes the namespace of the destination only where
    `CreateNamespace=true` stands among the sync options, and never those that objects name themselves.

    Fix: `syncOptions: [CreateNamespace=true]`, a Namespace object in an earlier wave, or list it under `existing` in
    platform.yaml.

    Since: every release

    Source: Argo CD v3.5.1, docs/user-guide/sync-options.md.
    """
    world = made(tree)
    told: set[tuple[str, str]] = set()
    # Whoever applies the app-of-apps has its namespace already.
    there = {found.namespace for found in applications(tree) if not found.row.applications}
    for application in applications(tree):
        namespace = application.text("spec", "destination", "namespace")
        if namespace and sources(application) and not (namespace in there or world.known("Namespace", "", namespace)):
            told.add((application.name, namespace))
            hint = "add CreateNamespace=true to syncPolicy.syncOptions"
            at: Path = ("spec", "destination", "namespace")
            yield application.error(at, _nothing_makes(namespace), hint=hint, missing=("Namespace", "", namespace))
    for found, application in owned(tree):
        key = (application.name, found.namespace)
        known = found.namespace in there or world.known("Namespace", "", found.namespace)
        if found.namespace and key not in told and not known:
            told.add(key)
            wanted = ("Namespace", "", found.namespace)
            at = ("metadata", "namespace")
            yield found.error(at, _nothing_makes(found.namespace), hint="add a Namespace object", missing=wanted)


def _nothing_makes(namespace: str) -> str:
    return f"nothing makes namespace '{namespace}'"


@rule("KG420")
def before_kserve(tree: Tree) -> Iterator[Mistake]:
    """Objects of KServe that come before KServe.

    Argo CD begins a wave when the one before is healthy. An Application whose objects need a CRD of a later wave never
    is; neither is one with InferenceServices whose controller comes later. So the later wave never begins.

    Fix: a higher `argocd.argoproj.io/sync-wave` at the Application of the models than at those of KServe.

    Since: every release

    Source: Argo CD v3.5.1, docs/user-guide/sync-waves.md; kserve/kserve v0.16.0, charts/.
    """
    crds, llm, all_of_it = (list(_delivering(tree, *c)) for c in (_CRDS, _LLM_CRDS, (*_CRDS, *_CONTROLLERS)))
    told: set[str] = set()
    for found, application in owned(tree):
        if found.group != _KSERVE or application.name in told:
            continue
        needed = llm if found.kind in _LLM_KINDS else all_of_it if found.kind == "InferenceService" else crds
        late = next((one for one in needed if _later(one, application)), None)
        if late is not None:
            told.add(application.name)
            message = (
                f"{found.kind} '{found.name}' comes in wave {wave(application)}, before '{late.name}' that it needs"
            )
            hint = f"give it a wave above {wave(late)}"
            yield application.error(_wave_at(application), message, hint=hint, other=(late, _wave_at(late)))


def _delivering(tree: Tree, *charts: str) -> Iterator[Object]:
    for application in applications(tree):
        if any(source.text("chart") in charts for source in sources(application)):
            yield application


def _later(one: Object, other: Object) -> bool:
    """Whether `one` comes in a later wave of the same app-of-apps."""
    first, second = wave(one), wave(other)
    beside = one.row.applications == other.row.applications and bool(one.row.applications)
    return beside and first is not None and second is not None and first > second


def _wave_at(application: Object) -> Path:
    at: Path = ("metadata", "annotations", WAVE)
    return at if application.get(*at) is not None else ("metadata", "name")
