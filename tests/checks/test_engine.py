"""Each finding of the engine: fires with its code at its place, and keeps silent where nothing is wrong."""

from functools import cache
from pathlib import Path

import pytest

from kserve_gitops.checks import engine
from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.checks.tree import Cluster
from kserve_gitops.core.origins import Origin
from kserve_gitops.core.places import Place
from kserve_gitops.core.rendered import Rendered

IMPORTS = Path(__file__).parents[2] / "imports"


@cache
def clusters():
    return {name: Cluster(Schemas(IMPORTS, kserve="v0.16.0")) for name in ("production", "staging")}


def where(origin, path, key):
    """A place whose file tells everything that the engine asked about."""
    return Place(f"{origin.file}#{'.'.join(map(str, path))}" + (f"?{key}" if key else ""))


def found(*rows):
    return [(f.code, f.place.file, f.message) for f in engine.findings(rows, clusters(), where)]


def codes(*rows):
    return [code for code, _, _ in found(*rows)]


def row(manifest, *, file="a.yaml", environment="production", applications=("root", "app")):
    return Rendered(f"{environment}/x", applications, Origin(file).to_text(), manifest=manifest)


def config_map(name="c", namespace="n", **fields):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, **fields}


def service(**spec):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": "n"}, "spec": spec}


def values(content, chart=("traefik", "41.3.0")):
    attachment = {"file": "values/x.yaml", "content": content, "chart": chart}
    return Rendered("production/x", (), Origin("platform.yaml").to_text(), attachment=attachment)


SOUND = service(ports=[{"port": 80, "targetPort": "http"}], selector={"app": "a"})


def test_sound_tree_has_no_findings():
    assert found(row(SOUND), row(config_map()), values({"gateway": {"enabled": False}})) == []


def test_unknown_field_is_found_at_its_key():
    [(code, place, message)] = found(row(service(ports=[{"port": 80, "targetport": "http"}])))

    assert (code, place) == ("KG110", "a.yaml#spec.ports.0?targetport")
    assert "Service 's', spec.ports.0" in message


def test_unknown_field_has_a_hint():
    [finding] = engine.findings([row(service(ports=[{"port": 80, "targetport": "http"}]))], clusters(), where)

    assert "targetPort" in finding.hint


def test_value_of_the_wrong_type_is_found_where_it_stands():
    [(code, place, _)] = found(row(service(ports=[{"port": "eighty"}])))

    assert (code, place) == ("KG111", "a.yaml#spec.ports.0.port")


def test_missing_field_is_found_where_it_should_stand():
    [(code, place, message)] = found(row(service(ports=[{"name": "http"}])))

    assert (code, place) == ("KG113", "a.yaml#spec.ports.0")
    assert "port" in message


def test_all_problems_of_an_object_are_reported():
    assert sorted(codes(row(service(ports=[{"port": "eighty"}], slector={})))) == ["KG110", "KG111"]


def test_kind_without_a_schema_is_found():
    unknown = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "t"}}

    [(code, _, message)] = found(row(unknown))

    assert code == "KG112"
    assert "example.com/v1 Thing ('t')" in message


def test_kind_at_a_version_that_is_not_served_is_found():
    assert codes(row(SOUND | {"apiVersion": "v2"})) == ["KG112"]


def test_values_that_the_chart_does_not_know_are_found_at_their_key():
    [(code, place, message)] = found(values({"providers": {"kubernetesGatway": {}}}))

    assert (code, place) == ("KG401", "platform.yaml#providers?kubernetesGatway")
    assert "chart traefik 41.3.0, providers" in message


@pytest.mark.parametrize("chart", [("traefik", "0.0.1"), ("unheard-of", "1.0.0")])
def test_values_of_a_chart_that_is_not_known_are_let_through_with_a_warning(chart):
    [finding] = engine.findings([values({"whatever": 1}, chart)], clusters(), where)

    assert (finding.code, finding.severity) == ("KG405", "warning")
    assert f"chart {chart[0]} {chart[1]}" in finding.message


def test_file_that_is_no_values_file_is_not_checked():
    assert found(values({"whatever": 1}, None)) == []


def test_null_in_values_takes_a_default_away():
    assert found(values({"providers": {"kubernetesIngress": None}})) == []


def test_object_outside_of_any_application_is_found():
    [(code, _, message)] = found(row(config_map(), applications=()))

    assert (code, message) == ("KG402", "ConfigMap 'c': it belongs to no Application")


def test_application_itself_needs_no_application_above():
    application = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "root", "namespace": "argocd"},
        "spec": {
            "project": "default",
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "argocd"},
            "sources": [{"repoURL": "https://x.example.com", "path": "."}],
        },
    }

    assert found(row(application, applications=())) == []


