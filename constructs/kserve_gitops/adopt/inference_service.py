"""An InferenceService as a file of the catalogue: what synth derives left out, legacy forms in today's."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kserve_gitops.adopt import modes
from kserve_gitops.adopt.entry import Entry, common_links, head, metadata_and_patches, namespace_of, over
from kserve_gitops.adopt.reading import Found
from kserve_gitops.adopt.settings import Settings
from kserve_gitops.core import quantities
from kserve_gitops.core.origins import Path
from kserve_gitops.inputs.models import stores
from kserve_gitops.serving.kinds import COMPONENTS
from kserve_gitops.serving.runtimes import resources_of
from kserve_gitops.serving.webhook import AUTOSCALER_CLASS, DEFAULT, DEPLOYMENT_MODE, FRAMEWORKS, modern_predictor

_OWN_ANNOTATIONS = (DEPLOYMENT_MODE, AUTOSCALER_CLASS)
_ORDER = {
    "component": ("model", "containers", "minReplicas", "maxReplicas", "scaleTarget", "scaleMetric"),
    "model": ("modelFormat", "protocolVersion", "runtime", "runtimeVersion", "storageUri", "storage", "args", "env"),
    "container": ("name", "image", "command", "args", "env", "ports", "resources"),
}
"""What people write first; the rest follows as it stands in the manifest."""

Admitted = Callable[[Mapping[str, Any]], dict[str, Any]]
"""An object → as KServe's webhook and the API server leave it."""


def converted(
    found: Found,
    cleaned: Mapping[str, Any],
    settings: Settings,
    admitted: Admitted,
    *,
    blocked: frozenset[tuple[str, str]] = frozenset(),
) -> Entry:
    """The entry of an object that fits its schema.

    `cleaned` is the object without what a cluster adds and without structural defaults. `blocked` are ServiceAccounts,
    by namespace and name, that are in the input and are not what a credential makes.
    """
    mode, why = modes.mode(found, cleaned, settings.mode)
    spec = {**cleaned["spec"], "predictor": modern_predictor(cleaned["spec"]["predictor"])}
    wanted = _wanted(found, {**cleaned, "spec": spec}, settings, mode)
    legacy = next((key for key in FRAMEWORKS if key in cleaned["spec"]["predictor"].keys() - spec["predictor"]), None)
    spec = dict(_without_derived(wanted, admitted)["spec"])
    own, notes = _own_keys(found, cleaned, spec, settings, blocked)
    data = head(found, settings)
    metadata = dict(cleaned["metadata"])
    annotations = metadata.get("annotations") or {}
    metadata["annotations"] = {key: text for key, text in annotations.items() if key not in _OWN_ANNOTATIONS}
    short, patches, about = metadata_and_patches(metadata, settings)
    if short:
        data["metadata"] = short
    if mode != settings.mode:
        data["deploymentMode"] = mode
    comments: dict[Path, str] = {}
    if why:
        comments["deploymentMode" if "deploymentMode" in data else "predictor",] = why
    data |= own
    remarks = _components(data, spec, settings)
    if legacy:
        comments["predictor", "model"] = f"the manifest has the legacy form {legacy}:, which KServe turns into this"
    data |= {key: value for key, value in spec.items() if key not in COMPONENTS}
    links = [*_links(found, legacy), *common_links(found)]
    return Entry(
        found, namespace_of(found, settings), data | patches, admitted(wanted), links, comments | about, remarks | notes
    )


def _wanted(found: Found, cleaned: Mapping[str, Any], settings: Settings, mode: str) -> dict[str, Any]:
    """The modern object with what was left to the cluster said: its namespace and its mode."""
    annotations = {**(cleaned["metadata"].get("annotations") or {}), DEPLOYMENT_MODE: mode}
    metadata = {**cleaned["metadata"], "namespace": namespace_of(found, settings), "annotations": annotations}
    return {**cleaned, "metadata": metadata}


def _own_keys(
    found: Found,
    cleaned: Mapping[str, Any],
    spec: dict[str, Any],
    settings: Settings,
    blocked: frozenset[tuple[str, str]],
) -> tuple[dict[str, Any], dict[Path, str]]:
    """The keys autoscalerClass and credential; takes the ServiceAccount out of `spec` that the credential gives."""
    own: dict[str, Any] = {}
    annotations = cleaned["metadata"].get("annotations") or {}
    if AUTOSCALER_CLASS in annotations:
        own["autoscalerClass"] = annotations[AUTOSCALER_CLASS]
    predictor = spec["predictor"]
    account = predictor.get("serviceAccountName")
    default = settings.default_credential(stores(spec), namespace_of(found, settings))
    known = {} if (namespace_of(found, settings), account) in blocked else settings.credentials
    given = [name for name, its in known.items() if its == account]
    if given:
        spec["predictor"] = {key: value for key, value in predictor.items() if key != "serviceAccountName"}
        name = default if default in given else given[0]
        return own | ({} if name == default else {"credential": name}), {}
    if default is None:
        return own, {}
    remark = f"in place of {default}: the ServiceAccount has its own keys" if account else "the manifest uses none"
    return own | {"credential": None}, {("credential",): remark}


