"""KServe's InferenceService.

Sources: kserve/kserve v0.16.0, pkg/apis/serving/v1beta1 and pkg/controller/v1beta1/inferenceservice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct

from kserve_gitops.core.errors import GitopsError
from kserve_gitops.core.origins import Link, Origin, Path
from kserve_gitops.core.patches import Patch, patched, pointed
from kserve_gitops.inputs.releases import RELEASES, Release
from kserve_gitops.kserve_object import KServeObject
from kserve_gitops.manifest import calling_line
from kserve_gitops.service_account import ServiceAccount
from kserve_gitops.serving.autoscaling import Autoscaling, scaled
from kserve_gitops.serving.canary import Backend, Canary, rollout
from kserve_gitops.serving.runtimes import resources_of
from kserve_gitops.serving.shapes import Explainer, Predictor, Transformer, Untyped
from kserve_gitops.serving.webhook import (
    AUTOSCALER_CLASS,
    COMPONENT_LABEL,
    DEPLOYMENT_MODE,
    LEGACY_MODES,
    MODES,
    POD_LABEL,
    admitted,
    modern_predictor,
)

_VERSION = "v1beta1"
_ONLY_STABLE: tuple[Path, ...] = (("explainer",), ("canary",))
"""Parts of the spec that a second InferenceService, that of a canary, does not have."""


class InferenceService(KServeObject):
    """A model served by KServe.

    `predictor`, `transformer` and `explainer` are KServe's own mappings, under KServe's own names; a mapping from a
    file is handed in as `Untyped`. Left out and filled in: resources of a `model` (one CPU and 2Gi; None stands for
    those of its runtime), the ServiceAccount, from `service_account`, and what KServe's webhook would add. The
    deployment mode is always written, because KServe refuses to change it later. `labels` and `annotations` are those
    of the object: KServe copies them to the pods, which restart when one changes.

    `autoscaling` scales the predictor. `autoscaler_class` is the same choice in KServe's word, where the
    components say the rest themselves. `canary` is the rollout of a new predictor, or KServe's own `spec.canary`;
    where KServe does not split requests itself, give the model an `HTTPRoute` over `backends`, and say `routed`.
    `patches` go over the object last, and over the one of a canary, but for what they say of explainer and canary.
    `release` is the KServe that is deployed.

    `service` is the Service that is asked for the stable model, `url` its address in the cluster; a client page asks
    that, and never reaches a canary. `backends` are whom a route must lead to; `canary` is the object of the new
    predictor where that is an InferenceService of its own.
    Raises GitopsError for an `autoscaling` that the deployment mode ignores.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        predictor: Predictor | Untyped,
        transformer: Transformer | Untyped | None = None,
        explainer: Explainer | Untyped | None = None,
        canary: Canary | Sequence[Mapping[str, Any]] | None = None,
        deployment_mode: str = "Standard",
        autoscaling: Autoscaling | None = None,
        autoscaler_class: str | None = None,
        service_account: ServiceAccount | None = None,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        patches: Sequence[Patch] = (),
        release: Release = RELEASES["v0.16.0"],
        routed: bool = False,
        origin: Origin | None = None,
    ) -> None:
        origin = origin or calling_line()
        mode = LEGACY_MODES.get(deployment_mode, deployment_mode)
        if mode not in MODES:
            raise GitopsError(f"deployment_mode '{deployment_mode}' is not known", hint=f"one of {', '.join(MODES)}")
        spec: dict[str, Any] = {"predictor": _filled(predictor, service_account)}
        if autoscaling is not None:
            spec["predictor"] = scaled(spec["predictor"], autoscaling, mode)
            autoscaler_class = _class_of(autoscaling, autoscaler_class)
        others = {"transformer": transformer, "explainer": explainer}
        spec |= {name: component for name, component in others.items() if component is not None}
        plan = rollout(
            id,
            spec,
            _modern(canary),
            mode=mode,
            in_release=release.canary,
            autoscaler_class=autoscaler_class,
            routed=routed,
        )
        own = {DEPLOYMENT_MODE: mode} | ({AUTOSCALER_CLASS: autoscaler_class} if autoscaler_class is not None else {})
        notes = {**(annotations or {}), **plan.annotations, **own}
        self.namespace = namespace
        self.service = plan.backends[0].service
        self.url = f"http://{self.service}.{namespace}.svc.cluster.local"
        self.backends: tuple[Backend, ...] = plan.backends
        self.predictor_labels = {POD_LABEL: id, COMPONENT_LABEL: "predictor"}
        first = _admitted(plan.spec, notes, release)
        super().__init__(
            scope,
            id,
            kind="InferenceService",
            version=_VERSION,
            namespace=namespace,
            spec=first,
            labels=labels,
            annotations=notes,
            patches=patches,
            problems=plan.faults,
            origin=origin,
        )
        self.canary: KServeObject | None = None
        if plan.second is not None:
            metadata = {"name": id, "namespace": namespace, **({"labels": labels} if labels else {})}
            stable = {"metadata": {**metadata, "annotations": notes}, "spec": first}
            self.canary = KServeObject(
                self,
                plan.second_name,
                kind="InferenceService",
                version=_VERSION,
                namespace=namespace,
                spec=_admitted(plan.second, notes, release),
                labels=labels,
                annotations=notes,
                patches=_patches_of_canary(stable, patches),
                origin=_origin_of_canary(origin),
            )


