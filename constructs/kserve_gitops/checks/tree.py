"""What rules look at: the rendered tree of one environment, and every object in it as tolerant views of plain data.

An object may have any shape, for a schema may find it wrong while the rules still look: reading what is not there, or
not of the wanted type, gives None, an empty mapping or an empty list, and never raises.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from kserve_gitops.checks.reading import at_path, mapping, sequence
from kserve_gitops.checks.schema.respelling import Respelt
from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.checks.world.listing import or_list
from kserve_gitops.core.findings import Named, Severity, Subject
from kserve_gitops.core.origins import Path
from kserve_gitops.core.rendered import Fault, Rendered
from kserve_gitops.inputs.raw import is_raw
from kserve_gitops.serving import charts

if TYPE_CHECKING:
    from kserve_gitops.checks.services import Service

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Cluster:
    """What is known of the cluster of an environment apart from the tree.

    `settings` are values of KServe's chart, as a.b.c below `kserve`, for a tree that does not deploy KServe itself;
    `existing` is what platform.yaml says is there already.
    """

    schemas: Schemas
    settings: Mapping[str, Any] = field(default_factory=dict)
    existing: frozenset[Named] = frozenset()


class Thing:
    """One thing of the tree that a rule can find fault with; `data` is the object, or the values."""

    def __init__(
        self,
        row: Rendered,
        data: Mapping[str, Any],
        problems: Sequence[Path] = (),
        *,
        doubtful: bool = False,
        respelt: Respelt | None = None,
    ) -> None:
        self.row = row
        self.data = data
        self.problems = tuple(problems)
        self.doubtful = doubtful
        self.respelt = respelt or {}

    @property
    def sound(self) -> bool:
        """Whether schema and input had nothing to say: only then can something be missed in it."""
        return not self.problems and not self.doubtful

    @property
    def application(self) -> str:
        """The Argo CD Application that delivers it; "" for none."""
        return self.row.applications[-1] if self.row.applications else ""

    @property
    def label(self) -> str:
        """What it is called in a message."""
        raise NotImplementedError

    def get(self, *path: str | int) -> Any:
        """What stands at `path`; None where nothing does."""
        return at_path(self.data, path)

    def mapping(self, *path: str | int) -> Mapping[str, Any]:
        """The mapping at `path`; an empty one where there is none."""
        return mapping(self.get(*path))

    def sequence(self, *path: str | int) -> list[Any]:
        """The list at `path`; an empty one where there is none."""
        return sequence(self.get(*path))

    def text(self, *path: str | int) -> str:
        """The text at `path`; "" where there is none."""
        value = self.get(*path)
        return value if isinstance(value, str) else ""

    def error(
        self,
        at: Path,
        message: str,
        *,
        hint: str = "",
        key: str | None = None,
        other: "Spot | None" = None,
        missing: tuple[str, str, str] | None = None,
    ) -> "Mistake":
        """Something that must not be merged, at a path of the object, or at the key `key` of the mapping there.

        `other` is a thing and a path in it that are a part of it too: the hint tells their place. `missing` is kind,
        namespace and name of what nothing makes: the hint then ends in the advice to list it.
        """
        if missing is None:
            return Mistake(self, at, message, hint, Severity.ERROR, key, other)
        return Mistake(self, at, message, or_list(hint), Severity.ERROR, key, other, Named(*missing))

    def warning(
        self,
        at: Path,
        message: str,
        *,
        hint: str = "",
        key: str | None = None,
        other: "Spot | None" = None,
        missing: tuple[str, str, str] | None = None,
    ) -> "Mistake":
        """Something that is legal and likely wrong."""
        found = self.error(at, message, hint=hint, key=key, other=other, missing=missing)
        return replace(found, severity=Severity.WARNING)

    def told(self, fault: Fault) -> "Mistake":
        """A fault that was found without knowing the object."""
        return Mistake(self, fault.at, fault.message, fault.hint, fault.severity)


class Object(Thing):
    """A Kubernetes object of the tree; `namespace` is "" for one of the cluster, `group` for one of core."""

    def __init__(
        self, row: Rendered, problems: Sequence[Path] = (), *, doubtful: bool = False, respelt: Respelt | None = None
    ) -> None:
        self.manifest: dict[str, Any] = row.manifest or {}
        super().__init__(row, self.manifest, problems, doubtful=doubtful, respelt=respelt)
        self.kind = self.text("kind")
        self.api_version = self.text("apiVersion")
        self.group = _group(self.api_version)
        # All of them at once, not when they are asked for: Python keeps objects with the same attributes much smaller.
        self.name = self.text("metadata", "name")
        self.namespace = self.text("metadata", "namespace")
        self.labels = self.mapping("metadata", "labels")
        self.annotations = self.mapping("metadata", "annotations")
        self.spec = self.mapping("spec")

    @property
    def raw(self) -> bool:
        """Whether it lies under manifests/, as a person wrote it."""
        return is_raw(self.row)

    @property
    def label(self) -> str:
        """Kind and name."""
        return f"{self.kind} '{self.name}'"

    @property
    def subject(self) -> Subject:
        """What a finding carries of it."""
        return Subject(self.api_version, self.kind, self.namespace, self.name)


@lru_cache(maxsize=256)
def _group(api_version: str) -> str:
    return api_version.rpartition("/")[0]


class Values(Thing):
    """Helm values that an Application hands to a chart: those that are written, not the chart's own."""

    def __init__(
        self, row: Rendered, problems: Sequence[Path] = (), *, doubtful: bool = False, respelt: Respelt | None = None
    ) -> None:
        content = mapping((row.attachment or {}).get("content"))
        super().__init__(row, content, problems, doubtful=doubtful, respelt=respelt)

    @property
    def chart(self) -> str:
        """Name of the chart; "" for a file that is for no chart."""
        return str(((self.row.attachment or {}).get("chart") or ("", ""))[0])

    @property
    def version(self) -> str:
        """Version of the chart."""
        return str(((self.row.attachment or {}).get("chart") or ("", ""))[1])

    @property
    def label(self) -> str:
        """Chart and version."""
        return f"chart {self.chart} {self.version}"


