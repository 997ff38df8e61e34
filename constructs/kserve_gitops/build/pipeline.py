"""The one way from inputs to dist/: read, build, check, plan, compare, apply."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kserve_gitops.build.compare import Changes, Plan, compare
from kserve_gitops.build.places import Places
from kserve_gitops.build.plan import plan
from kserve_gitops.build.publish import apply
from kserve_gitops.checks import engine
from kserve_gitops.checks.pages import codes
from kserve_gitops.checks.schema.schemas import KSERVE, Schemas
from kserve_gitops.checks.suppressions import Suppressions, suppressions
from kserve_gitops.checks.tree import Cluster
from kserve_gitops.core.errors import GitopsError, InputError
from kserve_gitops.core.findings import Finding, Severity, in_order
from kserve_gitops.core.places import Place
from kserve_gitops.core.rendered import Rendered
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.load import Inputs, load
from kserve_gitops.inputs.raw import is_raw

if TYPE_CHECKING:
    import cdk8s

Build = Callable[["cdk8s.App", Inputs], None]
"""What an app.py defines: fills the app with charts for the environments of the inputs."""

DIST = "dist"
IMPORTS = "imports"

_PARTLY_READ = frozenset({"KG010", "KG011", "KG012", "KG019"})
"""Of a file with these a part is built: what is missing there may be what could not be read."""
_NOT_READ = frozenset({"KG001", "KG002", "KG003", "KG004", "KG005", "KG013", "KG015", "KG018"})
"""A file with these is not in the tree, or not all of it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong with a repository: the findings, and those that a comment suppresses, with the reason."""

    findings: list[Finding]
    silenced: list[tuple[Finding, str]] = field(default_factory=list)

    @property
    def suppressed(self) -> int:
        """How many findings a comment suppresses."""
        return len(self.silenced)

    @property
    def errors(self) -> bool:
        """Whether anything must not be merged."""
        return _errors(self.findings)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run that came to its end: the files wanted, what that changes or changed, and warnings."""

    plan: Plan
    changes: Changes
    warnings: list[Finding]
    suppressed: int = 0


def run(root: Path, build: Build, *, write: bool = True) -> Outcome:
    """Bring dist/ below `root` up to date; without `write`, only say what that would change.

    Raises InputError with every finding when one is an error, DistError when dist/ cannot be written. dist/ is then
    as it was.
    """
    wanted, report = render(root, build)
    changes = compare(wanted, root / DIST)
    if write:
        apply(changes, root / DIST)
    return Outcome(wanted, changes, report.findings, report.suppressed)


def render(root: Path, build: Build) -> tuple[Plan, Report]:
    """The files that dist/ should hold, and the warnings. Raises InputError as `run` does. Touches nothing."""
    rows, report = _checked(root, build)
    if report.errors:
        raise InputError(report.findings, suppressed=report.suppressed)
    return plan(rows), report


def check(root: Path, build: Build, environment: str | None = None) -> Report:
    """Everything that is wrong, or what concerns one environment. Touches nothing.

    Raises GitopsError where there is nothing to look at.
    """
    try:
        return _checked(root, build, environment)[1]
    except InputError as error:
        return Report(error.findings)


def _checked(root: Path, build: Build, environment: str | None = None) -> tuple[list[Rendered], Report]:
    """The rendered tree, and what is wrong with it."""
    if not (root / IMPORTS).is_dir():
        raise GitopsError(f"there is no {IMPORTS}/ to check against", hint="make it with kserve-gitops import")
    inputs = load(root)
    try:
        rows, schemas = tree(root, build, inputs)
    except Exception:
        if _errors(inputs.findings):  # app.py may well stumble over what is missing: that is not the mistake to tell
            raise InputError(inputs.findings) from None
        raise
    late = list(examined(root, inputs, rows, schemas))
    return rows, _judged(inputs, late, comments_of(root, inputs, late), environment)


def _judged(inputs: Inputs, late: list[Finding], comments: Suppressions, environment: str | None) -> Report:
    """What is left of the findings for an environment when those that a comment suppresses are taken out."""
    early = [finding for finding in inputs.findings if environment in (None, finding.environment or environment)]
    concerned = [*comments.wrong, *early]
    if not _errors(inputs.findings):  # else what a comment is for may not have been looked at
        concerned += comments.unused([*inputs.findings, *late])
    here = [finding for finding in late if environment in (None, finding.environment)]
    everywhere = {one.name for one in inputs.environments if environment in (None, one.name)}
    found = _together(_standing(concerned, comments), _standing(here, comments), everywhere)
    every = once(in_order([*early, *here]), everywhere)
    silenced = [(one, by.reason) for one in every if (by := comments.of(one))]
    return Report(found, silenced)


