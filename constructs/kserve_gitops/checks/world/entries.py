"""Entries of the Secret that models with `storage` name: JSON, which a template may hold with gaps for what is sealed.

Sources: kserve/kserve v0.16.0 and v0.20.0, CreateStorageSpecSecretEnvs in
pkg/credentials/service_account_credentials.go; kserve_storage.py, _update_with_storage_spec.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.services import Model, Service
from kserve_gitops.checks.tree import Tree
from kserve_gitops.checks.world.accounts import secret_annotation
from kserve_gitops.checks.world.made import made
from kserve_gitops.checks.world.secrets import Secret, secret
from kserve_gitops.core.origins import Path

DEFAULT = "default"
TYPES = ("s3", "hdfs", "webhdfs")
FILLED_IN = "\ufffc"
"""What stands for a value that is filled in later."""

_ACTION = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
_WORDS = ("if", "else", "end", "range", "with", "define", "template", "block", "break", "continue")
"""What makes more of a template than a text with gaps."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A `storage` of a model: the Secret and the key in it that KServe reads, and the parameters beside it.

    `key` is "" where none need be there. `at` leads to the `storage`.
    """

    service: Service
    at: Path
    name: str
    key: str
    path: str
    parameters: Mapping[str, Any]


def asked(tree: Tree, service: Service, model: Model) -> Asked | None:
    """What the `storage` of a model asks for; None where it has none."""
    storage = mapping(model.given.get("storage"))
    named = service.annotations.get(secret_annotation(tree), tree.setting("storage.storageSpecSecretName"))
    if not storage:
        return None
    parameters = mapping(storage.get("parameters"))
    key, path = storage.get("key"), storage.get("path")
    fallback = f"{DEFAULT}_{parameters['type']}" if parameters.get("type") else DEFAULT
    return Asked(
        service,
        (*model.at, "storage"),
        named if isinstance(named, str) and named else "storage-config",
        key if isinstance(key, str) and key else fallback,
        path if isinstance(path, str) else "",
        parameters,
    )


def asked_of(tree: Tree) -> Iterator[tuple[Asked, Secret | None]]:
    """Every `storage` of the tree, and the Secret that it is read out of."""
    world = made(tree)
    for service in tree.services:
        for model in service.models:
            if one := asked(tree, service, model):
                yield one, secret(world, world.namespace(service), one.name)


def filled_in(template: str) -> str | None:
    """The text of a template, with `FILLED_IN` for what is not known; None where it may become anything.

    An action outside of the quotes of JSON prints JSON itself, and in them it prints a part of a text.
    """
    found, end, quoted = [], 0, False
    for action in _ACTION.finditer(template):
        before, said = template[end : action.start()], action[1]
        if said.partition(" ")[0] in _WORDS:
            return None
        quoted = _ends_quoted(before, quoted=quoted)
        found += [before, _printed(said, quoted=quoted)]
        end = action.end()
    return "".join([*found, template[end:]])


def _printed(said: str, *, quoted: bool) -> str:
    if _TEXT.fullmatch(said):  # a text of its own, as is written for `{{`
        return said[1:-1]
    return "" if said.startswith("/*") else FILLED_IN if quoted else f'"{FILLED_IN}"'


def _ends_quoted(text: str, *, quoted: bool) -> bool:
    """Whether JSON is within quotes after a text, where it was `quoted` before."""
    skip = False
    for sign in text:
        if skip:
            skip = False
        elif quoted and sign == "\\":
            skip = True
        elif sign == '"':
            quoted = not quoted
    return quoted


def read(template: str) -> Any:
    """What the JSON of a template holds; None where that is not known. Raises ValueError for what can be no JSON."""
    text = filled_in(template)
    if text is None:
        return None
    found = json.loads(text)
    return None if isinstance(found, str) and FILLED_IN in found else found


def known(value: Any) -> str:
    """A text that is known to the last letter; "" for every other value."""
    return value if isinstance(value, str) and FILLED_IN not in value else ""
