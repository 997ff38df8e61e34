"""The deployment mode: words that KServe knows, and what the mode Knative asks of the platform and of a pod."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving.charts import KSERVE
from kserve_gitops.serving.webhook import DEPLOYMENT_MODE, LEGACY_MODES, MODES

_AT: Path = ("metadata", "annotations", DEPLOYMENT_MODE)
_WEBHOOK_REWRITES = order("v0.17.0")
_KNATIVE = "knative"
_OPERATED = ("KnativeServing", "knative-serving", "knative-serving")


@rule("KG127")
def mode_word(tree: Tree) -> Iterator[Mistake]:
    """A deployment mode in a word that KServe does not know, or no longer.

    An unknown word, `standard` in lower case too, is passed over: the mode is the cluster's default, and as that is
    noted in the status, every later change of the object is refused. v0.16 notes a former word as the new one, and
    refuses every later change and even the deletion for the same reason; later releases replace the word in the
    cluster, and Argo CD shows a difference for ever.

    Fix: `serving.kserve.io/deploymentMode: Standard` instead of RawDeployment, `Knative` instead of Serverless.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, v0.17.0 and v0.20.0, GetDeploymentMode in
    pkg/controller/v1beta1/inferenceservice/utils/utils.go, validateDeploymentMode in
    pkg/apis/serving/v1beta1/inference_service_validation.go; issues 4798 and 5885.
    """
    rewrites = order(tree.kserve) >= _WEBHOOK_REWRITES
    for service in tree.services:
        word = service.annotations.get(DEPLOYMENT_MODE)
        if not isinstance(word, str) or word in MODES:
            continue
        if word not in LEGACY_MODES:
            message = f"'{word}' is no deployment mode of KServe's: the cluster's default counts"
            yield service.error(_AT, message, hint=_meant(word))
        elif rewrites:
            message = f"KServe replaces '{word}' in the cluster, and Argo CD shows that as a difference"
            yield service.warning(_AT, message, hint=f"write {LEGACY_MODES[word]}")
        else:
            message = f"'{word}' is a former word: KServe {tree.kserve} takes it once, and refuses every later change"
            yield service.error(_AT, message, hint=f"write {LEGACY_MODES[word]}")


def _meant(word: str) -> str:
    near = next((LEGACY_MODES[known] for known in LEGACY_MODES if known.lower() == word.lower()), "")
    if near:
        return f"did you mean '{near}'?"
    return closest(word, MODES) or f"one of {' and '.join(MODES[:2])}"


@rule("KG128", whole=True)
def knative_is_missing(tree: Tree) -> Iterator[Mistake]:
    """The mode Knative on a platform without Knative.

    KServe's controller looks for the kind Service of Knative, and gives an InferenceService of that mode up at once:
    the event ServerlessModeRejected, and no pods. Nothing in the tree brings Knative; where it is in the cluster all
    the same, platform.yaml must say so. This is told once, at the first model.

    Fix: use the mode Standard, deliver Knative, or say that it is there, in platform.yaml:
    `existing: [{kind: KnativeServing, namespace: knative-serving, name: knative-serving}]`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/controller/v1beta1/inferenceservice/controller.go.
    """
    known_default = any(True for _ in tree.values_of(*KSERVE))
    asking = [found for found in tree.services if _is_knative(found, known_default=known_default)]
    if asking and not _has_knative(tree):
        first, count = asking[0], len(asking)
        which = "this InferenceService runs" if count == 1 else f"{count} InferenceServices, this one first, run"
        hint = "use the mode Standard, deliver a KnativeServing"
        at = _AT if DEPLOYMENT_MODE in first.annotations else ("metadata", "name")
        message = f"{which} in the mode Knative, and nothing here brings Knative"
        yield first.error(at, message, hint=hint, missing=_OPERATED)


def _is_knative(service: Service, *, known_default: bool) -> bool:
    return service.mode == "Knative" and (known_default or DEPLOYMENT_MODE in service.annotations)


def _has_knative(tree: Tree) -> bool:
    return (
        any(_KNATIVE in f"{found.kind}/{found.namespace}/{found.name}".lower() for found in tree.cluster.existing)
        or any(_KNATIVE in found.group or _KNATIVE in found.name for found in tree.objects)
        or any(_KNATIVE in str(found.spec).lower() for found in tree.of("Application", "ApplicationSet"))
    )