Spot = tuple[Thing, Path]
"""A thing of the tree and a path in it."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What a rule found: a finding that does not know its code, its place and its environment yet."""

    thing: Thing
    at: Path
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    key: str | None = None
    other: Spot | None = None
    missing: Named | None = None


class Tree:
    """Everything that is rendered for one environment."""

    def __init__(self, environment: str, cluster: Cluster, things: Iterable[Thing]) -> None:
        self.environment = environment
        self.cluster = cluster
        self.objects: list[Object] = []
        self.values: list[Values] = []
        self._of: dict[str, list[Object]] = defaultdict(list)
        self._named: dict[tuple[str, str, str], Object] = {}
        self._made: dict[Any, Any] = {}
        for thing in things:
            if isinstance(thing, Object):
                self.objects.append(thing)
                self._of[thing.kind].append(thing)
                self._named.setdefault((thing.kind, thing.namespace, thing.name), thing)
            elif isinstance(thing, Values):
                self.values.append(thing)

    def once(self, make: Callable[["Tree"], _T]) -> _T:
        """What `make` finds out about this tree: asked the first time, remembered from then on."""
        if make not in self._made:
            self._made[make] = make(self)
        found: _T = self._made[make]
        return found

    @property
    def kserve(self) -> str:
        """The release of KServe, such as v0.16.0."""
        return self.cluster.schemas.kserve

    def of(self, *kinds: str) -> Sequence[Object]:
        """The objects of these kinds, in the order of the tree."""
        if len(kinds) == 1:
            return self._of.get(kinds[0], ())
        return [found for kind in kinds for found in self._of.get(kind, ())]

    def find(self, kind: str, namespace: str, name: str) -> Object | None:
        """An object of the tree by kind, namespace ("" for one of the cluster) and name."""
        return self._named.get((kind, namespace, name))

    def exists(self, kind: str, namespace: str, name: str) -> bool:
        """Whether platform.yaml says under `existing` that it is in the cluster already."""
        return Named(kind, namespace, name) in self.cluster.existing

    @cached_property
    def services(self) -> list["Service"]:
        """The InferenceServices, as `checks.services` shows them."""
        from kserve_gitops.checks.services import Service  # noqa: PLC0415  services builds on this module

        mode = str(self.setting("controller.deploymentMode"))
        return [Service(found, mode) for found in self.of("InferenceService")]

    def values_of(self, *chart_names: str) -> Iterator[Values]:
        """The value files for charts of these names."""
        return (found for found in self.values if found.chart in chart_names)

    def setting(self, key: str) -> Any:
        """A value of KServe's charts, a.b.c below `kserve`: as written, else of the cluster, else the default."""
        for found in self.values_of(*charts.KSERVE):
            written = found.get("kserve", *key.split("."))
            if written is not None:
                return written
        return self.cluster.settings.get(key, charts.DEFAULTS.get(key))
