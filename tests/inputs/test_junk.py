"""Any value in any place: what reading makes of it is an environment or a finding that points into the file."""

import copy
from pathlib import Path

import pytest
import yaml

from kserve_gitops.core.errors import InputError
from kserve_gitops.inputs.load import load

JUNK = [None, True, 3, 0.5, "", "x", "A b", [], [1], [None], {}, {"a": 1}, {"a": None}, {3: {}}, {"a": {"b": []}}]

PLATFORM = yaml.safe_load("""
repository: {repoURL: https://github.com/acme/ml-platform.git, targetRevision: main, path: sub}
kserve: {version: v0.16.0, deploymentMode: Standard, values: {kserve: {a: 1}}}
gateway: {gatewayClassName: traefik, name: g, namespace: traefik, tls: {secretName: s, clusterIssuer: i}}
storage: {bucket: acme-ml-models, region: ca-central-1, prefix: mlflow, endpoint: https://minio.example.com}
credentials: {s3: {serviceAccountName: sa}}
models: {namespace: kserve, credential: s3}
clients: {namespace: clients, image: {repository: registry.example.com/client, tag: a}}
parts:
  gateway-api: {version: v1.6.1}
  mlflow: {version: 1.11.5, hostname: m.example.com, credential: s3, databaseSize: 1Gi, values: {a: 1}}
  jupyterhub: {}
environments:
  production:
    domain: ml.example.com
    destination: {name: here}
    kserve: {values: {kserve: {b: 2}}}
    gateway: {name: h}
    storage: {bucket: other-bucket}
    credentials: {more: {serviceAccountName: sb}}
    models: {credential: more}
    clients: {image: {tag: b}}
    parts: {mlflow: {values: {a: 2}}, traefik: {}}
""")
MODEL = yaml.safe_load("""
name: iris
namespace: kserve
credential: s3
predictor:
  minReplicas: 1
  model: {modelFormat: {name: sklearn}, storageUri: s3://bucket/a, protocolVersion: v2, runtime: r}
  storageUris: [{uri: s3://bucket/b}]
transformer: {containers: [{name: a}], model: {storageUri: a}}
explainer: {storageUris: []}
route: {hostname: a.example.com}
client: {title: t, hostname: b.example.com, inputs: [a], labels: {0: a}}
environments:
  production:
    namespace: other
    credential: more
    predictor: {model: {storageUri: s3://bucket/c}}
    transformer: {containers: []}
    explainer: null
    route: {hostname: c.example.com}
    client: {labels: {1: b}}
""")


def paths(data, path=()):
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in items:
        yield from paths(value, (*path, step))


def spoilt(data, path, junk):
    if not path:
        return junk
    result = copy.deepcopy(data)
    holder = result
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = junk
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "platform.yaml").write_text(yaml.safe_dump(PLATFORM))
    (tmp_path / "models/iris.yaml").write_text(yaml.safe_dump(MODEL))
    return tmp_path


def test_what_is_spoilt_has_no_mistakes_but_missing_sealed_files(folder):
    assert {finding.code for finding in load(folder).findings} == {"KG501"}


@pytest.mark.parametrize(
    ("file", "data"), [("platform.yaml", PLATFORM), ("models/iris.yaml", MODEL)], ids=["platform", "model"]
)
@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_in_any_place_is_read_or_refused_in_good_order(file, data, junk, folder):
    for path in paths(data):
        (folder / file).write_text(yaml.safe_dump(spoilt(data, path, junk)))
        try:
            findings = load(folder).findings
        except InputError as error:
            findings = error.findings
        for finding in findings:
            lines = (folder / finding.place.file).read_text().splitlines() or [""]
            assert 1 <= finding.place.line <= len(lines), (path, finding)
            assert 1 <= finding.place.column <= len(lines[finding.place.line - 1]) + 1, (path, finding)
