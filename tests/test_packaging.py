"""What `pip install` puts on somebody's machine."""

import configparser
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built with the hatchling at hand instead of one from the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True)  # noqa: S603  a constant, but for the folder
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    tops = {name.split("/", 1)[0] for name in wheel.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"kserve_gitops"}


def test_the_wheel_holds_every_module_and_no_leftover(wheel):
    package = ROOT / "constructs" / "kserve_gitops"
    expected = {path.relative_to(package.parent).as_posix() for path in package.rglob("*.py")}

    packed = {name for name in wheel.namelist() if name.endswith((".py", ".pyc"))}

    assert packed == expected
    assert "kserve_gitops/__main__.py" in packed


def test_the_wheel_tells_type_checkers_that_it_is_typed(wheel):
    assert "kserve_gitops/py.typed" in wheel.namelist()


def test_the_wheel_holds_the_schemas_of_the_input_files(wheel):
    schemas = ROOT / "constructs" / "kserve_gitops" / "inputs" / "schemas"
    expected = {f"kserve_gitops/inputs/schemas/{path.name}" for path in schemas.glob("*.json")}

    assert expected
    assert expected <= set(wheel.namelist())


def test_the_wheel_installs_the_command(wheel):
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    entry_points = configparser.ConfigParser()
    entry_points.read_string(wheel.read(name).decode())

    assert dict(entry_points["console_scripts"]) == {"kserve-gitops": "kserve_gitops.cli.main:main"}


def test_the_wheel_carries_the_licence(wheel):
    (licence,) = (name for name in wheel.namelist() if name.endswith(".dist-info/licenses/LICENSE"))
    (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))

    assert wheel.read(licence) == (ROOT / "LICENSE").read_bytes()
    assert "License-Expression: Apache-2.0" in wheel.read(metadata).decode().splitlines()
