"""A file of the catalogue as it stands: its kind, what is wrong with it, and its layers, merged.

Only our own keys and the short forms are settled here. What stands in a spec is KServe's and is handed on as it is;
it is checked later, on the rendered object, against KServe's schema.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kserve_gitops.core.documents import Document
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.merging import merge
from kserve_gitops.core.suggestions import closest
from kserve_gitops.inputs.phrasing import Locate
from kserve_gitops.inputs.schema import locator, overlay_locator, problems, schema
from kserve_gitops.serving.kinds import KINDS, MODEL
from kserve_gitops.serving.webhook import AUTOSCALER_CLASS, DEPLOYMENT_MODE, FRAMEWORKS, LEGACY_MODES, modern_predictor

_FRAMEWORKS = frozenset(FRAMEWORKS)
_OWN_ANNOTATIONS = {DEPLOYMENT_MODE: "deploymentMode", AUTOSCALER_CLASS: "autoscalerClass"}


def kind_of(document: Document) -> str:
    """The kind that a file is of; it need not be one that exists."""
    found = document.data.get("kind", MODEL) if isinstance(document.data, Mapping) else MODEL
    return "" if found is None else str(found)


def own_keys(kind: str) -> frozenset[str]:
    """The keys of a file that are not fields of the object's spec."""
    if kind == MODEL:
        return frozenset(schema("model")["$defs"]["inferenceService"]["properties"])
    beside = KINDS[kind].top if kind in KINDS else ()
    return frozenset([*schema("model")["$defs"]["other"]["properties"], *beside])


def file_problems(document: Document, environments: Iterable[str]) -> list[Finding]:
    """What is wrong with a file: with itself, and with it under each environment's overlay.

    Without any `environments` platform.yaml is at fault, and no overlay is said to be undeclared.
    """
    found = list(_problems(document.data, kind_of(document), locator(document)))
    if found:
        return found
    known = list(environments)
    for name, overlay in (document.data.get("environments") or {}).items():
        if known and name not in known:
            place = document.at(("environments",), key=name)
            hint = closest(name, known) or f"declared in platform.yaml: {', '.join(known)}"
            found.append(Finding("KG015", f"environment '{name}' is not declared", place, hint))
        elif overlay:
            fixed = sorted({"kind", "apiVersion", "name"}.intersection(overlay))
            for key in fixed:
                place = document.at(("environments", name), key=key)
                hint = "make it another file, with an overlay for each environment that lacks it"
                found.append(Finding("KG010", f"'{key}' cannot differ between environments", place, hint))
            if not fixed:
                locate = overlay_locator(document, (), ("environments", name))
                found.extend(_problems(merged(document, name), kind_of(document), locate))
    return found


def _problems(data: Any, kind: str, locate: Locate) -> Iterator[Finding]:
    if stranger := _stranger(data, kind, locate):
        yield stranger
        return
    part = "inferenceService" if kind == MODEL else "other"
    found = [_with_the_new_word(finding, data) for finding in problems(data, "model", locate, part=part)]
    yield from found
    if found:
        return
    if kind == MODEL and isinstance(data.get("canary"), Mapping):
        below: Locate = lambda path, key: locate(("canary", *path), key)  # noqa: E731  two lines for one
        yield from problems(data["canary"], "model", below, part="rollout", under="canary")
    wanted = KINDS[kind].api_version("")
    if kind == MODEL and data.get("apiVersion", wanted) != wanted:
        yield Finding("KG011", f"apiVersion of {kind} is {wanted}", locate(("apiVersion",), None), "take the key away")
    if data.get("namespace") is not None and not KINDS[kind].namespaced:
        yield Finding("KG010", f"{kind} belongs to no namespace", locate((), "namespace"), "take the key away")
    if kind == MODEL:
        for key in (data.get("metadata") or {}).get("annotations", ()):
            if own := _OWN_ANNOTATIONS.get(key):
                place = locate(("metadata", "annotations"), key)
                yield Finding("KG010", f"the annotation '{key}' has a key of its own here", place, f"write {own}: …")
    elif wrong := KINDS[kind].name_problem(data["name"]):
        yield Finding("KG011", f"name: {wrong}", locate(("name",), None))


def _stranger(data: Any, kind: str, locate: Locate) -> Finding | None:
    """What is no file of the catalogue at all."""
    if isinstance(data, Mapping) and isinstance(data.get("spec"), Mapping) and "apiVersion" in data:
        hint = "kserve-gitops adopt makes a file of the catalogue of it: there the fields of spec stand at the top"
        return Finding("KG010", "this is a whole manifest", locate((), "spec"), hint)
    if kind in KINDS:
        return None
    hint = closest(kind, KINDS) or f"one of: {', '.join(KINDS)}; any other object goes under manifests/"
    message = f"kind is '{kind}', which is none of KServe's" if kind else "kind is empty"
    return Finding("KG011", message, locate(("kind",), None), hint)


