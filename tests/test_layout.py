"""The shape of the repository that no other test would notice losing."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MACHINE_PATH = re.compile(rb"(?<![\w.}])/(?:work|root|home(?!/jovyan\b))/")
"""A folder of whoever wrote the file; /home/jovyan is the home of every JupyterHub user, inside its container."""


@pytest.fixture(scope="module")
def committed():
    """Every file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout  # noqa: S603  a constant
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    paths = (ROOT / name.decode() for name in listing.split(b"\0") if name)
    return [path for path in paths if path.is_file()]


def test_the_folder_constructs_holds_the_package_and_nothing_else():
    names = {path.name for path in (ROOT / "constructs").iterdir()} - {"__pycache__"}

    assert names == {"kserve_gitops"}


def test_the_folder_constructs_does_not_shadow_the_package_that_cdk8s_imports():
    found = _python("import constructs; print(constructs.Construct.__jsii_type__, constructs.__file__)")

    name, file = found.split(maxsplit=1)
    assert name == "constructs.Construct"
    assert ROOT / "constructs" not in Path(file.strip()).parents


def test_the_command_line_starts_without_cdk8s_and_so_without_node():
    code = "import sys, kserve_gitops, kserve_gitops.cli.main; print(*sys.modules)"

    loaded = set(_python(code).split())

    assert "kserve_gitops.cli.main" in loaded
    assert not loaded & {"cdk8s", "constructs", "jsii"}


def test_no_lockfile_names_a_host():
    for name in ("package-lock.json", "constraints.txt", "tests/proofs/constraints.txt"):
        assert "://" not in (ROOT / name).read_text()


def test_the_npm_lockfile_names_no_registry_but_every_hash():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    del packages[""]

    assert [name for name, package in packages.items() if "resolved" in package] == []
    bundled = {name for name, package in packages.items() if package.get("inBundle")}
    assert {name for name, package in packages.items() if "integrity" not in package} == bundled


@pytest.mark.parametrize("file", ["constraints.txt", "pyproject.toml", ".npmrc", "Makefile", ".ci/run"])
def test_set_up_asks_no_host_by_name(file):
    assert re.findall(r"\w+://\S+|registry *=|index-url", (ROOT / file).read_text()) == []


def test_every_python_dependency_is_pinned_exactly():
    lines = (ROOT / "constraints.txt").read_text().splitlines()

    assert [line for line in lines if not re.fullmatch(r"#.*|[\w.-]+==[\w.]+", line)] == []


def test_no_file_names_a_folder_of_the_machine_it_was_written_on(committed):
    found = [str(path.relative_to(ROOT)) for path in committed if MACHINE_PATH.search(path.read_bytes())]

    assert found == []


def _python(code: str) -> str:
    """What `code` prints when it runs at the root, as app.py does."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603  ours
