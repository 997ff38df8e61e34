import tempfile
from pathlib import Path, PurePosixPath

from hypothesis import given, settings
from hypothesis import strategies as st

from kserve_gitops.build.compare import INDEX, compare, read_index
from kserve_gitops.build.publish import apply
from kserve_gitops.build.trees import folders_of

PARTS = st.sampled_from(["production", "apps", "manifests", "x.yaml", "y.yaml"])
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
BYTES = st.binary(max_size=4)


def without_clashes(files: dict[str, bytes]) -> dict[PurePosixPath, bytes]:
    """The files, less those that another file of the same mapping needs as a folder."""
    return {PurePosixPath(name): data for name, data in files.items() if name not in folders_of(files)}


PLANS = st.dictionaries(PATHS, BYTES, max_size=6).map(without_clashes)
STRANGERS = st.dictionaries(PATHS.map("theirs/{}".format), BYTES, max_size=3).map(without_clashes)
steady = settings(deadline=None, max_examples=60)


def tree(root: Path) -> dict[str, bytes | None]:
    return {str(p.relative_to(root)): p.read_bytes() if p.is_file() else None for p in root.rglob("*")}


def scatter(files: dict[PurePosixPath, bytes], root: Path) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def synth(plan: dict[PurePosixPath, bytes], root: Path) -> None:
    apply(compare(plan, root), root)


@steady
@given(st.lists(PLANS, min_size=1, max_size=4), STRANGERS)
def test_after_applying_nothing_differs_and_strangers_are_as_they_were(plans, strangers):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "dist")
        scatter(strangers, root)
        for plan in plans:
            synth(plan, root)

            assert not compare(plan, root)
        expected = {str(path): data for path, data in (plans[-1] | strangers).items()}
        assert {name: data for name, data in tree(root).items() if data is not None and name != INDEX} == expected
        assert [path.name for path in Path(folder).iterdir()] in (["dist"], [])


@steady
@given(PLANS, PLANS, STRANGERS)
def test_only_files_of_the_index_are_deleted(before, after, strangers):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "dist")
        scatter(strangers, root)
        synth(before, root)

        assert set(map(str, compare(after, root).delete)) <= read_index(root)


@steady
@given(PLANS, st.randoms(use_true_random=False))
def test_the_order_of_the_plan_does_not_matter(plan, random):
    shuffled = list(plan.items())
    random.shuffle(shuffled)

    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder, "one"), Path(folder, "other")
        synth(plan, one)
        synth(dict(shuffled), other)

        assert tree(one) == tree(other)


@steady
@given(PLANS, PLANS, STRANGERS)
def test_add_then_remove_restores_the_tree_byte_for_byte(plan, more, strangers):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "dist")
        root.mkdir()
        scatter(strangers, root)
        synth(plan, root)
        before = tree(root)

        synth(without_clashes({str(path): data for path, data in (more | plan).items()}), root)
        synth(plan, root)

        assert tree(root) == before
