"""The kinds that Kubernetes itself serves, from the OpenAPI schemas that `kubernetes-validate` carries.

That package is needed here only, so it is imported when asked for. Its schemas allow null nearly everywhere,
because an API server reads null as "not given"; we never write it, and a null is more likely a mistake.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata, resources
from typing import Any

from kserve_gitops.core.errors import ToolError
from kserve_gitops.importer.crds import Kind
from kserve_gitops.importer.factoring import each_subschema
from kserve_gitops.importer.structure import OBJECT_META, Schema, kind

PACKAGE = "kubernetes-validate"

_KINDS = {
    "core": (
        "v1 ConfigMap LimitRange Namespace PersistentVolume PersistentVolumeClaim Pod ResourceQuota Secret Service "
        "ServiceAccount"
    ),
    "apps": "v1 DaemonSet Deployment StatefulSet",
    "autoscaling": "v2 HorizontalPodAutoscaler",
    "batch": "v1 CronJob Job",
    "networking.k8s.io": "v1 Ingress NetworkPolicy",
    "policy": "v1 PodDisruptionBudget",
    "rbac.authorization.k8s.io": "v1 ClusterRole ClusterRoleBinding Role RoleBinding",
    "scheduling.k8s.io": "v1 PriorityClass",
    "storage.k8s.io": "v1 StorageClass",
}
_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


@dataclass(frozen=True, slots=True)
class Core:
    """Kinds of one Kubernetes release, and what they were made from."""

    release: str
    kinds: tuple[Kind, ...]
    package_version: str
    path: str
    sha256: str


def core(version: str) -> Core:
    """The kinds of Kubernetes `version`, such as '1.34'.

    Raises ToolError when `kubernetes-validate` is missing or does not know that version.
    """
    try:
        schemas = resources.files("kubernetes_validate") / "kubernetes-json-schema"
    except ModuleNotFoundError as error:
        raise ToolError(
            "kubernetes-validate is not installed, which the core kinds are read from",
            hint="pip install 'kserve-gitops[import]'",
        ) from error
    suffix = "-local-strict"
    known = sorted(entry.name.removesuffix(suffix) for entry in schemas.iterdir() if entry.name.endswith(suffix))
    minor = version.removeprefix("v")
    release = next((name for name in known if name.removeprefix("v") in (minor, f"{minor}.0")), None)
    if release is None:
        has = ", ".join(name.removeprefix("v").removesuffix(".0") for name in known)
        raise ToolError(f"kubernetes-validate has no schemas of Kubernetes '{version}'", hint=f"it has {has}")
    data = (schemas / f"{release}{suffix}" / "_definitions.json").read_bytes()
    return Core(
        release=release,
        kinds=tuple(_kinds(json.loads(data)["$defs"])),
        package_version=metadata.version(PACKAGE),
        path=f"kubernetes-json-schema/{release}{suffix}/_definitions.json",
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _kinds(definitions: Mapping[str, Any]) -> list[Kind]:
    served = {
        (gvk["group"], gvk["version"], gvk["kind"]): name
        for name, node in definitions.items()
        for gvk in node.get("x-kubernetes-group-version-kind", ())
    }
    out = []
    for group, words in _KINDS.items():
        version, *names = words.split()
        for name in names:
            api = "" if group == "core" else group
            node = _whole(definitions[served[api, version, name]], definitions)
            out.append(Kind(group, version, name, kind(node, f"{api}/{version}".lstrip("/"), name, prune=False)))
    return out


def _whole(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> Schema:
    """`node` with every reference replaced by what it means, and without the nulls."""
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        return OBJECT_META if name == _META else _whole(definitions[name], definitions)
    out = dict(node)
    if isinstance(out.get("type"), list):
        out["type"] = next(word for word in out["type"] if word != "null")
    if "enum" in out:
        out["enum"] = [value for value in out["enum"] if value is not None]
    return each_subschema(out, lambda _, __, value: _whole(value, definitions))
