"""`make bench`: how long the whole pipeline takes, beside bare cdk8s with the same objects, in the same run.

Every measurement is a fresh process, start included, and the two sides take turns. No figure makes this fail; what
does is a side that breaks off, or one that made other objects than the other.
"""

import argparse
import compileall
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import objects
import project
from figures import Run, Size, lines

BUILD = Path(__file__).parents[1] / "build"
"""Where the runs write: on the disk that a repository is on, ignored by git."""
HERE = Path(__file__).resolve().parent
SIZES = (100, 1_000, 10_000)
PACKAGE = BUILD.parent / "constructs"
COMPARED = 1_000
"""Up to this size every object is compared; above, they are counted."""


def repetitions(models: int) -> int:
    return 5 if models <= 100 else 3 if models <= 1_000 else 2


def measure(script: str, *args: str, cwd: Path) -> Run:
    """One process from start to end."""
    before = time.perf_counter()
    done = subprocess.run([sys.executable, HERE / script, *args], cwd=cwd, stdout=subprocess.PIPE, check=True)  # noqa: S603
    after = time.perf_counter()
    said = json.loads(done.stdout)
    return Run(after - before, said["stages"], said["memory"])


def same(models: int, ours: Path, bare: Path) -> None:
    """Stop when the two sides did not make the same objects."""
    found = objects.written if models <= COMPARED else objects.count
    one, other = found(ours), found(bare)
    if one != other:
        sys.exit(f"error: with {models} models the two sides made different objects")
    made = one if isinstance(one, int) else len(one)
    if made != 2 * models + 1:
        sys.exit(f"error: {models} models should make {2 * models + 1} objects, not {made}")


def size(models: int, repeat: int, folder: Path) -> Size:
    """Both sides at one size, taking turns.

    Each run has folders of its own, and all are deleted at the very end: for seconds after many files were deleted,
    some disks make new ones fifteen times as slowly.
    """
    runs: tuple[list[Run], list[Run]] = ([], [])
    for number in range(repeat):
        print(f"{models:,} models, run {number + 1} of {repeat}", file=sys.stderr)
        repository, bare = folder / f"repository-{models}-{number}", folder / f"bare-{models}-{number}"
        repository.mkdir()
        project.write(repository, models)
        runs[0].append(measure("ours.py", cwd=repository))
        runs[1].append(measure("bare.py", str(models), str(bare), cwd=folder))
        same(models, repository / "dist" / "production" / "manifests", bare)
    return Size(models, *runs)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of models, with commas between")
    parser.add_argument("--repeat", type=int, help="runs of each size (default: 5 up to 100 models, 3 up to 1,000, 2)")
    parser.add_argument("--json", type=Path, help="also write every single run to this file")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    counts = sorted(map(int, args.sizes.split(",")))
    BUILD.mkdir(exist_ok=True)
    compileall.compile_dir(PACKAGE, quiet=1)  # as pip does with what it installs, cdk8s too
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        sizes = [size(models, args.repeat or repetitions(models), Path(folder)) for models in counts]
    print(*lines(sizes), sep="\n")
    if args.json:
        args.json.write_text(json.dumps([asdict(found) for found in sizes], indent=2) + "\n")


if __name__ == "__main__":
    main()
