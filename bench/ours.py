"""The measured process of our side: `kserve-gitops synth` in the working directory, as the command runs it.

The pipeline is not rebuilt here: its own functions are wrapped in a stopwatch, and then it runs.
"""

import sys

from probe import Stopwatch, report

from kserve_gitops.build import pipeline
from kserve_gitops.checks import engine
from kserve_gitops.cli import synth
from kserve_gitops.cli.main import main


def measure(watch: Stopwatch) -> None:
    """Wrap the stages. What is left over is the start: Python, imports, Node."""
    pipeline.load = watch.timed("read", pipeline.load)
    engine.findings = watch.timed_items("check", engine.findings)
    pipeline.plan = watch.timed("plan", pipeline.plan)
    pipeline.compare = watch.timed("write", pipeline.compare)
    pipeline.apply = watch.timed("write", pipeline.apply)
    tree, load_build = pipeline.tree, synth.load_build

    def counted_tree(root, build, inputs):  # noqa: ANN001, ANN202  as the original
        from kserve_gitops import manifest  # noqa: PLC0415  starts Node, which is no stage

        manifest.collect = watch.timed_items("render", manifest.collect)
        return tree(root, build, inputs)

    pipeline.tree = counted_tree
    synth.load_build = lambda root: watch.timed("construct", load_build(root))


watch = Stopwatch()
measure(watch)
code = main(["synth", "--quiet"])
report(watch)
sys.exit(code)