def _components(data: dict[str, Any], spec: Mapping[str, Any], settings: Settings) -> dict[Path, str]:
    """Puts the components into `data`, over what the platform gives to each; returns remarks."""
    remarks: dict[Path, str] = {}
    for part in COMPONENTS:
        if part not in spec:
            continue
        component, base = dict(spec[part]), dict(settings.defaults.get(part) or {})
        model = component.get("model") if part == "predictor" else None
        if not isinstance(model, Mapping):
            base.pop("model", None)
        else:
            own = resources_of(component)
            component["model"], base["model"] = _model(model, dict(base.get("model") or {}), own)
            if component["model"].get("resources", model) is None:
                remarks[part, "model", "resources"] = "the runtime's own"
        short = over(base, component)
        data[part] = _ordered(short, "component")
    return remarks


def _model(
    model: Mapping[str, Any], base: dict[str, Any], own: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The model in its short form, and what would be there without it.

    Without resources, here and in the platform's defaults, synth fills in its runtime's `own`, where it knows them; a
    mapping goes over the platform's alone.
    """
    short, below = dict(model), dict(base)
    if isinstance(form := model.get("modelFormat"), Mapping) and list(form) == ["name"]:
        short["modelFormat"] = form["name"]
    filled = below.get("resources", own)
    if "resources" not in model:
        if filled is not None:
            short["resources"] = None
        below.pop("resources", None)
    elif filled is not None and _quantities(model["resources"]) == _quantities(filled):
        del short["resources"]
        below.pop("resources", None)
    return short, below


def _quantities(resources: Any) -> Any:
    if isinstance(resources, Mapping):
        return {key: _quantities(value) for key, value in resources.items()}
    try:
        return quantities.canonical(resources)
    except (TypeError, ValueError):
        return resources


def _ordered(value: Any, form: str) -> Any:
    """`value` with the keys first that people write first."""
    if not isinstance(value, Mapping):
        return value
    first = [key for key in _ORDER[form] if key in value]
    out = {key: value[key] for key in [*first, *(key for key in value if key not in first)]}
    if "model" in out and form == "component":
        out["model"] = _ordered(out["model"], "model")
    if isinstance(out.get("containers"), list):
        out["containers"] = [_ordered(one, "container") for one in out["containers"]]
    return out


def _without_derived(manifest: dict[str, Any], admitted: Admitted) -> dict[str, Any]:
    """Without each value that the webhook would put back: tried out, so that its rules stand in one place."""
    whole = admitted(manifest)
    for paths in list(_candidates(manifest["spec"])):
        shorter = manifest
        for path in paths:
            shorter = _without(shorter, ("spec", *path))
        if admitted(shorter) == whole:
            manifest = shorter
    return manifest


def _candidates(spec: Mapping[str, Any]) -> Iterator[list[Path]]:
    """What goes together or not at all: half of a container's resources would only puzzle."""
    if isinstance(spec["predictor"].get("model"), Mapping):
        yield [("predictor", "model", "protocolVersion")]
    groups = (("requests", DEFAULT.requests), ("limits", DEFAULT.limits))
    containers: list[Path] = [(part, "containers", 0) for part in COMPONENTS]
    for first in (*containers, ("explainer", "art")):
        yield [(*first, "resources", group, name) for group, given in groups for name in given]
        yield [(*first, "name")]
    yield [("explainer", "art", "runtimeVersion")]


def _without(value: Any, path: Path) -> Any:
    """A copy without what stands at `path`, and without a mapping that this leaves empty."""
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        return [_without(item, rest) if number == step else item for number, item in enumerate(value)]
    if not isinstance(value, Mapping) or step not in value:
        return value
    below = _without(value[step], rest) if rest else None
    if rest and below != {}:
        return {**value, step: below}
    return {key: inner for key, inner in value.items() if key != step}


def _links(found: Found, legacy: str | None) -> list[tuple[Path, Found, Path]]:
    annotations = ("metadata", "annotations")
    links: list[tuple[Path, Found, Path]] = []
    if legacy:
        links.append((("predictor", "model"), found, ("spec", "predictor", legacy)))
    links += [((part,), found, ("spec", part)) for part in (*COMPONENTS, "canary")]
    links.append((("deploymentMode",), found, (*annotations, DEPLOYMENT_MODE)))
    links.append((("autoscalerClass",), found, (*annotations, AUTOSCALER_CLASS)))
    links.append((("credential",), found, ("spec", "predictor", "serviceAccountName")))
    return links
