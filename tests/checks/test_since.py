import json
from pathlib import Path

import pytest

from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.schema.imported import KSERVE, Imported
from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.checks.schema.since import FIELDS, KINDS
from kserve_gitops.core.errors import InputError
from kserve_gitops.inputs.releases import RELEASES

IMPORTS = Path(__file__).parents[2] / "imports"
LLM = ("serving.kserve.io/v1alpha2", "LLMInferenceService")


@pytest.fixture(scope="module")
def releases():
    return {release: Schemas(IMPORTS, kserve=release) for release in RELEASES}


def service(**predictor):
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "iris"},
        "spec": {"predictor": {"model": {"modelFormat": {"name": "sklearn"}}, **predictor}},
    }


def llm(version="v1alpha2", model=None, **spec):
    return {
        "apiVersion": f"serving.kserve.io/{version}",
        "kind": "LLMInferenceService",
        "metadata": {"name": "llama"},
        "spec": {"model": {"uri": "hf://org/llama", **(model or {})}, **spec},
    }


def cache(**spec):
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "LocalModelCache",
        "metadata": {"name": "iris"},
        "spec": {"sourceModelUri": "s3://models/iris", "modelSize": "1Gi", "nodeGroups": ["gpu"], **spec},
    }


def canary():
    manifest = service()
    model = {"name": "kserve-container", "modelFormat": {"name": "sklearn"}}
    manifest["spec"]["canary"] = [{"trafficPercent": 10, "predictor": {"name": "next", "model": model}}]
    return manifest


def file_reference():
    reference = {"fileKeyRef": {"volumeName": "v", "path": "p", "key": "k"}}
    return service(containers=[{"name": "side-car", "env": [{"name": "A", "valueFrom": reference}]}])


