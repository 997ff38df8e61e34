"""What a measured process tells about itself on its standard output: seconds by stage, and peak memory."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Stopwatch:
    """Seconds by stage; a stage that begins inside another one stops the outer one meanwhile."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._book()
        self._running.append(name)
        try:
            yield
        finally:
            self._book()
            self._running.pop()

    def _book(self) -> None:
        now = time.perf_counter()
        if self._running:
            stage = self._running[-1]
            self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now

    def timed(self, name: str, function: Callable[P, T]) -> Callable[P, T]:
        """`function`, its time booked to a stage."""

        def measured(*args: P.args, **keywords: P.kwargs) -> T:
            with self.stage(name):
                return function(*args, **keywords)

        return measured

    def timed_items(self, name: str, function: Callable[P, Iterator[T]]) -> Callable[P, Iterator[T]]:
        """`function`, the time that it takes to yield its items booked to a stage."""

        def measured(*args: P.args, **keywords: P.kwargs) -> Iterator[T]:
            items = function(*args, **keywords)
            while True:
                with self.stage(name):
                    item = next(items, self)
                if item is self:
                    return
                yield item  # type: ignore[misc]  # all but the mark at the end are items

        return measured


def report(stopwatch: Stopwatch) -> None:
    """Print the figures; to be called at the very end, while Node still runs."""
    print(json.dumps({"stages": stopwatch.seconds, "memory": _peaks()}))


def _peaks() -> dict[str, float] | None:
    """Peak resident memory in MB of this process, and of all below it together; None where there is no /proc.

    jsii starts Node, and that one a second Node. Each peak is the highest of its own process, so their sum is
    never less than what was in use at any one time.
    """
    found: dict[int, tuple[int, float]] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(re.findall(r"^(PPid|VmHWM):\s+(\d+)", status.read_text(), re.MULTILINE))
        except OSError:  # it has ended meanwhile
            continue
        found[int(status.parent.name)] = (int(fields.get("PPid", 0)), int(fields.get("VmHWM", 0)) / 1024)
    if os.getpid() not in found:
        return None
    return {"python": found[os.getpid()][1], "node": sum(found[pid][1] for pid in _below(os.getpid(), found))}


def _below(process: int, found: dict[int, tuple[int, float]]) -> Iterator[int]:
    for pid, (parent, _) in found.items():
        if parent == process:
            yield pid
            yield from _below(pid, found)
