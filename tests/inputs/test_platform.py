"""The blocks of one environment: what the overlay says goes over the top, the schema's defaults fill the rest."""

import pytest

from kserve_gitops.core.documents import parse
from kserve_gitops.inputs import environment, platform, releases

TOP = """\
repository: {repoURL: https://github.com/acme/ml-platform.git}
kserve: {}
gateway: {}
storage: {bucket: acme-ml-models, region: ca-central-1}
parts:
  mlflow: {values: {replicas: 1, list: [1, 2], gone: true}}
environments:
  staging:
    domain: staging.example.com
    OVERLAY
"""


def blocks(overlay: str = "", more: str = "") -> platform.Blocks:
    document = parse(TOP.replace("OVERLAY", overlay) + more, "platform.yaml")
    found = platform.Blocks(document, "staging")
    assert platform.whole_problems(document) == []
    assert list(found.problems()) == []
    return found


def test_defaults_come_from_the_schema():
    found = blocks()

    assert found.data["kserve"] == {"version": "v0.16.0", "deploymentMode": "Standard", "values": {}}
    assert found.data["gateway"] == {
        "gatewayClassName": "traefik",
        "name": "kserve-ingress-gateway",
        "namespace": "traefik",
    }
    assert found.data["models"] == {"namespace": "kserve", "namespaces": {}}
    assert found.data["storage"]["prefix"] == "mlflow"
    assert found.data["parts"]["mlflow"]["databaseSize"] == "10Gi"
    assert platform.destination(found) == environment.Destination("https://kubernetes.default.svc", None)
    assert platform.repository(found._document) == environment.Repository(
        "https://github.com/acme/ml-platform.git", "main", ""
    )


def test_default_release_is_a_known_one():
    assert blocks().data["kserve"]["version"] in releases.RELEASES


def test_overlay_goes_over_the_top_key_by_key_and_replaces_lists():
    found = blocks("parts: {mlflow: {values: {list: [3], gone: null, new: {a: 1}}}, traefik: {version: 41.3.0}}")

    parts = platform.parts(found)
    assert parts["mlflow"].values == {"replicas": 1, "list": [3], "new": {"a": 1}}
    assert parts["traefik"].version == "41.3.0"


def test_null_in_an_overlay_removes_a_part():
    assert platform.parts(blocks("parts: {mlflow: null}")) == {}


def test_null_overlay_removes_a_block_that_has_defaults():
    found = blocks("kserve: null", "credentials: {s3: {serviceAccountName: sa}}\n")

    assert found.data["kserve"]["version"] == "v0.16.0"


def test_null_overlay_of_clients_removes_the_pages():
    image = "clients: {image: {repository: registry.example.com/client, tag: '1'}}\n"

    assert platform.clients(blocks("clients: null", image)) is None
    assert platform.clients(blocks("", image)) == environment.Clients(
        environment.Image("registry.example.com/client", "1"), "clients"
    )


def test_part_without_a_version_has_the_pinned_one():
    assert platform.parts(blocks())["mlflow"].version == releases.PINS["mlflow"]


def test_parts_with_nothing_in_them_take_the_defaults():
    found = blocks("parts: {traefik: {}}", "").data["parts"]["traefik"]

    assert found == {"values": {}}


def test_options_of_a_part_are_what_is_neither_version_nor_values():
    part = platform.parts(blocks("parts: {mlflow: {hostname: ml.example.org}}"))["mlflow"]

    assert part.options == {"databaseSize": "10Gi", "hostname": "ml.example.org", "secrets": {}}


@pytest.mark.parametrize(
    ("credentials", "named", "wanted"),
    [
        ("{}", "", None),
        ("{one: {}}", "", "one"),
        ("{one: {serviceAccountName: a}, two: {serviceAccountName: b}}", "", None),
        ("{one: {serviceAccountName: a}, two: {serviceAccountName: b}}", "two", "two"),
    ],
)
def test_mlflow_takes_the_only_credential_or_the_one_it_names(credentials, named, wanted):
    overlay = f"parts: {{mlflow: {{credential: {named}}}}}" if named else ""
    found = blocks(overlay, f"credentials: {credentials}\n")

    credential = platform.mlflow_credential(found, platform.credentials(found))

    assert (credential.name if credential else None) == wanted


def test_place_is_in_the_overlay_where_that_says_something_and_at_the_top_elsewhere():
    locate = blocks("storage: {region: us-east-1}").locate("storage")

    assert str(locate(("region",), None)) == "platform.yaml:10:23"
    assert str(locate(("bucket",), None)) == "platform.yaml:4:19"


@pytest.mark.parametrize(
    ("overlay", "more", "found"),
    [
        ("storage: {region: nowhere}", "", [("KG201", 10)]),
        ("storage: {region: nowhere, endpoint: 'https://minio.example.com:9000'}", "", []),
        ("storage: {bucket: '10.0.0.1'}", "", [("KG201", 10)]),
        ("kserve: {version: v0.15.0}", "", [("KG014", 10)]),
        ("models: {credential: one}", "", [("KG016", 10)]),
        ("models: {credential: one}", "credentials: {one: {}}\n", []),
        ("credentials: {one: {}, two: {}}", "", []),
        ("credentials: {one: {}, two: {serviceAccountName: sa-one}}", "", [("KG017", 10)]),
        ("credentials: {one: null}", "credentials: {one: {}, two: {}}\n", []),
    ],
)
def test_contradictions_that_a_schema_cannot_see(overlay, more, found):
    assert [(f.code, f.place.line) for f in blocks(overlay, more).contradictions()] == found


@pytest.mark.parametrize(
    ("overlay", "found"),
    [
        (
            "parts: {gateway-api: {version: v1.2.0}}",
            "gateway-api v1.2.0 is older than what KServe v0.16.0 is tested with",
        ),
        ("parts: {gateway-api: {version: v1.2.1}}", ""),
        ("parts: {gateway-api: {version: v1.10.0}}", ""),
        (
            "parts: {gateway-api: {version: v1.4.1}}\n    kserve: {version: v0.20.0}",
            "gateway-api v1.4.1 is older than what KServe v0.20.0 is tested with",
        ),
        ("parts: {traefik: {version: 1.0.0}}", ""),
    ],
)
def test_part_that_is_too_old_for_the_release_is_a_warning(overlay, found):
    advice = list(blocks(overlay).advice())

    assert [finding.message for finding in advice] == ([found] if found else [])
    assert all((finding.code, finding.severity) == ("KG021", "warning") for finding in advice)
    assert all((finding.place.file, finding.place.line) == ("platform.yaml", 10) for finding in advice)


def test_no_pinned_part_is_older_than_what_a_release_is_tested_with():
    tested = [
        (part, version) for release in releases.RELEASES.values() for part, version in release.tested_with.items()
    ]

    assert tested
    assert not [
        part for part, version in tested if part in releases.PINS and releases.older(releases.PINS[part], version)
    ]
