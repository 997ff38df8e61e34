import argparse
import json

import pytest
import yaml

from kserve_gitops import importer
from kserve_gitops.cli import import_
from kserve_gitops.core.errors import DistError, InputError


def crd(name, group="example.com", **properties):
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": properties}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec = {"group": group, "names": {"kind": name}, "versions": [version]}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": spec}


@pytest.fixture
def source(tmp_path):
    def write(name, *documents):
        file = tmp_path / "sources" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("---\n".join(d if isinstance(d, str) else yaml.safe_dump(d) for d in documents))
        return file

    return write


@pytest.fixture
def output(tmp_path):
    return tmp_path / "imports"


def run(output, *paths, tag="v1.0.0"):
    return importer.run(list(paths), output, kubernetes=None, repository="acme/things", tag=tag)


def tree(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_each_kind_becomes_a_file_and_the_lock_says_where_it_came_from(source, output):
    file = source("a.yaml", crd("Apple"), crd("Pear"))

    report = run(output, file)

    assert tree(output) == [
        "kinds/example.com/v1.0.0/Apple.v1.json",
        "kinds/example.com/v1.0.0/Pear.v1.json",
        "kinds/example.com/v1.0.0/definitions.json",
        "sources.lock",
    ]
    (row,) = json.loads((output / "sources.lock").read_text())["sources"]
    assert (row["repository"], row["tag"], row["file"], len(row["sha256"])) == ("acme/things", "v1.0.0", "a.yaml", 64)
    assert row["produced"] == ["kinds/example.com/v1.0.0/Apple.v1.json", "kinds/example.com/v1.0.0/Pear.v1.json"]
    assert str(report) == f"3 files ({report.size / 1e6:.2f} MB) from 1 sources: 4 written, 0 deleted"


def test_a_second_run_writes_nothing(source, output):
    file = source("a.yaml", crd("Apple"))
    run(output, file)

    report = run(output, file)

    assert (report.written, report.deleted) == ((), ())


def test_a_run_replaces_its_own_group_and_tag_and_leaves_the_rest(source, output):
    run(output, source("a.yaml", crd("Apple"), crd("Pear")))
    run(output, source("b.yaml", crd("Bus", group="other.com")))
    stranger = output / "kinds" / "example.com" / "v1.0.0" / "NOTES.txt"
    stranger.write_text("mine")

    report = run(output, source("a.yaml", crd("Apple")))

    assert report.deleted == (
        "kinds/example.com/v1.0.0/Pear.v1.json",
        "kinds/example.com/v1.0.0/definitions.json",
    )
    assert (output / "kinds/other.com/v1.0.0/Bus.v1.json").is_file()
    assert stranger.read_text() == "mine"
    locked = json.loads((output / "sources.lock").read_text())["sources"]
    assert [row["file"] for row in locked] == ["a.yaml", "b.yaml"]


def test_versions_of_a_group_stand_side_by_side(source, output):
    file = source("a.yaml", crd("Apple"))
    run(output, file, tag="v1.0.0")
    run(output, file, tag="v2.0.0")

    assert {path.split("/")[2] for path in tree(output) if "/" in path} == {"v1.0.0", "v2.0.0"}


def test_a_shipped_schema_goes_before_default_values(source, output):
    values = source("web-1.2.3.values.yaml", {"b": 1})
    schema = source("web-1.2.3.schema.json", '{"type": "object", "properties": {"a": {}}}')

    report = run(output, values, schema)

    assert json.loads((output / "values/web/1.2.3.json").read_text()) == {"properties": {"a": {}}, "type": "object"}
    assert report.sources == 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", "a: [", "KG002 not valid YAML"),
        ("a.yaml", "a: \x01", "KG002 not valid YAML"),
        ("a.yaml", "", "KG011 holds no CustomResourceDefinition"),
        ("a.yaml", "[1, 2]", "KG011 holds no CustomResourceDefinition"),
        ("a.yaml", "{kind: Deployment}", "KG011 holds no CustomResourceDefinition"),
        ("a.yaml", "{kind: CustomResourceDefinition}", "KG011 not a CustomResourceDefinition"),
        ("a.yaml", "{kind: CustomResourceDefinition, spec: [1]}", "KG011 not a CustomResourceDefinition"),
        ("a.yaml", "{kind: ClusterServingRuntime, metadata: {name: a}}", "KG011 not a ClusterServingRuntime"),
        ("web-1.0.0.values.yaml", "[1]", "KG011 chart values are one mapping"),
        ("web-1.0.0.schema.json", "{", "KG002 not valid JSON"),
        ("web-1.0.0.schema.json", "[]", "KG011 a JSON Schema is one mapping"),
        ("web-1.0.0.schema.json", '{"$ref": "#/$defs/gone"}', "KG011 not what a chart takes: there is no '$defs'"),
        ("web-1.0.0.schema.json", '{"$ref": "#"}', "KG011 not what a chart takes: it contains itself"),
        ("web-1.0.0.schema.json", '{"pattern": "(("}', "KG011 not what a chart takes: "),
        ("web-1.0.0.values.yaml", "a: &a {b: *a}", "KG011 not what a chart takes: it contains itself"),
        ("a.yaml", "{kind: CustomResourceDefinition, spec: 2001-01-01}", "KG011 not a CustomResourceDefinition"),
        ("a.yaml", "a: !!set {b}", "KG002 not valid YAML"),
    ],
)
def test_a_source_that_cannot_be_used_is_a_finding_and_nothing_is_written(source, output, name, text, said):
    file = source(name, text)

    with pytest.raises(InputError) as caught:
        run(output, file)

    (finding,) = caught.value.findings
    assert finding.place.file == file.as_posix()
    assert f"{finding.code} {finding.message}".startswith(said)
    assert not output.exists()


