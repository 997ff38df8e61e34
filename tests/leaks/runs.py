"""A command in a process of its own, and all that it showed, wrote and started."""

import os
import pty
import resource
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.leaks.search import Search

REPOSITORY = Path(__file__).parents[2]
_SOURCES = os.pathsep.join(map(str, (REPOSITORY, REPOSITORY / "constructs")))
MAIN = "import sys; from kserve_gitops.cli.main import main; sys.exit(main(sys.argv[1:]))"
LONGEST = 120.0
"""Seconds."""
_PAUSE = 0.002


class Watch:
    """Reads, every few milliseconds, what /proc says of a process and of all that it started."""

    def __init__(self) -> None:
        self.arguments: set[bytes] = set()
        self.environments: set[bytes] = set()
        """Of those that it started, once they are programs of their own."""
        self.own = b""
        self._known: set[int] = set()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()

    def of(self, process) -> None:
        self._known.add(process.pid)

    def _watch(self) -> None:
        while not self._done.wait(_PAUSE):
            for pid in [pid for known in tuple(self._known) for pid in self._below(known)]:
                self._look(pid, first=pid in self._known)

    def _below(self, pid: int):
        yield pid
        try:
            threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208  names alone, and often
        except OSError:  # it has ended
            return
        for thread in threads:
            for child in _read(Path(f"/proc/{pid}/task/{thread}/children")).split():
                yield from self._below(int(child))

    def _look(self, pid: int, *, first: bool) -> None:
        arguments = _read(Path(f"/proc/{pid}/cmdline"))
        self.arguments.add(arguments)
        if first:
            self.own = arguments
        elif arguments != self.own:
            self.environments.add(_read(Path(f"/proc/{pid}/environ")))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@dataclass
class Ran:
    """What came of it; `folders` are the places in which it could write."""

    code: int
    out: bytes
    err: bytes
    watch: Watch
    folders: tuple[Path, ...]
    own: frozenset[Path] = frozenset()

    def leaks(self, *values: str | bytes) -> list[str]:
        """Where any of the values stands, the files that the person wrote left out."""
        search = Search(*values)
        search.text("standard output", self.out)
        search.text("standard error", self.err)
        search.text("arguments of a process", b"\n".join(self.watch.arguments))
        search.text("environment of a process", b"\n".join(self.watch.environments))
        for folder in self.folders:
            search.files(folder, self.own)
        return search.found


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """Little of ours, and folders of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "JSII_NODE") if name in os.environ}
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir(exist_ok=True)
    return {
        **kept,
        "HOME": str(tmp_path / "home"),
        "TMPDIR": str(tmp_path / "tmp"),
        "PYTHONPATH": _SOURCES,
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_COLOR": "1",
        **more,
    }


def run(project, tmp_path, *argv, stdin=b"", env=None, script=MAIN, options=(), own=(), stop=None, umask=0o022):
    """`kserve-gitops ARGV` in a project, or another script; `own` are files that the person wrote.

    `stop` is a pair of a condition and a signal, which the command gets once the condition holds.
    """
    file = tmp_path / "script.py"
    file.write_text(script)
    process = subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, *options, str(file), *argv],
        cwd=project.root,
        env=environment(tmp_path, **(env or {})),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_dumping,  # noqa: PLW1509  no other thread runs yet
        umask=umask,
        start_new_session=True,
    )
    with Watch() as watch:
        watch.of(process)
        try:
            stopping = threading.Thread(target=_stop, args=(process, *stop)) if stop else None
            if stopping:
                stopping.start()
            out, err = process.communicate(stdin, timeout=LONGEST)
        finally:
            _end(process)
    return Ran(process.returncode, out, err, watch, _folders(project, tmp_path), _own(project, own))


def typed(project, tmp_path, *argv, answers, env=None, last=None):
    """The same at a terminal: `answers` are pairs of what is asked and what is typed; `last` is a signal at the end."""
    file = tmp_path / "script.py"
    file.write_text(f"import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); {MAIN}")
    near, far = pty.openpty()
    process = subprocess.Popen(  # noqa: S603  as above
        [sys.executable, str(file), *argv],
        cwd=project.root,
        env=environment(tmp_path, **(env or {})),
        stdin=far,
        stdout=far,
        stderr=far,
        preexec_fn=_dumping,  # noqa: PLW1509  as above
        start_new_session=True,
    )
    os.close(far)
    shown = b""
    with Watch() as watch:
        watch.of(process)
        try:
            for question, answer in answers:
                shown += _until(near, question.encode())
                time.sleep(0.2)  # until it has switched the echo off
                os.write(near, answer.encode())
            if last:
                time.sleep(0.2)
                process.send_signal(last)
            shown += _until(near, None)
            process.wait(LONGEST)
        finally:
            _end(process)
            os.close(near)
    return Ran(process.returncode, shown, b"", watch, _folders(project, tmp_path))


def _dumping() -> None:
    """A crash leaves all memory in a file, and a signal is heard, unless the command says otherwise."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell switches off for what it runs beside
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup has its children ignore it


def _folders(project, tmp_path):
    return (project.root, tmp_path / "home", tmp_path / "tmp")


def _own(project, files):
    return frozenset(project.root / file for file in files)


def _stop(process, condition, signal_) -> None:
    end = time.monotonic() + LONGEST
    while process.poll() is None and time.monotonic() < end and not condition():
        time.sleep(0.005)
    if process.poll() is None:
        process.send_signal(signal_)


def _until(terminal: int, words: bytes | None) -> bytes:
    """What is shown until these words are, or until the program ends."""
    shown, end = b"", time.monotonic() + LONGEST
    while words is None or words not in shown:
        assert time.monotonic() < end, "nothing came that was waited for"
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            part = b""
        if not part:
            assert words is None, "it ended before"
            return shown
        shown += part
    return shown


def _end(process) -> None:
    """Also what it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
