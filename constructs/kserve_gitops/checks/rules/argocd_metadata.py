"""Labels and annotations that do something else with Argo CD than they seem to."""

import re
from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree

_VOLATILE = re.compile(
    r"(git|vcs|scm|source)[-_.]?(sha|commit|revision|hash)"
    r"|commit([-_.]?(sha|hash|id))?"
    r"|build[-_.]?(time|date|timestamp|number|id)"
    r"|(deploy(ed|ment)?|generated|rendered|created|updated|synced|build|built)[-_.]?(at|on|time|date|timestamp)"
    r"|(last[-_.]?updated|timestamp|pipeline[-_.]?(id|number))",
    re.IGNORECASE,
)
_WORDS = re.compile(r"([a-z0-9])([A-Z])")
_OTHERS = ("kserve.io", "knative.dev", "kubernetes.io", "k8s.io", "argoproj.io", "istio.io", "keda.sh")
_TRACKING = ("argocd.argoproj.io/tracking-id", "argocd.argoproj.io/installation-id")


@rule("KG425")
def volatile(tree: Tree) -> Iterator[Mistake]:
    """Metadata of a model that changes with every commit or build.

    KServe copies all labels and annotations of an InferenceService to the pods it makes. So a new commit or a new time
    restarts every model, although nothing about it changed.

    Fix: leave it out; Argo CD shows the commit of every sync. Or put it on the Application.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, predictor.go and deployment_reconciler.go in
    pkg/controller/v1beta1/inferenceservice.
    """
    for service in tree.services:
        for field, given in (("labels", service.labels), ("annotations", service.annotations)):
            for key in given:
                if _is_volatile(str(key)):
                    message = (
                        f"the {field[:-1]} '{key}' restarts the model whenever it changes: KServe copies it to pods"
                    )
                    yield service.warning(("metadata", field, key), message, hint="leave it out of models")


def _is_volatile(key: str) -> bool:
    domain, _, name = key.rpartition("/")
    return not domain.endswith(_OTHERS) and _VOLATILE.fullmatch(_WORDS.sub(r"\1-\2", name)) is not None


@rule("KG426")
def tracked_by_hand(tree: Tree) -> Iterator[Mistake]:
    """Argo CD's own marks in a manifest.

    Argo CD writes them on everything that it delivers, to know what is whose. In a manifest they come from an object
    that was copied out of a cluster: whoever reads them there takes the object for another Application's.

    Fix: take them away.

    Since: every release

    Source: Argo CD v3.5.1, docs/user-guide/resource_tracking.md.
    """
    for found in tree.objects:
        for key in _TRACKING:
            if key in found.annotations:
                at = ("metadata", "annotations", key)
                yield found.warning(at, f"Argo CD writes '{key}' itself", hint="take it away")