def test_same_object_twice_is_found_at_the_second_with_the_place_of_the_first():
    [finding] = engine.findings([row(config_map(), file="a.yaml"), row(config_map(), file="b.yaml")], clusters(), where)

    assert finding.code == "KG403"
    assert finding.place.file == "b.yaml#metadata.name"
    assert "a.yaml#metadata.name" in finding.hint


def test_third_of_an_object_points_at_the_first():
    rows = [row(config_map(), file=f"{name}.yaml") for name in "abc"]

    assert ["a.yaml" in f.hint for f in engine.findings(rows, clusters(), where)] == [True, True]


@pytest.mark.parametrize(
    "other",
    [
        row(config_map(name="d")),
        row(config_map(namespace="m")),
        row(SOUND | {"metadata": {"name": "c", "namespace": "n"}}),
        row(config_map(), environment="staging"),
    ],
    ids=["name", "namespace", "kind", "environment"],
)
def test_objects_that_differ_in_one_part_of_their_key_are_two(other):
    assert found(row(config_map()), other) == []


def test_versions_of_one_group_are_one_object():
    metadata = {"name": "r", "namespace": "n"}
    route = {"kind": "HTTPRoute", "metadata": metadata, "spec": {}}
    routes = [row({"apiVersion": f"gateway.networking.k8s.io/{version}", **route}) for version in ("v1", "v1beta1")]

    assert "KG403" in codes(*routes)


def test_problem_of_rendering_is_found():
    broken = Rendered("production/x", (), Origin("a.yaml").to_text(), problem="cannot be rendered")

    assert found(broken) == [("KG404", "a.yaml#", "cannot be rendered")]


def secret(**fields):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "n"}, **fields}


@pytest.mark.parametrize("field", ["data", "stringData"])
def test_plain_secret_is_found(field):
    assert codes(row(secret(**{field: {"password": "aHVudGVyMg=="}}))) == ["KG503"]


def test_secret_without_values_is_let_through():
    assert found(row(secret(type="Opaque"))) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"stringData": {"password": "hunter2"}},
        {"data": {"password": "hunter2"}},
        {"stringData": "hunter2"},
        {"stringData": {"password": ["hunter2"]}},
        {"stringData": {"password": {"a": "hunter2"}}},
        {"type": ["hunter2"], "data": {"password": "hunter2"}},
    ],
    ids=["stringData", "not base64", "not a mapping", "a list", "a mapping", "elsewhere"],
)
def test_values_of_a_plain_secret_are_never_repeated(fields):
    findings = list(engine.findings([row(secret(**fields))], clusters(), where))

    assert findings
    assert not any("hunter2" in str(finding) for finding in findings)


def test_origin_may_be_unknown():
    anonymous = Rendered("production/x", ("root",), "", problem="cannot be rendered")

    [finding] = engine.findings([anonymous], clusters(), lambda *_: Place("app.py"))

    assert finding.place == Place("app.py")


def route(name, *hosts, path="/"):
    spec = {"hostnames": list(hosts), "rules": [{"matches": [{"path": {"type": "PathPrefix", "value": path}}]}]}
    metadata = {"name": name, "namespace": "n"}
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": metadata, "spec": spec}


def test_second_route_for_a_host_is_found_where_the_host_was_written():
    one, other = row(route("a", "a.example.com")), row(route("b", "b.example.com", "a.example.com"), file="b.yaml")

    [(code, place, message)] = found(one, other)

    assert (code, place) == ("KG301", "b.yaml#spec.hostnames.1")
    assert "a.example.com" in message


@pytest.mark.parametrize(
    "other",
    [
        row(route("b", "b.example.com")),
        row(route("b", "a.example.com", path="/b")),
        row(route("b", "a.example.com"), environment="staging"),
    ],
    ids=["another host", "another path", "another environment"],
)
def test_routes_that_do_not_meet_are_let_through(other):
    assert found(row(route("a", "a.example.com")), other) == []


def test_findings_keep_the_order_of_their_rules_and_each_input_is_looked_up_in_one_go():
    asked = []

    def locate(origin, path, key):
        asked.append(origin.file)
        return where(origin, path, key)

    rows = [row(broken(), file=f"{name}.yaml") for name in ("b", "a")]

    told = [(finding.code, finding.place.file[0]) for finding in engine.findings(rows, clusters(), locate)]

    assert [file for code, file in told if code == "KG130"] == ["b", "a"]
    assert [file for code, file in told if code == "KG132"] == ["b", "a"]
    assert asked == sorted(asked)


def broken():
    """A model with a name and without an address: two rules have something to say."""
    model = {"modelFormat": {"name": "sklearn"}, "name": "iris", "runtime": "kserve-sklearnserver"}
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "iris", "namespace": "kserve"},
        "spec": {"predictor": {"model": model}},
    }
