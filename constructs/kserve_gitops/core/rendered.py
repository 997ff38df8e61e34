"""What comes out of the construct tree: plain data, with the way back to what a person wrote."""

from dataclasses import dataclass
from typing import Any

from kserve_gitops.core.findings import Severity
from kserve_gitops.core.origins import Origin, Path


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with an object that is not yet known to a file: a finding without its place.

    `at` is the path in the object; what it comes from in the input, the object's origin tells.
    """

    code: str
    at: Path
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Rendered:
    """One thing of the tree, as it came out.

    `path` is its construct path, whose first part is the environment; `applications` are the Argo CD Applications
    above it, outermost first. One of `manifest`, `attachment`, `fault` and `problem`, what cdk8s says, is set.
    An attachment is a mapping with `file`, `content` and `chart`, a pair of name and version or None. `trace` is the
    text of the origin, which is read only when somebody asks for it: most objects have nothing wrong with them.
    """

    path: str
    applications: tuple[str, ...]
    trace: str
    manifest: dict[str, Any] | None = None
    attachment: dict[str, Any] | None = None
    problem: str = ""
    fault: Fault | None = None

    @property
    def environment(self) -> str:
        """The first part of the construct path."""
        return self.path.partition("/")[0]

    @property
    def origin(self) -> Origin | None:
        """What it was made from; None for an object that others made with cdk8s."""
        return Origin.from_text(self.trace) if self.trace else None