def declared(document: Document) -> tuple[str, str, str]:
    """Kind, namespace where the file names one, and name."""
    return kind_of(document), str(document.data.get("namespace") or ""), document.data["name"]


def _with_the_new_word(finding: Finding, data: Any) -> Finding:
    """A mode under the name that KServe had for it until v0.15 gets the hint that helps."""
    mode = data.get("deploymentMode") if isinstance(data, Mapping) else None
    if isinstance(mode, str) and mode in LEGACY_MODES and finding.message.startswith("deploymentMode is"):
        return replace(finding, hint=f"since v0.16 KServe calls it {LEGACY_MODES[mode]}")
    return finding


def merged(document: Document, environment: str, defaults: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The file with the overlay of an environment over it, and the `defaults` of all models beneath."""
    data = _settled({key: value for key, value in document.data.items() if key != "environments"}, whole=True)
    given = (document.data.get("environments") or {}).get(environment)
    overlay = _settled(given, whole=False) if given else {}
    if defaults:
        data = _completed(_fitting(defaults, _over(data, overlay)), data)
    return _over(data, overlay)


def _over(data: dict[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """An overlay over the file.

    What is null in the new predictor of a canary, and not in the file, stays: it takes something of the old one away.
    """
    if not overlay:
        return data
    result: dict[str, Any] = merge(data, overlay)
    new = _new_predictor(overlay)
    if new is not None:
        result["canary"]["predictor"] = _completed(_new_predictor(data) or {}, new)
    return result


def _new_predictor(layer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    canary = layer.get("canary")
    found = canary.get("predictor") if isinstance(canary, Mapping) else None
    return found if isinstance(found, Mapping) else None


def layers(document: Document, environment: str) -> list[Mapping[str, Any]]:
    """What a person wrote, the strongest first."""
    overlays = document.data.get("environments")
    overlay = overlays.get(environment) if isinstance(overlays, Mapping) else None
    return [*([overlay] if isinstance(overlay, Mapping) else ()), document.data]


def model_of(layer: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a layer says about the `model` of the predictor, under whichever key."""
    predictor = layer.get("predictor")
    if not isinstance(predictor, Mapping):
        return {}
    said = next((predictor[key] for key in ("model", *FRAMEWORKS) if key in predictor), None)
    return said if isinstance(said, Mapping) else {}


def framework(document: Document, environment: str, *above: str) -> str | None:
    """The legacy key under predictor, or under that of a canary, that became `model`, where there is one."""
    for layer in layers(document, environment):
        holder: Any = layer
        for step in (*above, "predictor"):
            holder = holder.get(step) if isinstance(holder, Mapping) else None
        for key in holder if isinstance(holder, Mapping) else ():
            if key in _FRAMEWORKS:
                return str(key)
    return None


def _settled(data: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """Short and legacy forms in the one form of KServe, so that layers merge whichever of them is used."""
    result = dict(data)
    if isinstance(data.get("predictor"), Mapping):
        result["predictor"] = _long_form(data["predictor"], whole=whole)
    canary = data.get("canary")
    if isinstance(canary, Mapping) and isinstance(canary.get("predictor"), Mapping):
        result["canary"] = {**canary, "predictor": _long_form(canary["predictor"], whole=False)}
    elif isinstance(canary, list):
        result["canary"] = [_settled(entry, whole=False) if isinstance(entry, Mapping) else entry for entry in canary]
    return result


def _long_form(predictor: Mapping[str, Any], *, whole: bool) -> Mapping[str, Any]:
    if not _FRAMEWORKS.isdisjoint(predictor):
        predictor = modern_predictor(predictor, whole=whole)
    model = predictor.get("model")
    if not isinstance(model, Mapping) or not isinstance(model.get("modelFormat"), str):
        return predictor
    return {**predictor, "model": {**model, "modelFormat": {"name": model["modelFormat"]}}}


def _fitting(defaults: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Those defaults that `data` has a use for: a default must not make a component or an implementation."""
    found = {key: value for key, value in defaults.items() if key == "metadata" or isinstance(data.get(key), Mapping)}
    predictor = found.get("predictor")
    if isinstance(predictor, Mapping) and not isinstance(data["predictor"].get("model"), Mapping):
        found["predictor"] = {key: value for key, value in predictor.items() if key != "model"}
    return found


def _completed(defaults: Any, data: Any) -> Any:
    """`data` over `defaults`; a null takes a default away, and stays where there is none: KServe's schema tells it."""
    if not isinstance(data, Mapping) or not isinstance(defaults, Mapping):
        return data
    result = {**defaults, **{key: _completed(defaults.get(key), value) for key, value in data.items()}}
    return {key: value for key, value in result.items() if value is not None or defaults.get(key) is None}
