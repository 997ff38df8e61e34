"""`kserve-gitops check --explain-access MODEL`: how a model comes to its files, as it is rendered."""

import sys
from collections.abc import Collection, Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kserve_gitops.cli import access_text, report
from kserve_gitops.cli.boundary import UsageError
from kserve_gitops.cli.synth import load_build
from kserve_gitops.core.errors import GitopsError, InputError
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.suggestions import closest

if TYPE_CHECKING:
    from kserve_gitops.checks.schema.schemas import Schemas
    from kserve_gitops.checks.tree import Object, Tree
    from kserve_gitops.checks.world.access import Access
    from kserve_gitops.cli.access_text import Locate
    from kserve_gitops.core.rendered import Rendered
    from kserve_gitops.inputs.load import Inputs

FORMATS = ("text", "json")
_MOST = 20
"""Names that a message lists."""
_SUBJECTS = ("KG2", "KG5")
"""How codes begin of what is wrong with stores, credentials and secrets."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What is told of a model in one environment, and what the checks say about it."""

    model: "Object"
    environment: str
    accesses: list["Access"]
    findings: list[Finding]


def run(root: Path, wanted: str, environment: str | None, form: str) -> tuple[str, bool]:
    """What is told of a model, and whether anything of it is wrong.

    Raises UsageError for a model that there is not, and InputError where nothing can be built.
    """
    from kserve_gitops.build.pipeline import examined  # noqa: PLC0415  --help need not load the validators
    from kserve_gitops.build.places import Places  # noqa: PLC0415  as above

    inputs, rows, schemas = _built(root)
    trees = {name: one for name, one in _trees(inputs, rows, schemas).items() if environment in (None, name)}
    chosen = _chosen(trees, wanted, inputs.findings)
    late = list(examined(root, inputs, rows, schemas))
    standing = _standing(root, inputs, late)
    locate: Locate = Places(root, inputs.documents)
    found = [_explained(trees[name], model, standing) for name, model in chosen]
    wrong = any(_errors(one.findings) for one in found)
    if form == "json":
        return access_text.as_json(found, locate), wrong
    return access_text.as_text(found, locate, colour=report.in_colour(sys.stdout)), wrong


def _built(root: Path) -> "tuple[Inputs, list[Rendered], dict[str, Schemas]]":
    """The rendered tree; what an app.py prints does not get between the lines."""
    from kserve_gitops.build.pipeline import IMPORTS, tree  # noqa: PLC0415  as above
    from kserve_gitops.inputs.load import load  # noqa: PLC0415  as above

    if not (root / IMPORTS).is_dir():
        raise GitopsError(f"there is no {IMPORTS}/ to check against", hint="make it with kserve-gitops import")
    with redirect_stdout(sys.stderr):
        build = load_build(root)
        inputs = load(root)
        try:
            return inputs, *tree(root, build, inputs)
        except Exception:
            if wrong := _errors(inputs.findings):  # app.py may well stumble over what is missing
                raise InputError(wrong) from None
            raise


