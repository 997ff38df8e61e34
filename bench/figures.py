"""From measurements to the printed table. Pure."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

STAGES = ("start", "read", "construct", "render", "check", "plan", "write")
"""Of our side, in the order of the pipeline; `start` is the rest of the wall clock: Python, imports, Node, the end."""

RATIO, EXPONENT, MEGABYTES, CHECKS = 1.0, 1.15, 600, 0.35
SMALL, LARGE = 1_000, 10_000


@dataclass(frozen=True)
class Run:
    """One process: wall-clock seconds from its start to its end, seconds by stage, peak MB by kind of process."""

    seconds: float
    stages: Mapping[str, float]
    memory: Mapping[str, float] | None

    @property
    def start(self) -> float:
        return self.seconds - sum(self.stages.values())

    @property
    def peak(self) -> float | None:
        return sum(self.memory.values()) if self.memory else None


@dataclass(frozen=True)
class Size:
    """All runs at one size."""

    models: int
    ours: Sequence[Run]
    bare: Sequence[Run]

    @property
    def ratio(self) -> float:
        return seconds(self.ours) / seconds(self.bare)


def share(size: Size) -> float:
    """What part of our seconds the checks take."""
    return median(run.stages.get("check", 0.0) / run.seconds for run in size.ours)


def seconds(runs: Iterable[Run]) -> float:
    return median(run.seconds for run in runs)


def stage(runs: Iterable[Run], name: str) -> float:
    return median(run.start if name == "start" else run.stages.get(name, 0.0) for run in runs)


def peak(runs: Iterable[Run], which: str) -> float | None:
    """Median peak in MB: `python`, `node` or their `sum`."""
    found = [run.peak if which == "sum" else run.memory[which] for run in runs if run.memory]
    return median(value for value in found if value is not None) if found else None


def exponent(one: Size, other: Size, side: str) -> float:
    """By which power of the size the seconds grow."""
    before, after = (seconds(getattr(size, side)) for size in (one, other))
    return math.log(after / before) / math.log(other.models / one.models)


def lines(sizes: Sequence[Size]) -> Iterable[str]:
    """The whole report."""
    yield "seconds, medians; bare: the same objects with cdk8s for Python alone, no inputs, no checks"
    columns = ("models", "runs", *STAGES, "ours", "bare", "(start)", "ratio")
    yield _row(columns)
    for size in sizes:
        ours = [f"{stage(size.ours, name):.2f}" for name in STAGES]
        bare = [f"{seconds(size.bare):.2f}", f"{stage(size.bare, 'start'):.2f}"]
        runs = str(len(size.ours))
        yield _row((f"{size.models:,}", runs, *ours, f"{seconds(size.ours):.2f}", *bare, f"{size.ratio:.2f}"))
    yield ""
    yield "peak resident memory in MB: of the Python process, of the Node processes below it, and their sum"
    yield _row(("models", "", *(f"{side} {which}" for side in ("ours", "bare") for which in ("python", "node", "sum"))))
    for size in sizes:
        cells = (_mb(peak(runs, which)) for runs in (size.ours, size.bare) for which in ("python", "node", "sum"))
        yield _row((f"{size.models:,}", "", *cells))
    yield ""
    for one, other in itertools.pairwise(sizes):
        ours, bare = (exponent(one, other, side) for side in ("ours", "bare"))
        yield f"growth exponent, {one.models:,} to {other.models:,} models: ours {ours:.2f}, bare {bare:.2f}"
    yield from _reach({size.models: size for size in sizes})


def _reach(sizes: Mapping[int, Size]) -> Iterable[str]:
    small, large = sizes.get(SMALL), sizes.get(LARGE)
    if small:
        yield _verdict(f"ratio at {SMALL:,} models", small.ratio, RATIO, "")
    for size in sizes.values():
        if size.models in (SMALL, LARGE):
            yield _verdict(f"share of the checks at {size.models:,} models", share(size), CHECKS, "")
    if small and large:
        found = exponent(small, large, "ours")
        yield _verdict(f"growth exponent, {SMALL:,} to {LARGE:,} models", found, EXPONENT, "")
    if large and (used := peak(large.ours, "sum")) is not None:
        yield _verdict(f"peak memory of Python and Node at {LARGE:,} models", used, MEGABYTES, " MB")


def _verdict(what: str, found: float, wanted: float, unit: str) -> str:
    digits = 0 if unit else 2
    word = "reached" if found <= wanted else "not reached"
    return f"{word}: {what} {found:.{digits}f}{unit}, wanted at most {wanted}{unit}"


def _mb(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.0f}"


def _row(cells: Iterable[str]) -> str:
    return " ".join(f"{cell:>{11 if ' ' in cell or place > 99 else 9}}" for place, cell in enumerate(cells)).rstrip()
