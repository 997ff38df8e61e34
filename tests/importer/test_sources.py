import hashlib

import pytest

from kserve_gitops.importer import sources


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "things"
    folder.mkdir()
    return folder


def table(folder, *rows):
    head = "# Prose | with a bar\n\n| file | repo | tag | path | sha256 |\n|---|---|---|---|---|\n"
    (folder / "SOURCES.md").write_text(head + "".join(f"| {' | '.join(row)} |\n" for row in rows))


def test_the_table_says_where_a_file_came_from(folder):
    (folder / "a.yaml").write_text("a: 1")
    table(folder, ("a.yaml", "acme/things", "v1.0.0", "crds/a.yaml", sha256("a: 1")))

    (source,), findings = sources.read([folder], repository=None, tag=None)

    assert not findings
    assert (source.repository, source.tag, source.path) == ("acme/things", "v1.0.0", "crds/a.yaml")
    assert source.data == b"a: 1"


def test_a_file_that_changed_after_it_was_fetched_is_refused(folder):
    (folder / "a.yaml").write_text("a: 2")
    table(folder, ("a.yaml", "acme/things", "v1.0.0", "crds/a.yaml", sha256("a: 1")))

    read, (finding,) = sources.read([folder], repository="acme/other", tag="v9")

    assert not read
    assert finding.code == "KG011"
    assert sha256("a: 2") in finding.message
    assert "SOURCES.md:5" in finding.hint


def test_a_file_of_unknown_origin_is_refused(folder):
    (folder / "a.yaml").write_text("a: 1")

    read, (finding,) = sources.read([folder], repository=None, tag=None)

    assert not read
    assert finding.code == "KG011"
    assert "pass --repository and --tag" in finding.hint


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("v0.20.0/a.yaml", "v0.20.0"),
        ("kserve-v0.20.0/a.yaml", "v0.20.0"),
        ("x/kserve-crd-v0.16.0.values.yaml", "v0.16.0"),
    ],
)
def test_without_a_tag_it_is_the_version_that_file_or_folder_is_named_after(folder, name, tag):
    file = folder / name
    file.parent.mkdir()
    file.write_text("a: 1")

    (source,), _ = sources.read([file], repository="kserve/kserve", tag=None)

    assert (source.repository, source.tag, source.path) == ("kserve/kserve", tag, "")


def test_a_folder_stands_for_its_files_and_not_for_those_of_its_folders(folder):
    (folder / "alt").mkdir()
    for name in ("a.yaml", "alt/b.yaml", "note.txt"):
        (folder / name).write_text("a: 1")

    read, _ = sources.read([folder], repository="acme/things", tag="v1")

    assert [source.name for source in read] == ["a.yaml"]


def test_a_folder_without_files_stands_for_those_of_its_folders(folder):
    for name in ("v0.1.0", "v0.2.0"):
        (folder / name).mkdir()
        (folder / name / "a.yaml").write_text("a: 1")

    read, _ = sources.read([folder], repository="acme/things", tag=None)

    assert [source.tag for source in read] == ["v0.1.0", "v0.2.0"]


def test_the_table_vouches_for_an_empty_file_that_was_lost(folder):
    table(folder, ("chart-v1.0.0.values.yaml", "acme/things", "v1.0.0", "values.yaml", sha256("")))

    (source,), findings = sources.read([folder], repository=None, tag=None)

    assert not findings
    assert (source.name, source.data) == ("chart-v1.0.0.values.yaml", b"")


def test_a_path_that_leads_nowhere_and_an_empty_folder_are_both_reported(folder):
    _, findings = sources.read([folder / "gone.yaml", folder], repository=None, tag=None)

    assert [(finding.code, finding.place.file) for finding in findings] == [
        ("KG001", (folder / "gone.yaml").as_posix()),
        ("KG001", folder.as_posix()),
    ]
