"""`kserve-gitops seal` at a terminal: it asks, and shows nothing of the answer."""

import base64
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="there are no terminals of this kind here")
termios = pytest.importorskip("termios", reason="as above")

REPOSITORY = Path(__file__).parents[2]
SCRIPT = """
import fcntl, sys, termios
from pathlib import Path
from kserve_gitops.cli.main import main
from kserve_gitops.tools.kubeseal import Kubeseal
from tests.sealing.fake_kubeseal import FakeKubeseal

class Telling(FakeKubeseal):
    def __call__(self, argv, **asked):
        Path("../given").write_bytes(asked["stdin"])
        return super().__call__(argv, **asked)

Kubeseal.found = classmethod(lambda cls: cls(Path("kubeseal"), "0.36.6", Telling()))
if sys.argv.pop(1) == "own":
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.exit(main(sys.argv[1:]))
"""
ID, SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
ASKED = (f"s3-access, {ID} (access key id): ", f"s3-access, {SECRET} (secret access key): ")
VALUES = ("AKIAHUNTER2HUNTER2HU", "hunter2grün")
LONGEST = 20.0
"""Seconds."""


class Terminal:
    """A command at a terminal; `shown` is all that stands there."""

    def __init__(self, root, *argv, terminal="own"):
        self.near, self.far = pty.openpty()
        self.shown = ""
        path = f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'constructs'}"
        environment = {key: value for key, value in os.environ.items() if key != "FORCE_COLOR"}
        self.process = subprocess.Popen(  # noqa: S603  our own interpreter and script
            [sys.executable, "-c", SCRIPT, terminal, "seal", *argv],
            cwd=root,
            stdin=self.far,
            stdout=self.far,
            stderr=self.far,
            env=environment | {"PYTHONPATH": path, "NO_COLOR": "1"},
            start_new_session=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.near)
        os.close(self.far)

    def wait_for(self, words):
        end = time.monotonic() + LONGEST
        while words not in self.shown:
            assert time.monotonic() < end, self.shown
            self._read()

    def answer(self, words, given):
        """Wait for a question, and type."""
        self.wait_for(words)
        while self._echoes():
            time.sleep(0.01)
        os.write(self.near, given)

    def ended(self):
        """The exit code."""
        code = self.process.wait(LONGEST)
        while self._read():
            pass
        return code

    def _read(self):
        ready, _, _ = select.select([self.near], [], [], 0.1)
        if ready:
            self.shown += os.read(self.near, 10_000).decode()
        return bool(ready)

    def _echoes(self):
        return bool(termios.tcgetattr(self.far)[3] & termios.ECHO)


def given(project):
    data = json.loads((project.root.parent / "given").read_bytes())["data"]
    return {key: base64.b64decode(text).decode() for key, text in data.items()}


def sealed(project):
    return {path: path.read_bytes() for path in (project.root / "sealed").rglob("*.yaml")}


@pytest.mark.parametrize("terminal", ["own", "of-another-session"])
def test_each_value_is_asked_for_once_and_none_is_shown(terminal, project):
    with Terminal(project.root, "s3-access", terminal=terminal) as at:
        for words, value in zip(ASKED, VALUES, strict=True):
            at.answer(words, f"{value}\n".encode())
        code = at.ended()
        echoes = at._echoes()

    assert (code, echoes) == (0, True)
    assert given(project) == dict(zip((ID, SECRET), VALUES, strict=True))
    assert "2 sealed with the certificate" in at.shown
    assert not any(value in at.shown for value in VALUES)


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        pytest.param(b"\n", 1, f"the value of '{ID}' is empty", id="nothing"),
        pytest.param(b"\x04", 1, f"nothing could be read for '{ID}'", id="end-of-file"),
        pytest.param(b"\x03", 130, "interrupted", id="interrupt"),
        pytest.param(b"\xff\n", 1, f"nothing could be read for '{ID}'", id="no-text"),
        pytest.param(b"hunter2 \n", 1, f"the value of '{ID}' has white space at its ends", id="white-space"),
        pytest.param(b"hunter2" * 700 + b"\n", 1, "is longer than a terminal hands on", id="too-long"),
    ],
)
def test_answer_that_is_none_seals_nothing(typed, code, said, project):
    before = sealed(project)

    with Terminal(project.root, "s3-access", "--key", ID) as at:
        at.answer(ASKED[0], typed)
        found = at.ended()
        echoes = at._echoes()

    assert (found, echoes) == (code, True)
    assert said in at.shown
    assert "hunter2" not in at.shown
    assert sealed(project) == before


def test_standard_input_that_is_a_terminal_is_not_read(project):
    with Terminal(project.root, "s3-access", "--from-stdin") as at:
        assert at.ended() == 2

    assert "standard input is a terminal, which shows what is typed" in at.shown


def test_file_is_never_typed(project):
    project.edit("platform.yaml", "credentials:\n", "credentials:\n  gcs: {type: gcs, namespaces: [kserve]}\n")

    with Terminal(project.root, "gcs") as at:
        assert at.ended() == 2

    assert "hint: --from-file gcloud-application-credentials.json=PATH" in at.shown
