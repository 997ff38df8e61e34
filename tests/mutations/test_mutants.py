"""How many mistakes are found, of all that can be made in one place: the kill rate.

`make mutants` prints it. What survives is listed when the rate falls below what is promised.
"""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from kserve_gitops.build import pipeline
from kserve_gitops.inputs.load import load
from tests.checks.test_samples import FILES, WRONG, findings, manifests, with_what_the_page_makes_first
from tests.checks.trees import cluster, row, schemas
from tests.mutations.mutants import Mutant, equivalent, found, mutants, named
from tests.mutations.texts import spoilt_texts

ESTATE = Path(__file__).parent / "estate"
LEAST = 0.98
"""What is promised: of a hundred mistakes at least as many are found where they were made."""
NOISE = 0.03
"""At most so many of the mutants have a finding anywhere else too."""


class Tally:
    """What became of the mutants."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.killed: Counter[str] = Counter()
        self.alive: list[str] = []
        self.noisy: list[str] = []

    def add(self, done: str, at: str, told: set[str], wanted: frozenset[str]) -> None:
        self.made[done] += 1
        if told & wanted:
            self.killed[done] += 1
        else:
            self.alive.append(f"{done} {at}: {sorted(told)}")
        if told - wanted:
            self.noisy.append(f"{done} {at}: {sorted(told - wanted)}")

    @property
    def rate(self) -> float:
        return self.killed.total() / self.made.total()

    @property
    def noise(self) -> float:
        return len(self.noisy) / self.made.total()

    def __str__(self) -> str:
        each = ", ".join(f"{done} {self.killed[done]}/{made}" for done, made in sorted(self.made.items()))
        return f"{self.killed.total()} of {self.made.total()} killed, {self.rate:.1%} ({each}); noise {self.noise:.1%}"

    def promised(self) -> bool:
        print(f"\n{self}")  # noqa: T201  the figure that `make mutants` is for
        print(*self.alive, sep="\n")  # noqa: T201
        return self.rate >= LEAST


def run(tally: Tally, one: Mutant, clusters, before) -> None:
    told = {place for _, place, _ in found(one.rows, clusters) - before}
    tally.add(one.done, one.at, told, one.wanted)


@pytest.fixture
def whole(project):
    """The example with the estate beside it."""
    shutil.copytree(ESTATE, project.root / "manifests")
    return project


def test_mistakes_in_the_example_and_the_estate_are_found(whole):
    from app import build  # noqa: PLC0415  imports cdk8s, which starts Node

    inputs = load(whole.root)
    rendered, known = pipeline.tree(whole.root, build, inputs)
    clusters = {one.name: pipeline.cluster(one, known[one.name]) for one in inputs.environments}
    rows = named(rendered)
    before = found(rows, clusters)
    tally = Tally()
    for one in mutants(rows, known):
        if not equivalent(one):
            run(tally, one, clusters, before)

    assert [finding for finding in before if finding[0] < "KG9"] == []
    assert tally.promised(), tally.alive
    assert tally.noise <= NOISE, tally.noisy


@pytest.mark.skipif(not FILES, reason="no ../shared/samples")
def test_mistakes_in_the_samples_are_found():
    tally = Tally()
    for file in (file for file in FILES if file.stem[-8:] not in WRONG):
        of = with_what_the_page_makes_first(findings(file, cluster("v0.20.0")), cluster("v0.20.0"))
        clusters = {"production": of}
        rows = named([row(manifest, file="manifests/a.yaml") for manifest in manifests(file)])
        before = found(rows, clusters)
        for one in mutants(rows, {"production": schemas("v0.20.0")}):
            if not equivalent(one):
                run(tally, one, clusters, before)

    assert tally.promised(), tally.alive


@pytest.mark.parametrize("file", ["platform.yaml", "models/iris-classifier.yaml"])
def test_mistakes_in_the_files_that_people_write_are_found_at_their_line(file, project):
    from app import build  # noqa: PLC0415  imports cdk8s, which starts Node

    good = project.read(file)
    before = {str(finding.place) for finding in pipeline.check(project.root, build).findings}
    tally = Tally()
    for one in spoilt_texts(good, file):
        project.write(file, one.text)
        report = pipeline.check(project.root, build)
        tally.add(one.done, one.at, {str(f.place) for f in report.findings} - before, frozenset({one.at}))

    assert before == set()
    assert tally.promised(), tally.alive


CASES = sorted(file.parent for file in Path(__file__).parents[2].glob("docs/examples/credentials/*/platform.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_mistakes_in_a_credential_are_found_at_their_line(case, project):
    from app import build  # noqa: PLC0415  imports cdk8s, which starts Node

    for name in ("models", "manifests", "sealed", "platform.yaml"):
        if (project.root / name).exists():
            project.remove(name)
        if (case / name).is_dir():
            shutil.copytree(case / name, project.root / name)
    good = (case / "platform.yaml").read_text("utf-8")
    project.write("platform.yaml", good)
    before = {str(finding.place) for finding in pipeline.check(project.root, build).findings}
    tally = Tally()
    for one in spoilt_texts(good, "platform.yaml"):
        project.write("platform.yaml", one.text)
        report = pipeline.check(project.root, build)
        tally.add(one.done, one.at, {str(f.place) for f in report.findings} - before, frozenset({one.at}))

    assert tally.promised(), tally.alive
