"""The one place where Kubernetes objects enter the cdk8s tree, and the one place where they leave it.

cdk8s for Python has no way to make an `ApiObject` with a spec in one step: it takes the object, a patch, and
the patching, each a round trip to Node. So a subclass of `ApiObject` is handed to jsii as a module of
its own, the way `cdk8s import` hands over the classes it generates. What it makes are real `ApiObject`s: patches,
labels, dependencies and `Testing.synth` work on them, and objects that others made with cdk8s are collected
beside ours. `collect` renders the tree a thousand constructs at a time, which also spares cdk8s' walk of the
whole app for every chart.
"""

import gzip
import io
import json
import pathlib
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from types import FrameType
from typing import Any

import cdk8s
import jsii
from constructs import Construct, IConstruct

from kserve_gitops.core.findings import Severity
from kserve_gitops.core.origins import Origin
from kserve_gitops.core.rendered import Fault, Rendered

_JAVASCRIPT = """\
const { ApiObject } = require("cdk8s");
const { Construct } = require("constructs");

class Manifest extends ApiObject {
  constructor(scope, id, manifest, origin, problems) {
    super(scope, id, JSON.parse(manifest));
    this.origin = origin;
    this.problems = problems && JSON.parse(problems);
  }
}

class Attachment extends Construct {
  constructor(scope, id, attachment, origin) {
    super(scope, id);
    this.attachment = JSON.parse(attachment);
    this.origin = origin;
  }
}

const isApplication = (o) => ApiObject.isApiObject(o) && o.kind === "Application" && o.apiGroup === "argoproj.io";

class Tree {
  static collect(root, skip, most) {
    const rows = [];
    let seen = 0;
    const render = (construct, applications) => {
      const row = { path: construct.node.path, applications, origin: construct.origin };
      try {
        for (const problem of construct.node.validate()) rows.push({ ...row, problem });
        for (const fault of construct.problems || []) rows.push({ ...row, fault });
        if (ApiObject.isApiObject(construct)) rows.push({ ...row, manifest: construct.toJson() });
        else if (construct instanceof Attachment) rows.push({ ...row, attachment: construct.attachment });
      } catch (error) {
        rows.push({ ...row, problem: error.message });
      }
    };
    const visit = (construct, applications) => {
      if (seen >= skip && seen < skip + most) render(construct, applications);
      seen += 1;
      const below = isApplication(construct) ? [...applications, construct.name] : applications;
      for (const child of construct.node.children) visit(child, below);
    };
    visit(root, []);
    return JSON.stringify({ rows, seen });
  }

  static kinds(root) {
    const found = new Set();
    const visit = (construct) => {
      if (ApiObject.isApiObject(construct)) {
        const unsaid = construct.origin === undefined ? "" : null;
        found.add(JSON.stringify([construct.apiVersion, construct.kind, construct.metadata.namespace ?? unsaid]));
      }
      if (!isApplication(construct)) construct.node.children.forEach(visit);
    };
    root.node.children.forEach(visit);
    return `[${[...found].sort()}]`;
  }
}

module.exports = { Manifest, Attachment, Tree };
"""

_AT_ONCE = 1000
"""Constructs that cross in one answer: few enough that it weighs little beside the tree itself."""
_MODULE = "kserve-gitops"
_VERSION = "0.0.0"


def _class(name: str, base: str, *last: str, optional: Sequence[str] = ()) -> dict[str, Any]:
    """A class of the assembly whose constructor takes (scope, id, *last), and perhaps what is `optional`."""
    scope = {"name": "scope", "type": {"fqn": "constructs.Construct"}}
    text = {"type": {"primitive": "string"}}
    parameters: list[dict[str, Any]] = [scope, *({"name": name, **text} for name in ("id", *last))]
    parameters += [{"name": name, "optional": True, **text} for name in optional]
    fqn = f"{_MODULE}.{name}"
    return {"assembly": _MODULE, "fqn": fqn, "kind": "class", "name": name, "base": base,
            "initializer": {"parameters": parameters}}  # fmt: skip


