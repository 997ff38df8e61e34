"""Custom resource definitions: one schema for each version that an API server would serve."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.importer.structure import Schema, kind

KIND = "CustomResourceDefinition"


@dataclass(frozen=True, slots=True)
class Kind:
    """The schema of one kind in one API version. The core group is spelled `core`."""

    group: str
    version: str
    name: str
    schema: Schema

    @property
    def key(self) -> str:
        """`<Kind>.<version>`: its file's name, unique in its group."""
        return f"{self.name}.{self.version}"


def served(crd: Mapping[str, Any]) -> Iterator[Kind]:
    """The served versions of an apiextensions.k8s.io/v1 CustomResourceDefinition.

    Raises KeyError, TypeError or AttributeError where the document is not of that form.
    """
    spec = crd["spec"]
    group, name = str(spec["group"]), str(spec["names"]["kind"])
    for entry in spec["versions"]:
        if entry["served"]:
            version = str(entry["name"])
            schema = kind(entry["schema"]["openAPIV3Schema"], f"{group}/{version}", name, prune=True)
            yield Kind(group, version, name, schema)
