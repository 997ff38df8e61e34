"""The door to other programs: what goes in and comes out, and that nothing is left running."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from kserve_gitops.core.errors import ToolError
from kserve_gitops.tools.process import run

SECRET = b"hunter2-hunter2"
SOURCE = Path(__file__).parents[2] / "constructs"

posix = pytest.mark.skipif(os.name != "posix", reason="sessions are of POSIX")


def python(code):
    return [sys.executable, "-c", code]


def is_there(pid):
    """Whether a process runs; one that has ended and that nobody asked about does not."""
    state = Path(f"/proc/{pid}/stat")
    with suppress(OSError):
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    with suppress(OSError):
        os.kill(pid, 0)
        return not Path("/proc/self").exists()
    return False


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


@pytest.fixture
def parent(tmp_path):
    """A program that starts another, writes both numbers into a file, and waits; both are ended with the test."""
    pids = tmp_path / "pids"
    yield ["/bin/sh", "-c", 'sleep 600 & echo "$$ $!" > "$0.new" && mv "$0.new" "$0"; wait', str(pids)], pids
    for pid in pids.read_text().split() if pids.exists() else ():
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def test_standard_input_comes_out_on_both_ends_with_the_exit_code():
    code = (
        "import sys; data = sys.stdin.buffer.read(); sys.stdout.buffer.write(data); sys.stderr.write('e'); sys.exit(3)"
    )

    done = run(python(code), stdin=b"\0\xff\r\n")

    assert (done.code, done.out, done.err) == (3, b"\0\xff\r\n", b"e")


def test_more_than_a_pipe_holds_goes_through():
    data = bytes(range(256)) * 20_000

    assert run(python("import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"), stdin=data).out == data


def test_program_that_does_not_read_is_no_failure():
    assert run(python("print('early')"), stdin=b"x" * 1_000_000).code == 0


def test_environment_is_the_one_given_or_ours(monkeypatch):
    monkeypatch.setenv("OURS", "1")
    show = python("import os; print(sorted({'OURS', 'THEIRS'} & set(os.environ)))")

    assert run(show).out.split() == [b"['OURS']"]
    assert run(show, env={"THEIRS": "1"}).out.split() == [b"['THEIRS']"]


def test_signal_is_a_negative_code():
    assert run(python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")).code == -9


@posix
def test_program_has_no_terminal_to_ask_something_on():
    code = "import os; print(os.getsid(0) == os.getpid())"

    assert run(python(code)).out == b"True\n"


@pytest.mark.parametrize("name", ["no-such-program", "/no/such/program"])
def test_missing_program_is_named_with_how_to_get_it(name):
    with pytest.raises(ToolError) as caught:
        run([name, "--flag", "word"], stdin=SECRET)

    assert caught.value.what == f"there is no program '{Path(name).name}'"
    assert "kserve-gitops doctor" in caught.value.hint


@posix
def test_what_is_no_program_is_said_to_be_none(tmp_path):
    text = tmp_path / "text"
    text.write_bytes(b"\x7fELFnot")
    forbidden = tmp_path / "forbidden"
    forbidden.write_text("#!/bin/sh\n")
    text.chmod(0o700)
    forbidden.chmod(0o600)

    with pytest.raises(ToolError, match="'text' cannot be started: exec format error"):
        run([str(text)])
    with pytest.raises(ToolError, match="'forbidden' cannot be started: permission denied"):
        run([str(forbidden)])


@posix
def test_late_program_is_ended_with_all_that_it_started(parent):
    argv, pids = parent

    with pytest.raises(ToolError) as caught:
        run(argv, timeout=1, stdin=SECRET)

    assert caught.value.what.endswith(" did not answer within 1 s")
    assert SECRET.decode() not in str(caught.value)
    assert caught.value.__suppress_context__
    numbers = [int(pid) for pid in pids.read_text().split()]
    wait_for(lambda: not any(map(is_there, numbers)))


@posix
def test_interrupted_program_is_ended_with_all_that_it_started(parent):
    argv, pids = parent
    code = (
        f"import sys; sys.path.insert(0, {str(SOURCE)!r})\nfrom kserve_gitops.tools.process import run\nrun({argv!r})"
    )
    process = subprocess.Popen(python(code), stderr=subprocess.PIPE)  # noqa: S603  our own interpreter
    try:
        wait_for(pids.exists)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()

    assert b"KeyboardInterrupt" in err
    numbers = [int(pid) for pid in pids.read_text().split()]
    wait_for(lambda: not any(map(is_there, numbers)))


@posix
def test_no_crash_leaves_what_was_in_memory(tmp_path):
    code = (
        f"import os, sys; sys.path.insert(0, {str(SOURCE)!r})\n"
        "from kserve_gitops.tools.process import run, without_core_dumps\nwithout_core_dumps()\n"
        "run([sys.executable, '-c', 'import os; os.abort()'])\nos.abort()"
    )
    done = subprocess.run(python(code), cwd=tmp_path, capture_output=True, check=False, preexec_fn=dumping)  # noqa: S603

    assert done.returncode == -signal.SIGABRT
    assert list(tmp_path.iterdir()) == []


def dumping():
    import resource  # noqa: PLC0415  not on Windows

    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def test_what_was_said_is_in_no_repr():
    done = run(python("import sys; sys.stdout.write(sys.stdin.read())"), stdin=SECRET)

    assert repr(done) == "Done(code=0)"
