"""Fixtures of all tests: a project to spoil, the command line in process, expected output as readable files."""

import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from kserve_gitops.checks import rule
from kserve_gitops.cli.main import main
from kserve_gitops.core.rendering import to_yaml

REPOSITORY = Path(__file__).parents[1]
"""The example repository, which every `project` is a copy of."""

_COPIED = ("platform.yaml", "app.py", "cdk8s.yaml", "models", "sealed", "charts", "dist")
_VARIABLES = ("CDK8S_OUTDIR", "NO_COLOR", "FORCE_COLOR")

# What a shell starts in the background ignores Ctrl-C, and so would every command that a test interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)


class Ran(NamedTuple):
    """What a command left behind: exit code, standard output, standard error, with `<root>` for the project."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Project:
    """A copy of the example repository in `root`; file names are relative to it."""

    root: Path

    def read(self, file: str) -> str:
        return (self.root / file).read_text(encoding="utf-8")

    def write(self, file: str, content: str | bytes) -> Path:
        """Write a file, with the folders above it."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace `old`, which must stand in the file exactly once."""
        text = self.read(file)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        self.write(file, text.replace(old, new))

    def remove(self, file: str) -> None:
        path = self.root / file
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()

    def dist(self) -> dict[str, bytes]:
        """Every file of dist/ by its name relative to dist/."""
        folder = self.root / "dist"
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The example repository in a folder of its own, dist/ included; imports/ is a link, and not to be changed."""
    root = tmp_path / "project"
    root.mkdir()
    for name in _COPIED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, root / name)
    (root / "imports").symlink_to(REPOSITORY / "imports", target_is_directory=True)
    return Project(root)


@pytest.fixture
def run_cli(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """`run_cli("synth", "--check")` runs the command in `project`, or in the folder `cwd` below it."""
    for variable in _VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*argv: str, cwd: str = ".") -> Ran:
        monkeypatch.chdir(project.root / cwd)
        capsys.readouterr()
        with _own_modules():
            try:
                code = main(argv)
            except SystemExit as ended:
                code = int(ended.code or 0)
        said = capsys.readouterr()
        return Ran(code, *(text.replace(str(project.root), "<root>") for text in (said.out, said.err)))

    return run


@pytest.fixture
def refused(project: Project, run_cli):
    """`refused()` runs synth, which must fail in good order and leave dist/ alone, and returns what it said."""

    def run() -> str:
        before = project.dist()
        ran = run_cli("synth")
        assert (ran.code, ran.out) == (1, ""), ran.err
        assert "Traceback" not in ran.err
        assert project.dist() == before
        return ran.err

    return run


@contextmanager
def _own_modules() -> Iterator[None]:
    """Forget afterwards which app.py and charts/ were loaded, and from where."""
    path, before = list(sys.path), _theirs()
    for name in before:
        del sys.modules[name]
    try:
        yield
    finally:
        sys.path[:] = path
        for code in [code for code in rule.RULES if code.startswith("KG9")]:
            del rule.RULES[code]
        for name in _theirs():
            del sys.modules[name]
        sys.modules.update(before)


def _theirs() -> dict[str, object]:
    return {name: module for name, module in sys.modules.items() if name.split(".")[0] in {"app", "charts"}}


@pytest.fixture
def chart():
    """A chart to make constructs in."""
    import cdk8s  # noqa: PLC0415  starts Node, which few tests need

    from kserve_gitops import Chart  # noqa: PLC0415  as above

    return Chart(cdk8s.Testing.app(), "test")


class _Yaml(SingleFileSnapshotExtension):
    """One `.yaml` for each test; a list of mappings becomes documents."""

    _write_mode = WriteMode.TEXT
    file_extension = "yaml"

    def serialize(self, data: object, **_: object) -> str:
        documents = data if isinstance(data, list) and all(isinstance(d, dict) for d in data) else [data]
        return "---\n".join(to_yaml(document).decode() for document in documents)


class _Text(SingleFileSnapshotExtension):
    """One `.txt` for each test, as it was printed."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """`assert manifests == golden`: objects beside the test in `__snapshots__`, as YAML that can be reviewed."""
    return snapshot.use_extension(_Yaml)


@pytest.fixture
def golden_text(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """`assert text == golden_text`: what was printed, as a text file."""
    return snapshot.use_extension(_Text)
