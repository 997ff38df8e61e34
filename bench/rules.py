"""Which rule takes how long: `python bench/rules.py MODELS`, the slowest first.

What several rules ask for, such as all that will be in the cluster, is booked to the first one that asks.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import project

from kserve_gitops.build import pipeline
from kserve_gitops.checks import engine
from kserve_gitops.checks.rule import Rule, registered
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.cli.synth import load_build

SHOWN = 30


def timed(rule: Rule, seconds: dict[str, float]) -> Rule:
    """The rule; the time that it takes to find its mistakes is added to `seconds`."""

    def check(tree: Tree) -> Iterator[Mistake]:
        before = time.process_time()
        found = list(rule.check(tree))
        seconds[rule.code] = seconds.get(rule.code, 0.0) + time.process_time() - before
        return iter(found)

    return replace(rule, check=check)


def measure(models: int) -> dict[str, float]:
    """Seconds by code, and of all checks together under ""."""
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        project.write(root, models)
        inputs = pipeline.load(root)
        rows, schemas = pipeline.tree(root, load_build(root), inputs)
        engine.registered = lambda: [timed(rule, seconds) for rule in registered()]
        before = time.process_time()
        list(pipeline.examined(root, inputs, rows, schemas))
        seconds[""] = time.process_time() - before
    return seconds


def main() -> None:
    models = int(sys.argv[1])
    seconds = measure(models)
    total = seconds.pop("")
    rules = sum(seconds.values())
    print(f"{models:,} models: {total:.2f} s, {rules:.2f} s of them in {len(seconds)} rules")
    names = {rule.code: rule.check.__name__ for rule in registered()}
    for code, one in sorted(seconds.items(), key=lambda pair: -pair[1])[:SHOWN]:
        print(f"{one * 1000:9.1f} ms  {code}  {names[code]}")


if __name__ == "__main__":
    main()
