"""What mypy lets people write in Python, and what it keeps them from."""

import re
from pathlib import Path

import pytest
from mypy import api

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
FILES = ("accepted.py", "refused.py")


@pytest.fixture(scope="module")
def errors():
    """(file, line, code) of everything that mypy has against the examples."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(REPOSITORY)
        patch.setenv("MYPYPATH", "constructs")
        said, wrong, _ = api.run([str((HERE / file).relative_to(REPOSITORY)) for file in FILES])
    assert wrong == ""
    found = re.findall(r"^tests/typing/(\S+\.py):(\d+): error: .*\[([\w-]+)\]$", said, re.MULTILINE)
    return {(file, int(line), code) for file, line, code in found}


def test_what_people_write_type_checks(errors):
    assert {error for error in errors if error[0] == "accepted.py"} == set()


def test_what_nobody_can_mean_does_not(errors):
    lines = (HERE / "refused.py").read_text(encoding="utf-8").splitlines()
    marked = {
        ("refused.py", number, code)
        for number, line in enumerate(lines, start=1)
        for code in re.findall(r"# refused: ([\w-]+)", line)
    }

    assert {error for error in errors if error[0] == "refused.py"} == marked