def test_all_bad_sources_are_reported_together(source, output):
    with pytest.raises(InputError) as caught:
        run(output, source("a.yaml", "a: ["), source("b.yaml", "b: ["), source("c.yaml", "x"))

    assert [finding.code for finding in caught.value.findings] == ["KG002", "KG002", "KG011"]


@pytest.mark.parametrize("group", ["../../etc", "a/b", ""])
def test_a_group_that_would_leave_the_folder_is_refused(source, output, group):
    with pytest.raises(InputError):
        run(output, source("a.yaml", crd("Apple", group=group)))


def test_a_kind_that_stands_in_two_sources_is_refused(source, output):
    with pytest.raises(InputError) as caught:
        run(output, source("a.yaml", crd("Apple")), source("b.yaml", crd("Apple")))

    assert "stands in another source too" in caught.value.findings[0].message


def test_a_lock_that_is_not_ours_stops_the_run(source, output):
    output.mkdir()
    (output / "sources.lock").write_text("mine")

    with pytest.raises(InputError) as caught:
        run(output, source("a.yaml", crd("Apple")))

    assert caught.value.findings[0].place.file == (output / "sources.lock").as_posix()
    assert tree(output) == ["sources.lock"]


def test_an_output_that_cannot_be_written_is_an_error(source, output):
    output.write_text("a file")

    with pytest.raises(DistError):
        run(output, source("a.yaml", crd("Apple")))


def test_the_command_imports_and_says_what_changed(source, output, capsys):
    parser = argparse.ArgumentParser()
    import_.add(parser.add_subparsers())
    file = source("a.yaml", crd("Apple"))
    argv = ["import", str(file), "--output", str(output), "--repository", "acme/things", "--tag", "v1.0.0"]
    args = parser.parse_args(argv)

    code = args.func(args)

    assert code == 0
    assert "from 1 sources" in capsys.readouterr().err
    assert (output / "kinds/example.com/v1.0.0/Apple.v1.json").is_file()
