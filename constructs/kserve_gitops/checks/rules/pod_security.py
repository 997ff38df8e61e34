"""Pods in namespaces that enforce a Pod Security Standard."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.pods import Pod, pods
from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Model, Service
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.core.origins import Path

ENFORCE = "pod-security.kubernetes.io/enforce"
_TEMPLATES_ONLY = ("ServingRuntime", "ClusterServingRuntime", "LLMInferenceServiceConfig")
"""They make no pods themselves."""
_BUILT_IN = {"allowPrivilegeEscalation": False, "runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}}
"""The securityContext of the containers of KServe's own runtimes; none of them says anything about seccomp."""
_PROFILES = ("RuntimeDefault", "Localhost")


@rule("KG190")
def restricted(tree: Tree) -> Iterator[Mistake]:
    """A pod that its namespace refuses.

    A namespace with the label `pod-security.kubernetes.io/enforce: restricted` admits no pod that does not give up
    what the standard names. The InferenceService or Deployment itself is admitted; its pods never appear, and only the
    events of a ReplicaSet say why. KServe's runtimes meet the standard but for the seccomp profile, and so does the
    container that fetches the model, which takes its profile from the pod. For `oci://` KServe writes a securityContext
    of its own over that of the container.

    Fix: add `securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}` beside `model` or
    `containers`, and to each container of yours `allowPrivilegeEscalation: false` and `capabilities: {drop: [ALL]}`.

    Since: v0.16.0

    Source: Kubernetes v1.34, Pod Security Standards; kserve/kserve v0.16.0, config/runtimes, pkg/utils/storage.go;
    issues 5373 and 6144.
    """
    strict = _strict_namespaces(tree)
    if not strict:
        return
    for pod in pods(tree):
        if pod.namespace in strict and pod.owner.kind not in _TEMPLATES_ONLY:
            yield from _pod(tree, pod)


def _strict_namespaces(tree: Tree) -> set[str]:
    found = {n.name for n in tree.of("Namespace") if n.labels.get(ENFORCE) == "restricted"}
    for application in tree.of("Application"):
        labels = application.mapping("spec", "syncPolicy", "managedNamespaceMetadata", "labels")
        if labels.get(ENFORCE) == "restricted":
            found.add(application.text("spec", "destination", "namespace"))
    return found


def _pod(tree: Tree, pod: Pod) -> Iterator[Mistake]:
    whole = mapping(pod.spec.get("securityContext"))
    model = _model(pod)
    if model and model.storage_uri.startswith("oci://"):
        message = (
            "the namespace enforces restricted pods, and a model from oci:// is none: KServe overwrites its security"
        )
        yield pod.owner.error((*model.at, "storageUri"), message, hint="use another address, or another namespace")
        return
    for at, container in pod.containers:
        own = mapping(container.get("securityContext"))
        if model and at == model.at:
            own = {**_of_runtime(tree, model, pod.namespace), **own}
        lacking = list(_lacking(own, whole))
        if model and at == model.at and "seccompProfile" not in lacking and not _profiled(whole):
            lacking.append("seccompProfile")  # that of the pod: the container that fetches the model has no other
        if lacking:
            where: Path = at if lacking != ["seccompProfile"] else pod.at
            message = f"the namespace enforces restricted pods, and this lacks {', '.join(lacking)}"
            hint = "add them to securityContext" if where == at else _HINT
            yield pod.owner.error(where, message, hint=hint)


_HINT = "add securityContext: {seccompProfile: {type: RuntimeDefault}} for the whole pod"


def _model(pod: Pod) -> Model | None:
    if not isinstance(pod.owner, Service):
        return None
    return next((found for found in pod.owner.models if found.at[:-1] == pod.at), None)


def _of_runtime(tree: Tree, model: Model, namespace: str) -> Mapping[str, Any]:
    """The securityContext that the runtime gives the container; what is not known counts as good."""
    runtime = tree.find("ServingRuntime", namespace, model.runtime) or tree.find(
        "ClusterServingRuntime", "", model.runtime
    )
    if runtime is None:
        return _BUILT_IN
    containers = [mapping(found) for found in runtime.sequence("spec", "containers")]
    return next((mapping(c.get("securityContext")) for c in containers if c.get("name") == "kserve-container"), {})


def _lacking(own: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[str]:
    """What the standard wants of a container, of those fields that must be written."""
    if own.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation: false"
    if "ALL" not in sequence(mapping(own.get("capabilities")).get("drop")):
        yield "capabilities: {drop: [ALL]}"
    if own.get("runAsNonRoot", whole.get("runAsNonRoot")) is not True:
        yield "runAsNonRoot: true"
    if not _profiled(own) and not _profiled(whole):
        yield "seccompProfile"


def _profiled(context: Mapping[str, Any]) -> bool:
    return mapping(context.get("seccompProfile")).get("type") in _PROFILES
