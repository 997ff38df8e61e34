"""The one place where Kubernetes objects enter the cdk8s tree, and the one place where they leave it.

cdk8s for Python has no way to make an `ApiObject` with a spec in one step: it takes the object, a patch, and
the patching, each a round trip to Node. So a two-method subclass of `ApiObject` is handed to jsii as a module of
its own, the way `cdk8s import` hands over the classes it generates. What it makes are real `ApiObject`s: patches,
labels, dependencies and `Testing.synth` work on them, and objects that others made with cdk8s are collected
beside ours. `collect` renders the whole tree in one crossing, which also spares cdk8s' walk of the
whole app for every chart.
"""

import io
import json
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import cdk8s
import jsii
from constructs import Construct, IConstruct

from kserve_gitops.core.origins import Origin
from kserve_gitops.core.rendered import Rendered

_JAVASCRIPT = """\
const { ApiObject } = require("cdk8s");
const { Construct } = require("constructs");

class Manifest extends ApiObject {
  constructor(scope, id, manifest, note) {
    super(scope, id, manifest);
    this.note = note;
  }
}

class Attachment extends Construct {
  constructor(scope, id, note) {
    super(scope, id);
    this.note = note;
  }
}

const isApplication = (o) => ApiObject.isApiObject(o) && o.kind === "Application" && o.apiGroup === "argoproj.io";

class Tree {
  static collect(root) {
    const rows = [];
    const visit = (construct, applications) => {
      const row = { path: construct.node.path, applications, note: construct.note };
      try {
        for (const problem of construct.node.validate()) rows.push({ ...row, problem });
        if (ApiObject.isApiObject(construct)) rows.push({ ...row, manifest: construct.toJson() });
        else if (construct instanceof Attachment) rows.push(row);
      } catch (error) {
        rows.push({ ...row, problem: error.message });
      }
      const below = isApplication(construct) ? [...applications, construct.name] : applications;
      for (const child of construct.node.children) visit(child, below);
    };
    visit(root, []);
    return rows;
  }
}

module.exports = { Manifest, Attachment, Tree };
"""

_MODULE = "kserve-gitops"
_VERSION = "0.0.0"


def _class(name: str, base: str, *last: str) -> dict[str, Any]:
    """A class of the assembly whose constructor takes (scope, id, *last)."""
    types: dict[str, Any] = {"scope": {"fqn": "constructs.Construct"}, "manifest": {"primitive": "json"}}
    parameters = [{"name": n, "type": types.get(n, {"primitive": "string"})} for n in ("scope", "id", *last)]
    fqn = f"{_MODULE}.{name}"
    return {"assembly": _MODULE, "fqn": fqn, "kind": "class", "name": name, "base": base,
            "initializer": {"parameters": parameters}}  # fmt: skip


def _assembly() -> dict[str, Any]:
    tree = {"assembly": _MODULE, "fqn": f"{_MODULE}.Tree", "kind": "class", "name": "Tree", "methods": [
        {"name": "collect", "static": True, "returns": {"type": {"primitive": "any"}},
         "parameters": [{"name": "root", "type": {"fqn": "constructs.IConstruct"}}]}]}  # fmt: skip
    classes = [_class("Manifest", "cdk8s.ApiObject", "manifest", "note"),
               _class("Attachment", "constructs.Construct", "note"), tree]  # fmt: skip
    return {
        "schema": "jsii/0.10.0", "name": _MODULE, "version": _VERSION, "jsiiVersion": "5", "fingerprint": "none",
        "description": _MODULE, "homepage": _MODULE, "license": "Apache-2.0",
        "author": {"name": _MODULE, "roles": ["author"]}, "repository": {"type": "git", "url": _MODULE},
        "dependencies": {"cdk8s": "^2", "constructs": "^10"}, "targets": {"js": {"npm": _MODULE}},
        "types": {c["fqn"]: c for c in classes},
    }  # fmt: skip