def _errors(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _trees(inputs: "Inputs", rows: Iterable["Rendered"], schemas: Mapping[str, "Schemas"]) -> dict[str, "Tree"]:
    """What the checks look at, environment by environment; with fields as they are written, misspelt ones too."""
    from kserve_gitops.build.pipeline import cluster  # noqa: PLC0415  as above
    from kserve_gitops.checks.tree import Object, Tree, Values  # noqa: PLC0415  as above

    listed = list(rows)
    found = {}
    for one in inputs.environments:
        here = [row for row in listed if row.environment == one.name and not row.problem and row.fault is None]
        things = [Object(row) if row.manifest is not None else Values(row) for row in here]
        found[one.name] = Tree(one.name, cluster(one, schemas[one.name]), things)
    return found


def _chosen(trees: Mapping[str, "Tree"], wanted: str, findings: Iterable[Finding]) -> list[tuple[str, "Object"]]:
    """The model in each environment that has it; `findings` may tell why there is none."""
    from kserve_gitops.checks.world.access import models  # noqa: PLC0415  as above

    namespace, _, name = wanted.rpartition("/")
    every = [(environment, model) for environment, tree in trees.items() for model in models(tree)]
    found = [(e, m) for e, m in every if m.name == name and namespace in ("", _home(trees[e], m))]
    for environment in dict(found):
        several = sorted({_home(trees[e], m) for e, m in found if e == environment})
        if len(several) > 1:
            hint = f"one of {', '.join(f'{one}/{name}' for one in several)}"
            raise UsageError(f"there are several models '{name}' in {environment}", hint=hint)
    if not found and (wrong := _errors(findings)):
        raise InputError(wrong)
    if not found:
        raise UsageError(f"there is no model '{wanted}'", hint=_near(wanted, {_full(trees[e], m) for e, m in every}))
    return found


def _near(wanted: str, known: Collection[str]) -> str:
    """What may have been meant, and what there is."""
    names = known if "/" in wanted else {one.partition("/")[2] for one in known}
    if not names:
        return "no environment has an InferenceService or an LLMInferenceService"
    listed = sorted(names)
    more = f" and {len(listed) - _MOST} more" if len(listed) > _MOST else ""
    said = f"there are {', '.join(listed[:_MOST])}{more}"
    return "; ".join(filter(None, (closest(wanted, names), said)))


def _full(tree: "Tree", model: "Object") -> str:
    return f"{_home(tree, model)}/{model.name}"


def _home(tree: "Tree", model: "Object") -> str:
    from kserve_gitops.checks.world.made import made  # noqa: PLC0415  as above

    return made(tree).namespace(model)


def _standing(root: Path, inputs: "Inputs", late: list[Finding]) -> list[Finding]:
    """All findings but those that a comment suppresses."""
    from kserve_gitops.build.pipeline import comments_of  # noqa: PLC0415  as above

    comments = comments_of(root, inputs, late)
    return [one for one in (*inputs.findings, *late) if comments.of(one) is None]


def _explained(tree: "Tree", model: "Object", findings: Iterable[Finding]) -> Explained:
    from kserve_gitops.checks.world.access import accesses  # noqa: PLC0415  as above
    from kserve_gitops.checks.world.made import made  # noqa: PLC0415  as above
    from kserve_gitops.inputs.sealed import path_of  # noqa: PLC0415  as above

    found = accesses(tree, model)
    own = {(model.kind, model.namespace, model.name)}
    others: set[tuple[str, str, str]] = set()
    files: set[str] = set()
    for one in found:
        if one.pod.account:
            others.add(("ServiceAccount", one.pod.account.found.namespace, one.pod.account_name))
        for secret in (*one.pod.secrets, *([one.way.secret] if one.way.secret else [])):
            others |= {(kind, secret.namespace, secret.name) for kind in ("Secret", "SealedSecret", "ExternalSecret")}
            files.add(path_of(tree.environment, made(tree).namespace(model), secret.name))
    return Explained(
        model,
        tree.environment,
        found,
        [
            finding
            for finding in findings
            if finding.environment in ("", tree.environment) and _concerns(finding, own, others, files)
        ],
    )


def _concerns(
    finding: Finding, own: set[tuple[str, str, str]], others: set[tuple[str, str, str]], files: Collection[str]
) -> bool:
    """Whether a finding is about the access: about the model's stores, or about what gives it its keys."""
    from kserve_gitops.inputs.sealed import CODES  # noqa: PLC0415  as above

    if finding.code in CODES:
        return any(finding.place.file == file or file in finding.message for file in files)
    subject = finding.subject
    if subject is None:
        return False
    about = (subject.kind, subject.namespace, subject.name)
    return about in others or (about in own and finding.code.startswith(_SUBJECTS))
