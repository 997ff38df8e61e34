"""Checks of the rendered tree: every object, every value file, then the tree as a whole by the rules.

A check yields findings at origins, and never sees how an object was made. A rule that breaks off is a finding too, and
hides no other.
"""

import traceback
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kserve_gitops.checks.rule import Rule, registered
from kserve_gitops.checks.schema.respelling import as_written, respelt
from kserve_gitops.checks.schema.schemas import KSERVE, Problem, Schemas
from kserve_gitops.checks.schema.unchecked import UNCHECKED, cannot_be, meant
from kserve_gitops.checks.tree import Cluster, Mistake, Object, Thing, Tree, Values
from kserve_gitops.core.findings import Finding, Severity, Subject
from kserve_gitops.core.origins import Origin, Path
from kserve_gitops.core.places import Place
from kserve_gitops.core.rendered import Rendered
from kserve_gitops.inputs.raw import is_raw
from kserve_gitops.serving.kinds import MODEL
from kserve_gitops.serving.webhook import with_names

Locate = Callable[[Origin | None, Sequence[str | int], str | None], Place]
"""From an origin, a path in the object and a key there, to the place in what a person wrote."""

_OBJECT_CODES = {"unknown": "KG110", "value": "KG111", "missing": "KG113"}


@dataclass(frozen=True, slots=True)
class Lost:
    """What reading the inputs could not make sense of.

    Of `files` only a part is in the tree; with `whole` false there are files of which nothing is.
    """

    files: Collection[str] = frozenset()
    whole: bool = True


def findings(
    rendered: Iterable[Rendered], clusters: Mapping[str, Cluster], locate: Locate, lost: Lost | None = None
) -> Iterator[Finding]:
    """Every finding about the trees of the environments that `clusters` names."""
    lost = lost or Lost()
    trees: dict[str, list[Thing]] = defaultdict(list)
    for row in rendered:
        place = _Place(row, locate)
        if row.problem:
            yield place.finding("KG404", row.problem)
        elif row.fault is not None:
            fault = row.fault
            yield place.finding(fault.code, fault.message, fault.at, hint=fault.hint, severity=fault.severity)
        elif row.environment not in clusters:
            hint = f"give it the name of an environment as its id: {', '.join(clusters)}"
            yield place.finding("KG015", f"the chart '{row.environment}' is called like no environment", hint=hint)
        elif row.attachment is not None:
            problems = list(_values(row, clusters[row.environment], place))
            yield from (told.finding for told in problems)
            trees[row.environment].append(_thing(Values, row, problems))
        elif row.manifest is not None:
            problems = list(_object(row, clusters[row.environment], place))
            yield from (told.finding for told in problems)
            doubtful = bool(lost.files) and (origin := row.origin) is not None and origin.file in lost.files
            trees[row.environment].append(_thing(Object, row, problems, doubtful=doubtful))
    for name, things in trees.items():
        yield from _ruled(Tree(name, clusters[name], things), locate, lost)


def _thing(kind: type[Object | Values], row: Rendered, told: Sequence["_Told"], *, doubtful: bool = False) -> Thing:
    """What the rules look at: a misspelt field is told already, and to them it is written right."""
    problems = [one.problem for one in told if one.path is not None and one.problem is not None]
    paths = [one.path for one in told if one.path is not None]
    if not any(problem.meant for problem in problems):
        return kind(row, paths, doubtful=doubtful)
    if row.attachment is not None:
        content, names = respelt(row.attachment["content"], problems)
        row = replace(row, attachment={**row.attachment, "content": content})
    else:
        manifest, names = respelt(row.manifest or {}, problems)
        row = replace(row, manifest=manifest)
    return kind(row, paths, doubtful=doubtful, respelt=names)


def _ruled(tree: Tree, locate: Locate, lost: Lost) -> Iterator[Finding]:
    told: list[tuple[Rule, Mistake]] = []
    for rule in registered():
        if rule.whole and not lost.whole:
            continue
        try:
            told.extend((rule, mistake) for mistake in rule.check(tree) if not _follows(mistake))
        except Exception as error:  # noqa: BLE001  a rule may be anybody's, and must not hide what the others find
            yield _broke_off(rule, error, tree, locate)
    yield from _located(told, tree, locate)


def _located(told: list[tuple[Rule, Mistake]], tree: Tree, locate: Locate) -> Iterator[Finding]:
    """The findings in their order. They are located input by input, which are then read again only once each."""
    found: dict[int, Finding] = {}
    for number, (rule, mistake) in sorted(enumerate(told), key=lambda one: one[1][1].thing.row.trace):
        try:
            found[number] = _finding(rule, mistake, tree, locate)
        except Exception as error:  # noqa: BLE001  as above: its mistake may have a place that is none
            found[number] = _broke_off(rule, error, tree, locate)
    yield from (found[number] for number in range(len(told)))


def _finding(rule: Rule, mistake: Mistake, tree: Tree, locate: Locate) -> Finding:
    thing, at = mistake.thing, as_written(mistake.at, mistake.thing.respelt)
    place = locate(thing.row.origin, at, mistake.key)
    hint = mistake.hint
    if mistake.other:
        thing_too, path = mistake.other
        where = f"see also {locate(thing_too.row.origin, as_written(path, thing_too.respelt), None)}"
        hint = f"{hint}; {where}" if hint else where
    message = _said(thing.label, at, mistake.message)
    subject = _subject(thing.row)
    return Finding(rule.code, message, place, hint, mistake.severity, subject, tree.environment, mistake.missing)