def _load() -> None:
    """Hand the module to jsii, which wants it as an npm archive in a file."""
    package = {"name": _MODULE, "version": _VERSION, "main": "index.js"}
    files = {"index.js": _JAVASCRIPT, ".jsii": json.dumps(_assembly()), "package.json": json.dumps(package)}
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, f"{_MODULE}.tgz")
        with tarfile.open(archive, "w:gz") as tar:
            for name, text in files.items():
                entry = tarfile.TarInfo(f"package/{name}")
                entry.size = len(text.encode())
                tar.addfile(entry, io.BytesIO(text.encode()))
        jsii.load(_MODULE, _VERSION, str(archive))


_load()


class Manifest(cdk8s.ApiObject, metaclass=jsii.JSIIMeta, jsii_type=f"{_MODULE}.Manifest"):
    """A Kubernetes object with its whole manifest, which remembers where it comes from.

    `manifest` needs `apiVersion`, `kind` and `metadata.name`; `origin` is the input it was made from,
    by default the line of Python outside of this package that made it.
    """

    def __init__(self, scope: Construct, id: str, manifest: Mapping[str, Any], *, origin: Origin | None = None) -> None:
        note = json.dumps({"origin": (origin or calling_line()).to_text()})
        jsii.create(self.__class__, self, [scope, id, manifest, note])
        owner = application_of(scope)
        self._owner = (owner,)
        if owner is not None:
            owner.has(manifest)


class Attachment(Construct, metaclass=jsii.JSIIMeta, jsii_type=f"{_MODULE}.Attachment"):
    """A file of dist/ that is no Kubernetes object: Helm values, an IAM policy.

    `file` is relative to the folder of the environment; `content` is written as YAML or JSON by its ending.
    `chart`, a pair of name and version, has the content checked as values of that chart.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        file: str,
        content: Mapping[str, Any],
        chart: tuple[str, str] | None = None,
        origin: Origin | None = None,
    ) -> None:
        origin_text = (origin or calling_line()).to_text()
        note = json.dumps({"origin": origin_text, "file": file, "content": content, "chart": chart})
        jsii.create(self.__class__, self, [scope, id, note])


class _Tree(metaclass=jsii.JSIIMeta, jsii_type=f"{_MODULE}.Tree"):
    """Type of the static method of the module."""


def collect(root: IConstruct) -> Iterator[Rendered]:
    """Everything at and below `root`, rendered, in the order in which it was made."""
    rows: list[dict[str, Any]] = jsii.sinvoke(_Tree, "collect", [root])
    rows.reverse()
    while rows:
        row = rows.pop()
        note = json.loads(row["note"]) if row.get("note") else {}
        origin = Origin.from_text(note.pop("origin")) if note else None
        yield Rendered(
            row["path"],
            tuple(row["applications"]),
            origin,
            manifest=row.get("manifest"),
            attachment=note or None,
            problem=row.get("problem", ""),
        )


class ManifestOwner:
    """What `Application` promises to the objects below it: to take note of them."""

    def has(self, manifest: Mapping[str, Any]) -> None:
        """Take note of an object that was made below."""
        raise NotImplementedError


def application_of(scope: IConstruct) -> ManifestOwner | None:
    """The nearest Application at or above `scope`; None outside of any."""
    if isinstance(scope, ManifestOwner):
        return scope
    known: Sequence[ManifestOwner | None] | None = getattr(scope, "_owner", None)
    if known is None:
        above = scope.node.scope
        known = (application_of(above) if above is not None else None,)
        scope._owner = known  # type: ignore[attr-defined]  # noqa: SLF001  asking jsii once per scope is enough
    return known[0]


def calling_line() -> Origin:
    """The innermost line of the call stack that belongs neither to this package nor to jsii."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  the documented way to look at callers
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.split(".", 1)[0] not in {"kserve_gitops", "jsii", "cdk8s", "constructs"}:
            return Origin(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return Origin("app.py")