def _assembly() -> dict[str, Any]:
    root = {"name": "root", "type": {"fqn": "constructs.IConstruct"}}
    skip, most = ({"name": name, "type": {"primitive": "number"}} for name in ("skip", "most"))
    text = {"type": {"primitive": "string"}}
    tree = {"assembly": _MODULE, "fqn": f"{_MODULE}.Tree", "kind": "class", "name": "Tree", "methods": [
        {"name": "collect", "static": True, "returns": text, "parameters": [root, skip, most]},
        {"name": "kinds", "static": True, "returns": text, "parameters": [root]}]}  # fmt: skip
    classes = [_class("Manifest", "cdk8s.ApiObject", "manifest", "origin", optional=["problems"]),
               _class("Attachment", "constructs.Construct", "attachment", "origin"), tree]  # fmt: skip
    return {
        "schema": "jsii/0.10.0", "name": _MODULE, "version": _VERSION, "jsiiVersion": "5", "fingerprint": "none",
        "description": _MODULE, "homepage": _MODULE, "license": "Apache-2.0",
        "author": {"name": _MODULE, "roles": ["author"]}, "repository": {"type": "git", "url": _MODULE},
        "dependencies": {"cdk8s": "^2", "constructs": "^10"}, "targets": {"js": {"npm": _MODULE}},
        "types": {c["fqn"]: c for c in classes},
    }  # fmt: skip


def _archive() -> bytes:
    """The module as an npm archive, the same bytes every time.

    jsii keeps what it unpacks under the hash of the archive: with a time in it, it would keep a copy for every run.
    """
    package = {"name": _MODULE, "version": _VERSION, "main": "index.js"}
    files = {"index.js": _JAVASCRIPT, ".jsii": json.dumps(_assembly()), "package.json": json.dumps(package)}
    archive = io.BytesIO()
    with gzip.GzipFile(fileobj=archive, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return archive.getvalue()


def _load() -> None:
    """Hand the module to jsii, which wants a file."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, f"{_MODULE}.tgz")
        file.write_bytes(_archive())
        jsii.load(_MODULE, _VERSION, str(file))


_load()


class Manifest(cdk8s.ApiObject, metaclass=jsii.JSIIMeta, jsii_type=f"{_MODULE}.Manifest"):
    """A Kubernetes object with its whole manifest, which remembers where it comes from.

    `manifest` needs `apiVersion`, `kind` and `metadata.name`; `origin` is the input it was made from,
    by default the line of Python outside of this package that made it. `problems` are what went wrong in making
    the manifest; they are reported with everything else.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        manifest: Mapping[str, Any],
        *,
        problems: Sequence[Fault] = (),
        origin: Origin | None = None,
    ) -> None:
        whence = (origin or calling_line()).to_text()
        # As text: jsii would wrap and check every value inside a mapping, on both sides.
        told = [json.dumps([astuple(problem) for problem in problems])] if problems else []
        jsii.create(self.__class__, self, [scope, id, json.dumps(manifest), whence, *told])


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
        attachment = json.dumps({"file": file, "content": content, "chart": chart})
        jsii.create(self.__class__, self, [scope, id, attachment, (origin or calling_line()).to_text()])


class _Tree(metaclass=jsii.JSIIMeta, jsii_type=f"{_MODULE}.Tree"):
    """Type of the static method of the module."""


def collect(root: IConstruct) -> Iterator[Rendered]:
    """Everything at and below `root`, rendered, in the order in which it was made."""
    done, constructs = 0, 1
    while done < constructs:
        answer = json.loads(jsii.sinvoke(_Tree, "collect", [root, done, _AT_ONCE]))
        done, constructs = done + _AT_ONCE, answer["seen"]
        yield from map(_rendered, answer["rows"])


def _rendered(row: Mapping[str, Any]) -> Rendered:
    return Rendered(
        row["path"],
        tuple(row["applications"]),
        row.get("origin", ""),
        manifest=row.get("manifest"),
        attachment=row.get("attachment"),
        problem=row.get("problem", ""),
        fault=_fault(*row["fault"]) if "fault" in row else None,
    )


def _fault(code: str, at: list[str | int], message: str, hint: str, severity: str) -> Fault:
    return Fault(code, tuple(at), message, hint, Severity(severity))


Object = tuple[str, str, str | None]
"""API version, kind and namespace: None for a cluster-scoped one, "" where somebody else's does not say."""


def kinds_below(application: IConstruct) -> set[Object]:
    """What an Application delivers, whoever made it."""
    found = json.loads(jsii.sinvoke(_Tree, "kinds", [application]))
    return {(api_version, kind, namespace) for api_version, kind, namespace in found}


def calling_line() -> Origin:
    """The innermost line of the call stack that belongs neither to this package nor to jsii."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  the documented way to look at callers
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.split(".", 1)[0] not in {"kserve_gitops", "jsii", "cdk8s", "constructs"}:
            return Origin(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return Origin("app.py")