@pytest.mark.parametrize(
    ("manifest", "since", "key"),
    [
        (service(logger={"mode": "all", "batchSize": "5"}), "v0.17.1", "batchSize"),
        (service(hostnameOverride="iris"), "v0.17.1", "hostnameOverride"),
        (file_reference(), "v0.17.1", "fileKeyRef"),
        (llm("v1alpha1", tracing={}), "v0.20.0", "tracing"),
        (llm("v1alpha1", labels={}), "v0.17.1", "labels"),
        (llm("v1alpha1", {"lora": {"maxRank": 8}}), "v0.19.0", "maxRank"),
        (cache(serviceAccountName="reader"), "v0.18.1", "serviceAccountName"),
        (canary(), "v0.20.0", "canary"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_field_is_told_as_newer_until_the_release_that_brought_it(releases, manifest, since, key):
    for release, schemas in releases.items():
        told = [
            (problem.kind, problem.key, problem.message, problem.hint, problem.since)
            for problem in schemas.object_problems(manifest)
            if problem.kind == "unknown"
        ]
        hint = f"this platform deploys {release}"
        expected = [("unknown", key, f"field '{key}' needs KServe {since}", hint, since)]

        assert told == (expected if order(release) < order(since) else []), release


@pytest.mark.parametrize(
    ("manifest", "since"),
    [
        (llm(model={"lora": {"maxRank": 8}}), "v0.19.0"),
        (llm(router={"gateway": {"refs": [{"name": "a", "namespace": "b", "sectionName": "c"}]}}), "v0.18.1"),
        (llm(kvCacheOffloading={}), "v0.20.0"),
    ],
)
def test_fields_of_a_kind_that_the_oldest_set_does_not_have_are_dated_too(releases, manifest, since):
    for release in list(releases)[1:]:
        found = {problem.since for problem in releases[release].object_problems(manifest) if problem.since}

        assert found == ({since} if order(release) < order(since) else set()), release


@pytest.mark.parametrize("release", RELEASES)
def test_a_field_that_no_release_has_is_unknown(releases, release):
    (problem,) = releases[release].object_problems(service(minReplica=1))

    assert (problem.message, problem.hint) == ("unknown field 'minReplica'", "did you mean 'minReplicas'?")
    assert not problem.since


@pytest.mark.parametrize(
    ("release", "api_version", "kind", "since"),
    [
        ("v0.16.0", *LLM, "v0.17.1"),
        ("v0.17.1", *LLM, ""),
        ("v0.17.1", "serving.kserve.io/v1alpha1", "LocalModelNamespaceCache", "v0.18.1"),
        ("v0.18.1", "serving.kserve.io/v1alpha1", "LocalModelNamespaceCache", ""),
        ("v0.16.0", "serving.kserve.io/v1beta1", "InferenceService", ""),
        ("v0.16.0", "serving.kserve.io/v1", "InferenceService", ""),
        ("v0.20.0", "serving.kserve.io/v1", "InferenceService", ""),
        ("v0.16.0", "apps/v1", "Deployment", ""),
    ],
)
def test_the_first_release_with_a_kind_is_told_to_those_without_it(releases, release, api_version, kind, since):
    assert releases[release].since(api_version, kind) == since


def test_a_default_of_a_later_release_is_not_filled_in(releases):
    pool = {"spec": {"selector": {}, "targetPortNumber": 8000, "targetPorts": [{"number": 8000}]}}
    manifest = llm(router={"scheduler": {"pool": pool}})

    def filled(release):
        return releases[release].canonical(manifest)["spec"]["router"]["scheduler"]["pool"]["spec"].get("appProtocol")

    assert (filled("v0.19.0"), filled("v0.20.0")) == (None, "http")


def test_every_row_names_a_supported_release_and_a_field_of_its_kinds():
    newest = Imported(IMPORTS, kserve=list(RELEASES)[-1])
    paths = {}
    for kind in (kind for kind in newest.files if kind[0].startswith(KSERVE)):
        book = newest.book(kind)
        paths.setdefault(kind[1], set()).update(named(book.root, book.follow, ()))

    for release, kinds, fields in FIELDS:
        assert release in list(RELEASES)[1:]
        for kind, field in ((kind, field) for kind in kinds or ["InferenceService"] for field in fields):
            assert any(f".{path}".endswith(f".{field}") for path in paths[kind]), (kind, field)
    assert all(key in newest.files and since in RELEASES for key, since in KINDS.items())


def named(schema, follow, trail):
    node = follow(schema)
    for key, inner in node.get("properties", {}).items():
        yield ".".join((*trail, key))
        yield from named(inner, follow, (*trail, key))
    for word in ("items", "additionalProperties"):
        if isinstance(node.get(word), dict):
            yield from named(node[word], follow, trail)


def closed(properties, **more):
    return {"type": "object", "additionalProperties": False, "properties": properties, **more}


@pytest.fixture
def between(tmp_path):
    """Schemas of two made-up releases, v1.0.0 and v3.0.0, for a platform of any version."""
    old = closed({"apiVersion": {}, "kind": {}, "gone": {"$ref": "definitions.json#/$defs/G"}, "free": {}})
    new = closed(
        {"apiVersion": {}, "kind": {}, "free": closed({"a": closed({"b": {}})}), "new": closed({"part": {}})},
        required=["free", "new"],
    )
    for tag, root in (("v1.0.0", old), ("v3.0.0", new)):
        folder = tmp_path / "kinds" / KSERVE / tag
        folder.mkdir(parents=True)
        (folder / "Thing.v1.json").write_text(json.dumps(root))
        (folder / "definitions.json").write_text(json.dumps({"$defs": {"G": {"type": "integer"}}}))
    return lambda kserve: Schemas(tmp_path, kserve=kserve)


def thing(**fields):
    return {"apiVersion": f"{KSERVE}/v1", "kind": "Thing", **fields}


@pytest.mark.parametrize("kserve", ["v1.0.0", "v2.0.0"])
def test_what_is_not_listed_came_with_the_newer_set(between, kserve):
    (problem,) = between(kserve).object_problems(thing(free={}, new={"part": 1}))

    assert (problem.message, problem.since) == ("field 'new' needs KServe v3.0.0", "v3.0.0")


def test_a_field_that_came_later_is_not_required_before(between):
    assert between("v2.0.0").object_problems(thing(free={})) == []
    assert [problem.key for problem in between("v3.0.0").object_problems(thing(free={}))] == ["new"]


def test_a_field_is_kept_until_the_set_that_no_longer_has_it(between):
    assert between("v2.0.0").object_problems(thing(free={}, gone=1)) == []
    assert [problem.path for problem in between("v2.0.0").object_problems(thing(free={}, gone="x"))] == [("gone",)]

    (problem,) = between("v3.0.0").object_problems(thing(free={}, new={}, gone=1))

    assert (problem.kind, problem.message, problem.since) == ("unknown", "field 'gone' is gone since KServe v3.0.0", "")


def test_below_a_place_that_took_anything_nothing_is_newer(between):
    assert between("v2.0.0").object_problems(thing(free={"a": {"b": 1}})) == []


def test_a_damaged_set_is_an_error_that_names_the_file(between, tmp_path):
    file = tmp_path / "kinds" / KSERVE / "v3.0.0" / "Thing.v1.json"
    file.write_text(json.dumps(closed({"a": {"$ref": "#/$defs/Gone"}})))

    with pytest.raises(InputError) as caught:
        between("v2.0.0").object_problems(thing())

    assert [finding.place.file for finding in caught.value.findings] == [file.as_posix()]
