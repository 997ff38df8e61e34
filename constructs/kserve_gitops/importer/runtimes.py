"""What KServe's stock ClusterServingRuntimes can serve, as a table.

A model names a format and gets a runtime by formats, versions, priorities and protocols (KServe's
predictor_model.go). The manifests leave image tags to kustomize, which writes them over the word
`replace`; such a tag is left out. How a container is told the name of the model decides under which name it serves.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

KINDS = frozenset({"ClusterServingRuntime", "ServingRuntime"})

_NOT_INSTALLED = frozenset({"kserve-openvino"})
"""In KServe's folder of runtimes, yet listed neither by its chart nor by its kustomization up to v0.20."""
_MODEL = "{{.Name}}"
"""What KServe replaces by the name of the InferenceService."""


def row(manifest: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """(name, what it serves and with which containers) of one runtime.

    Raises KeyError, TypeError or AttributeError where the manifest is not a runtime.
    """
    name, spec = str(manifest["metadata"]["name"]), manifest["spec"]
    formats = [
        {key: entry[key] for key in ("autoSelect", "name", "priority", "version") if key in entry}
        for entry in spec["supportedModelFormats"]
    ]
    return name, {
        "containers": [_container(container) for container in spec["containers"]],
        "disabled": bool(spec.get("disabled", False)),
        "installed": name not in _NOT_INSTALLED,
        "multiModel": bool(spec.get("multiModel", False)),
        "protocolVersions": list(spec.get("protocolVersions", ())),
        "supportedModelFormats": formats,
        "workerSpec": "workerSpec" in spec,
    }


def _container(container: Mapping[str, Any]) -> dict[str, Any]:
    resources = container.get("resources", {})
    return {
        "flags": sorted(set(_flags(container.get("args", ())))),
        "image": container["image"].removesuffix(":replace"),
        "name": container["name"],
        "nameEnv": sorted(entry["name"] for entry in container.get("env", ()) if _MODEL in str(entry.get("value"))),
        "nameFlags": sorted(set(_flags(arg for arg in container.get("args", ()) if str(arg).endswith(f"={_MODEL}")))),
        "resources": {key: dict(resources[key]) for key in ("limits", "requests") if key in resources},
    }


def _flags(args: Iterable[Any]) -> Iterator[str]:
    for argument in args:
        if str(argument).startswith("--"):
            yield str(argument).partition("=")[0]
