"""The one way from inputs to dist/: read, build, check, plan, compare, apply."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kserve_gitops.build.compare import Changes, Plan, compare
from kserve_gitops.build.places import Places
from kserve_gitops.build.plan import plan
from kserve_gitops.build.publish import apply
from kserve_gitops.checks import engine
from kserve_gitops.checks.schemas import KSERVE, Schemas
from kserve_gitops.checks.tree import Cluster, Existing
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
class Outcome:
    """A run that came to its end: the files wanted, what that changes or changed, and warnings."""

    plan: Plan
    changes: Changes
    warnings: list[Finding]


def run(root: Path, build: Build, *, write: bool = True) -> Outcome:
    """Bring dist/ below `root` up to date; without `write`, only say what that would change.

    Raises InputError with every finding when one is an error, DistError when dist/ cannot be written. dist/ is then
    as it was.
    """
    wanted, warnings = render(root, build)
    changes = compare(wanted, root / DIST)
    if write:
        apply(changes, root / DIST)
    return Outcome(wanted, changes, warnings)


def render(root: Path, build: Build) -> tuple[Plan, list[Finding]]:
    """The files that dist/ should hold, and the warnings. Touches nothing."""
    rows, warnings = _checked(root, build)
    return plan(rows), warnings


def _checked(root: Path, build: Build) -> tuple[list[Rendered], list[Finding]]:
    """The rendered tree, with nothing wrong in it but warnings."""
    if not (root / IMPORTS).is_dir():
        raise GitopsError(f"there is no {IMPORTS}/ to check against", hint="make it with kserve-gitops import")
    inputs = load(root)
    try:
        rows, schemas = tree(root, build, inputs)
    except Exception:
        if _errors(inputs.findings):  # app.py may well stumble over what is missing: that is not the mistake to tell
            raise InputError(inputs.findings) from None
        raise
    found = _together(inputs.findings, examined(root, inputs, rows, schemas))
    if _errors(found):
        raise InputError(found)
    return rows, found


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
    clusters = {one.name: _cluster(one, schemas[one.name]) for one in inputs.environments}
    wrong = [finding for finding in inputs.findings if finding.severity is Severity.ERROR]
    lost = engine.Lost(
        frozenset(finding.place.file for finding in wrong if finding.code in _PARTLY_READ),
        whole=not any(finding.code in _NOT_READ for finding in wrong),
    )
    return engine.findings(rows, clusters, Places(root, inputs.documents), lost)


def _cluster(environment: Environment, schemas: Schemas) -> Cluster:
    settings = {
        "controller.deploymentMode": environment.kserve.deployment_mode,
        "controller.gateway.domain": environment.domain,
    }
    existing = frozenset(Existing(one.kind, one.namespace, one.name) for one in environment.existing)
    return Cluster(schemas, settings, existing)


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


def _together(early: Iterable[Finding], late: Iterable[Finding]) -> list[Finding]:
    """What the inputs and the objects made of them have to say.

    Of a field that both schemas refuse, ours alone.
    """
    told = list(early)
    places = {finding.place for finding in told if finding.code in _PARTLY_READ}
    new = (finding for finding in late if finding.place not in places)
    return in_order([*told, *_once(new)])


def _once(found: Iterable[Finding]) -> Iterator[Finding]:
    """One mistake once, though several objects have it: all models those of `defaults`, a canary those of its model."""
    seen: set[tuple[Place, str, str]] = set()
    for finding in found:
        about = (finding.place, finding.code, finding.message.partition(",")[2] or finding.message)
        if about not in seen:
            seen.add(about)
            yield finding