def _follows(mistake: Mistake) -> bool:
    """Whether a mistake may only follow from another one, which the schemas have told: a misspelt field is missing.

    Kept is what is wrong with a value that is there, unless the schema has judged it already.
    """
    thing = mistake.thing
    if thing.sound:
        return False
    value = thing.get(*mistake.at, *((mistake.key,) if mistake.key else ()))
    if value is None or isinstance(value, Mapping | list):
        return True
    at = as_written(mistake.at, thing.respelt)
    return any(at[: len(path)] == path for path in thing.problems)


def _broke_off(rule: Rule, error: Exception, tree: Tree, locate: Locate) -> Finding:
    """At the line of the rule that raised, wherever the call went from there."""
    code = getattr(rule.check, "__code__", None)
    file = code.co_filename if code else ""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    line = (frames[-1].lineno if frames else None) or (code.co_firstlineno if code else 1)
    place = locate(Origin(file, line), (), None)
    message = f"the rule {rule.code} broke off: {type(error).__name__}: {error}"
    hint = "this is a bug of the rule; what the others found is told"
    return Finding("KG090", message, place, hint, environment=tree.environment)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a schema has to say, and the path of what is wrong; None where only a person may mind."""

    finding: Finding
    path: Path | None = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Findings about one row."""

    row: Rendered
    locate: Locate

    def finding(
        self,
        code: str,
        message: str,
        at: Path = (),
        *,
        key: str | None = None,
        hint: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        place = self.locate(self.row.origin, at, key)
        return Finding(code, message, place, hint, severity, _subject(self.row), self.row.environment)

    def of(self, problem: Problem, code: str, label: str) -> _Told:
        key = problem.key if problem.kind == "unknown" else None
        message = _said(label, problem.path, problem.message)
        about = problem.path if problem.key is None else (*problem.path, problem.key)
        if problem.harmless:
            said = self.finding(code, message, problem.path, key=key, hint=problem.hint, severity=Severity.WARNING)
            return _Told(said, None, problem)
        return _Told(self.finding(code, message, problem.path, key=key, hint=problem.hint), about, problem)


def _object(row: Rendered, cluster: Cluster, place: _Place) -> Iterator[_Told]:
    manifest, schemas = row.manifest or {}, cluster.schemas
    api_version, kind, name = manifest["apiVersion"], manifest["kind"], manifest["metadata"].get("name", "")
    if since := schemas.since(api_version, kind):
        message = f"{api_version} {kind} ('{name}') needs KServe {since}"
        hint = f"this platform deploys {schemas.kserve}"
        yield _Told(place.finding("KG114", message, ("apiVersion",), hint=hint))
    elif not schemas.knows(api_version, kind):
        if (api_version, kind) in UNCHECKED:
            return
        # Nobody knows every CRD that a person may have.
        severity = Severity.WARNING if Object(row).raw and not cannot_be(api_version) else Severity.ERROR
        message = f"there is no schema for {api_version} {kind} ('{name}')"
        hint = meant(api_version, kind, schemas.kinds())
        yield _Told(place.finding("KG112", message, hint=hint, severity=severity))
    else:
        for problem in schemas.object_problems(_admitted(row, manifest, schemas)):
            code = "KG114" if problem.since else _OBJECT_CODES[problem.kind]
            yield place.of(problem, code, f"{kind} '{name}'")


def _admitted(row: Rendered, manifest: Mapping[str, Any], schemas: Schemas) -> Mapping[str, Any]:
    """An InferenceService as the API server sees it: KServe's webhook comes first, and takes `cpu: 0.5` for '500m'.

    It also names the container that serves. Those of the catalogue are written so; the others are not changed.
    """
    raw = manifest["kind"] == MODEL and manifest["apiVersion"].startswith(f"{KSERVE}/") and is_raw(row)
    return schemas.canonical(with_names(manifest)) if raw else manifest


def _values(row: Rendered, cluster: Cluster, place: _Place) -> Iterator[_Told]:
    attachment = row.attachment or {}
    if attachment["chart"] is None:
        return
    chart, version = attachment["chart"]
    problems = cluster.schemas.values_problems(chart, version, attachment["content"])
    if problems is None:
        message = f"the values of chart {chart} {version} are not checked: imports/ does not know that version"
        hint = f"import its values.yaml as {chart}-{version}.values.yaml, or take a version that is known"
        yield _Told(place.finding("KG405", message, hint=hint, severity=Severity.WARNING))
    for problem in problems or []:
        yield place.of(problem, "KG401", f"chart {chart} {version}")


def _subject(row: Rendered) -> Subject | None:
    manifest: Mapping[str, Any] | None = row.manifest
    if manifest is None:
        return None
    metadata = manifest["metadata"]
    return Subject(manifest["apiVersion"], manifest["kind"], metadata.get("namespace", ""), metadata.get("name", ""))


def _said(label: str, at: Path, message: str) -> str:
    where = ".".join(map(str, at))
    return f"{label}{f', {where}' if where else ''}: {message}"