def _standing(found: Iterable[Finding], comments: Suppressions) -> Iterator[Finding]:
    return (finding for finding in found if comments.of(finding) is None)


def comments_of(root: Path, inputs: Inputs, late: Iterable[Finding]) -> Suppressions:
    """What the comments in all inputs suppress, in the files of Python that made objects too."""
    texts = [(document.file, document.text, document.above) for document in inputs.documents.values()]
    python = {root / finding.place.file for finding in late if finding.place.file.endswith(".py")}
    files = [file for file in sorted(python | {root / "app.py", *root.glob("charts/**/*.py")}) if file.is_file()]
    texts += [(file.relative_to(root).as_posix(), file.read_text("utf-8", "replace"), 0) for file in files]
    return suppressions(texts, codes())


def tree(root: Path, build: Build, inputs: Inputs) -> tuple[list[Rendered], dict[str, Schemas]]:
    """Everything that `build` makes of the inputs, rendered, and the schemas of each environment to hold it against."""
    # Importing cdk8s starts Node: only now, when there is something to build.
    import cdk8s  # noqa: PLC0415

    from kserve_gitops.manifest import collect  # noqa: PLC0415

    app = cdk8s.App()
    build(app, inputs)
    schemas = {e.name: Schemas(root / IMPORTS, kserve=e.kserve.version) for e in inputs.environments}
    return [_canonical(row, schemas) for row in collect(app)], schemas


def examined(root: Path, inputs: Inputs, rows: Iterable[Rendered], schemas: Mapping[str, Schemas]) -> Iterator[Finding]:
    """What the checks say about the tree of the inputs, at the places of the inputs."""
    clusters = {one.name: cluster(one, schemas[one.name]) for one in inputs.environments}
    wrong = [finding for finding in inputs.findings if finding.severity is Severity.ERROR]
    empty = [one for environment in inputs.environments for one in environment.needs if one.missing]
    partly = {finding.place.file for finding in wrong if finding.code in _PARTLY_READ}
    lost = engine.Lost(
        partly | {one.origin.file for one in empty},  # a sealed file that is missing, or of no use, has been told
        whole=not any(finding.code in _NOT_READ for finding in wrong),
    )
    return engine.findings(rows, clusters, Places(root, inputs.documents), lost)


def cluster(environment: Environment, schemas: Schemas) -> Cluster:
    """What the rules ask of the cluster that an environment is deployed to."""
    settings = {
        "controller.deploymentMode": environment.kserve.deployment_mode,
        "controller.gateway.domain": environment.domain,
    }
    return Cluster(schemas, settings, frozenset(environment.existing))


def _errors(found: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in found)


def _canonical(row: Rendered, schemas: Mapping[str, Schemas]) -> Rendered:
    """KServe's objects as the cluster gives them back, so that Argo CD sees no difference; raw ones as they stand.

    Before the checks, as KServe's webhook comes before them: it takes `cpu: 0.5`, which the CRD alone would not.
    """
    manifest, known = row.manifest, schemas.get(row.environment)
    if manifest is None or known is None or not manifest["apiVersion"].startswith(f"{KSERVE}/") or is_raw(row):
        return row
    return replace(row, manifest=known.canonical(manifest))


def _together(early: Iterable[Finding], late: Iterable[Finding], everywhere: Collection[str]) -> list[Finding]:
    """What the inputs and the objects made of them have to say.

    Of a field that both schemas refuse, ours alone.
    """
    told = list(once(early, everywhere))
    places = {finding.place for finding in told if finding.code in _PARTLY_READ}
    new = (finding for finding in late if finding.place not in places)
    return in_order([*told, *once(new, everywhere)])


def once(found: Iterable[Finding], everywhere: Collection[str]) -> Iterator[Finding]:
    """One mistake once, though several objects have it: all models those of `defaults`, a canary those of its model.

    It names the environments that have it, and knows whether that is `everywhere`.
    """
    every = set(everywhere)
    told: dict[tuple[Place, str, str], tuple[Finding, dict[str, None]]] = {}
    for finding in found:
        about = (finding.place, finding.code, finding.message.partition(",")[2] or finding.message)
        told.setdefault(about, (finding, {}))[1][finding.environment] = None
    for first, names in told.values():
        some = [name for name in names if name in every]
        yield replace(first, environment=", ".join(some), everywhere=len(some) == len(every))
