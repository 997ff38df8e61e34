"""Which credentials are wanted in which namespaces, and by whom."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kserve_gitops.core.places import Place
from kserve_gitops.inputs.credential import Credential
from kserve_gitops.inputs.environment import Model, Part
from kserve_gitops.inputs.platform import Blocks

NAMESPACES = {"mlflow": "mlflow", "jupyterhub": "jupyterhub"}
"""Where the parts that have credentials run."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A credential in a namespace: who wants it, and the place to tell when it is not there."""

    credential: Credential
    namespace: str
    users: tuple[str, ...]
    place: Place


def wanted(
    models: Iterable[tuple[Model, Callable[[], Place]]],
    parts: Mapping[str, Part],
    writer: Credential | None,
    declared: Mapping[str, Credential],
    blocks: Blocks,
) -> list[Wanted]:
    """All of them, by namespace and name; `writer` is what MLflow writes artifacts with.

    The place of a model is asked for only where it is the first to want something: there may be ten thousand.
    """
    found: dict[tuple[str, str], Wanted] = {}
    for name, namespace, user, place in _each(models, parts, writer, declared, blocks):
        for one in (name, *declared[name].also):
            before = found.get((namespace, one)) or Wanted(declared[one], namespace, (), place())
            more = user if one == name else "also"
            if more not in before.users:
                found[namespace, one] = replace(before, users=(*before.users, more))
    return [found[key] for key in sorted(found)]


def _each(
    models: Iterable[tuple[Model, Callable[[], Place]]],
    parts: Mapping[str, Part],
    writer: Credential | None,
    declared: Mapping[str, Credential],
    blocks: Blocks,
) -> Iterator[tuple[str, str, str, Callable[[], Place]]]:
    """Name, namespace, user and place of every single use."""
    for model, place in models:
        if model.credential is not None:
            yield model.credential.name, model.namespace, "models", place
    locate = blocks.locate("parts")
    if writer is not None and "mlflow" in parts:
        yield writer.name, NAMESPACES["mlflow"], "mlflow", partial(locate, ("mlflow",), None)
    for part, namespace in sorted(NAMESPACES.items()):
        for key, name in sorted(_own(parts.get(part)).items()):
            yield name, namespace, part, partial(locate, (part, "secrets", key), None)
    locate = blocks.locate("credentials")
    for name, credential in sorted(declared.items()):
        for number, namespace in enumerate(credential.namespaces):
            yield name, namespace, "namespaces", partial(locate, (name, "namespaces", number), None)


def _own(part: Part | None) -> Mapping[str, Any]:
    found: Mapping[str, Any] = part.options.get("secrets", {}) if part else {}
    return found
