"""Two things with one name: what controllers make of one object, against another one."""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.made import Made, World, made
from kserve_gitops.core.origins import Path

_NAME: Path = ("metadata", "name")
_MAKERS = frozenset(
    {
        "Certificate",
        "InferenceGraph",
        "InferenceService",
        "LocalModelCache",
        "LocalModelNamespaceCache",
        "SealedSecret",
    }
)
"""Kinds whose objects want what is made of them for themselves; others take what is there."""
_SHARED = frozenset({"Namespace", "Role", "RoleBinding", "ServiceAccount"})
_SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")
_SEALED = ("sealedsecrets.bitnami.com/managed", "sealedsecrets.bitnami.com/patch")


@rule("KG406")
def made_twice(tree: Tree) -> Iterator[Mistake]:
    """Two objects of which the same one is made.

    Names are put together: an InferenceService `iris` with a canary makes a Service `iris-canary-predictor`, and so
    does an InferenceService `iris-canary`. The controller works on both in turn, and each time writes over what the
    other one wants, or refuses the second because the first owns the object.

    Fix: give one of the two another name.

    Since: every release; canaries beside the model v0.20.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/constants/constants.go; serving/children.py.
    """
    first: dict[tuple[str, str, str], Made] = {}
    told: set[tuple[int, int]] = set()
    for one in made(tree).made:
        if not isinstance(one.by, Object) or not _its_own(one, one.by):
            continue
        other = first.setdefault((one.kind, one.namespace, one.name), one)
        if other.by is None or (isinstance(other.by, Object) and _same(one.by, other.by)):
            continue
        if (pair := (id(one.by), id(other.by))) not in told:
            told.add(pair)
            message = f"the {one.kind} '{one.name}' is made of {other.by.label} too"
            spot = (other.by, _at(other))
            yield one.by.error(_at(one), message, hint="give one of the two another name", other=spot)


def _its_own(one: Made, by: Object) -> bool:
    """Whether the controller makes it for certain, and for nobody else."""
    if by.kind == "LLMInferenceService":  # most of its children are made only if it asks for them
        return one.name.endswith(("-kserve", "-kserve-workload-svc")) and one.kind not in _SHARED
    return by.kind in _MAKERS and one.kind not in _SHARED


def _same(one: Object, other: Object) -> bool:
    """The same object twice is another rule's."""
    return (one.kind, one.namespace, one.name) == (other.kind, other.namespace, other.name)


def _at(one: Made) -> Path:
    """A name that is written: that of a canary, else that of the object."""
    return (*one.at, "name") if "canary" in one.at else _NAME


@rule("KG407")
def taken(tree: Tree) -> Iterator[Mistake]:
    """An object with a name that a controller uses for one of its own.

    KServe calls what it makes of an InferenceService `<name>`, `<name>-predictor`, `<name>-transformer` and
    `<name>-explainer`, and the SealedSecret controller gives the Secret the name of the SealedSecret. Two then write to
    one object: KServe over what Argo CD has applied, Argo CD over that at the next sync, without end.

    Fix: give the object another name. What KServe makes cannot be changed by an object of the same name; use the fields
    of the InferenceService.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/constants/constants.go and
    pkg/controller/v1beta1/inferenceservice/reconcilers; sealed-secrets v0.36.6, pkg/controller.
    """
    world = made(tree)
    for one in world.made:
        if not isinstance(one.by, Object) or not _its_own(one, one.by):
            continue
        found = world.find(one.kind, one.namespace, one.name)
        if isinstance(found, Object) and not _handed_over(found, one):
            message = f"one of that name is made of {one.by.label}"
            yield found.error(_NAME, message, hint="give one of the two another name", other=(one.by, _at(one)))


def _handed_over(found: Object, one: Made) -> bool:
    """Whether an object may be there before: a claim is taken as it is, a Secret where annotations say so."""
    if one.kind == "PersistentVolumeClaim":
        return True
    return one.kind == "Secret" and any(found.annotations.get(key) == "true" for key in _SEALED)


@rule("KG408")
def scaled_twice(tree: Tree) -> Iterator[Mistake]:
    """An autoscaler for a Deployment whose replicas KServe settles itself.

    KServe makes a HorizontalPodAutoscaler or ScaledObject for each component, and with the class `none` it writes the
    replicas itself. A second autoscaler changes the number, the first one changes it back, and pods come and go.

    Fix: say `serving.kserve.io/autoscalerClass: external` on the InferenceService, so that KServe keeps its hands off;
    or take the autoscaler away and use minReplicas, maxReplicas and autoScaling of the component.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, reconcilers/autoscaler/autoscaler_reconciler.go and
    reconcilers/deployment/deployment_reconciler.go.
    """
    world = made(tree)
    own = {(one.kind, one.namespace, one.name) for one in world.made if one.kind in _SCALERS}
    for scaler in tree.of(*_SCALERS):
        target = mapping(scaler.spec.get("scaleTargetRef"))
        name = target.get("name")
        whole = target.get("kind", "Deployment") == "Deployment" and isinstance(name, str)
        if whole and (scaler.kind, world.namespace(scaler), scaler.name) not in own:
            yield from _fought(scaler, world, str(name))


def _fought(scaler: Object, world: World, name: str) -> Iterator[Mistake]:
    found = world.find("Deployment", world.namespace(scaler), name)
    if not isinstance(found, Made) or not isinstance(found.by, Service) or "canary" in found.at:
        return
    kserves = found.by.autoscaler_class or "hpa"
    if kserves in ("hpa", "keda", "none"):
        message = f"KServe settles the replicas of Deployment '{name}' itself, by the class '{kserves}'"
        hint = f"say autoscalerClass: external on {found.by.label}, or take this away"
        yield scaler.error(("spec", "scaleTargetRef", "name"), message, hint=hint, other=(found.by, found.at))
