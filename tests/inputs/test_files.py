"""Files that are no files, not text, or too much: one finding each."""

import os
from pathlib import Path

import pytest

from kserve_gitops.core.errors import InputError
from kserve_gitops.inputs import files

LAUGHS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
"""Ten aliases to ten aliases and so on: 100 million values, hundreds of megabytes."""


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"# nothing yet\n\n# to do\n", id="only-comments"),
        pytest.param(b"---\n", id="only-a-document-start"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", id="binary"),
        pytest.param("name: café\n".encode("latin-1"), id="latin-1"),
        pytest.param("name: iris\n".encode("utf-16"), id="utf-16"),
        pytest.param(f"a0: &a0 [x]\n{LAUGHS}".encode(), id="aliases-that-expand-without-bound"),
        pytest.param(b"name: iris\npredictor: " + b"[" * 300 + b"]" * 300 + b"\n", id="nested-without-bound"),
    ],
)
def test_content_that_cannot_be_a_model_is_refused(content, project, refused, golden_text):
    project.write("models/model.yaml", content)

    said = refused()

    assert "--> models/model.yaml:" in said
    assert said.endswith("\n1 error; dist/ is as it was\n")
    assert said == golden_text


def test_file_of_100_megabytes_is_refused_unread(project, refused, monkeypatch):
    path = project.write("models/model.yaml", "name: iris\n")
    os.truncate(path, 100 * 1024 * 1024)
    monkeypatch.setattr(Path, "read_bytes", _unless(path, Path.read_bytes))

    said = refused()

    assert said.startswith("error[KG001]: models/model.yaml is 100 MB large\n  --> models/model.yaml:1:1\n")
    assert "= hint: at most 4 MB are read" in said


def _unless(path: Path, read):
    def wrapped(self: Path) -> bytes:
        assert self != path, "it was read"
        return read(self)

    return wrapped


@pytest.mark.parametrize("file", ["models/model.yaml", "sealed/production/kserve/s3-access.yaml", "platform.yaml"])
def test_directory_that_is_named_like_a_file_is_refused(file, project, refused):
    (project.root / file).unlink(missing_ok=True)
    (project.root / file).mkdir()

    said = refused()

    assert f"error[KG001]: {file} is a directory\n  --> {file}:1:1\n   = hint: rename it" in said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("file", ["models/iris-classifier.yaml", "platform.yaml"])
def test_file_that_may_not_be_read_is_refused(file, project, refused):
    (project.root / file).chmod(0)

    said = refused()

    assert f"error[KG001]: {file} cannot be read: permission denied\n  --> {file}:1:1\n" in said


def test_file_that_the_system_does_not_give_is_refused(project, refused, monkeypatch):
    read = Path.read_bytes

    def denied(self: Path) -> bytes:
        if "dist" in self.parts:
            return read(self)
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", denied)

    said = refused()

    assert "error[KG001]: platform.yaml cannot be read: permission denied\n  --> platform.yaml:1:1\n" in said
    assert "error[KG001]: models/iris-classifier.yaml cannot be read: permission denied\n" in said
    assert said.endswith("\n2 errors; dist/ is as it was\n")


def test_link_that_leads_nowhere_is_refused(project, refused):
    (project.root / "models/model.yaml").symlink_to("nowhere")

    said = refused()

    assert said.startswith(
        "error[KG001]: models/model.yaml does not exist\n"
        "  --> models/model.yaml:1:1\n"
        "   = hint: it is a link that leads nowhere\n"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_pipe_is_refused_and_not_waited_for(project, refused):
    os.mkfifo(project.root / "models/model.yaml")

    assert "error[KG001]: models/model.yaml is not a regular file\n" in refused()


def test_models_that_is_a_file_is_refused(project, refused):
    project.remove("models")
    project.write("models", "name: iris\n")

    assert refused().startswith("error[KG001]: models is not a folder\n  --> models:1:1\n")


def test_files_that_are_named_like_yaml_are_found_in_order(tmp_path):
    for name in ("b.yaml", "a.yml", "C.YAML", "team/d.yaml", "notes.txt", "e.yaml.bak", ".hidden.yaml", ".git/f.yaml"):
        path = tmp_path / "models" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    found = files.yaml_files(tmp_path, tmp_path / "models")

    assert [p.relative_to(tmp_path / "models").as_posix() for p in found] == [
        "C.YAML",
        "a.yml",
        "b.yaml",
        "team/d.yaml",
    ]


def test_no_folder_holds_no_files(tmp_path):
    assert files.yaml_files(tmp_path, tmp_path / "models") == []


def test_link_to_a_folder_above_is_passed_over_and_to_another_is_followed(tmp_path):
    models, elsewhere = tmp_path / "models", tmp_path / "elsewhere"
    models.mkdir()
    elsewhere.mkdir()
    (elsewhere / "a.yaml").touch()
    (models / "loop").symlink_to("..", target_is_directory=True)
    (models / "linked").symlink_to("../elsewhere", target_is_directory=True)

    assert files.yaml_files(tmp_path, models) == [models / "linked/a.yaml"]


def test_folder_that_may_not_be_listed_is_a_finding(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()

    def denied(self: Path):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "iterdir", denied)

    with pytest.raises(InputError) as raised:
        files.yaml_files(tmp_path, tmp_path / "models")
    assert [str(finding) for finding in raised.value.findings] == [
        "error[KG001]: models cannot be read: permission denied\n  --> models:1:1"
    ]