def _filled(predictor: Predictor | Untyped, service_account: ServiceAccount | None) -> dict[str, Any]:
    """With what we choose: resources of a model, and the account."""
    filled = modern_predictor(predictor)
    model = filled.get("model")
    if isinstance(model, Mapping) and not model.get("resources"):
        rest = {key: value for key, value in model.items() if key != "resources"}
        own = None if "resources" in model else resources_of(filled)
        filled["model"] = rest if own is None else {**rest, "resources": own}
    if service_account is not None:
        filled.setdefault("serviceAccountName", service_account.account)
    return filled


def _admitted(spec: dict[str, Any], annotations: Mapping[str, str], release: Release) -> dict[str, Any]:
    manifest = {"metadata": {"annotations": annotations}, "spec": spec}
    found: dict[str, Any] = admitted(manifest, version=release.version)["spec"]
    return found


def _modern(canary: Canary | Sequence[Mapping[str, Any]] | None) -> Canary | Sequence[Mapping[str, Any]] | None:
    if not isinstance(canary, Canary):
        return canary
    return Canary(canary.traffic_percent, modern_predictor(canary.predictor, whole=False), tag=canary.tag)


def _class_of(autoscaling: Autoscaling, given: str | None) -> str | None:
    own = autoscaling.autoscaler_class
    if given is not None and given != own:
        chosen = type(autoscaling).__name__
        raise GitopsError(f"autoscaler_class is '{given}', but autoscaling is {chosen}", hint="leave the class out")
    return own


def _patches_of_canary(stable: dict[str, Any], patches: Sequence[Patch]) -> list[Patch]:
    """`patches` for the second object, each in its place, for faults are told by number.

    One that cannot be applied to the `stable` object either is told there.
    """
    told = {number for number, _ in patched(stable, patches).problems} if patches else ()
    return [{} if number in told else _for_canary(patch) for number, patch in enumerate(patches)]


def _for_canary(patch: Patch) -> Patch:
    """`patch` without what only the stable object has; an empty one changes nothing."""
    if "op" in patch:
        places = [pointed(patch.get(key))[:2] for key in ("path", "from")]
        return {} if any(place[:1] == ("spec",) and place[1:] in _ONLY_STABLE for place in places) else patch
    spec = patch.get("spec")
    if not isinstance(spec, Mapping):
        return patch
    return {**patch, "spec": {key: value for key, value in spec.items() if (key,) not in _ONLY_STABLE}}


def _origin_of_canary(origin: Origin) -> Origin:
    """The same input, with the new predictor before the old one.

    Links of the entry in `spec.canary` are more exact than the ones of the whole canary: they know former words.
    """
    canary: Path = ("spec", "canary")
    entry: Path = (*canary, 0)
    links = [
        Link(("spec", *link.target[len(entry) :]), link.sources, link.file)
        for link in origin.links
        if link.target[: len(entry)] == entry
    ]
    for part in (("predictor", "model"), ("predictor",)):
        for link in origin.links:
            if link.target == canary:
                sources = tuple((*source, *part) for source in link.sources)
                links.append(Link(("spec", *part), sources, link.file))
    return Origin(origin.file, origin.line, (*links, *origin.links))
