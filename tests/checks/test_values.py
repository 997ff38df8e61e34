"""Helm values against their charts: what is told of a key, and of values that do not go together."""

import json
from pathlib import Path

import pytest
import yaml

from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.core.merging import merge
from tests.checks.trees import schemas

REPOSITORY = Path(__file__).parents[2]
PUBLISHED = REPOSITORY.parent / "shared" / "values"
NEEDED = ("null takes away the default, and the chart requires the key", "leave the key out, or write a value")


def told(chart, version, text):
    found = schemas().values_problems(chart, version, yaml.safe_load(text))
    return [(".".join(map(str, (*p.path, *([p.key] if p.key else [])))), p.message, p.hint) for p in found]


@pytest.mark.parametrize(
    ("chart", "version", "text", "message", "hint"),
    [
        ("kserve", "v0.16.0", "{kserve: {controller: {gateway: {pathTemplate: a}}}}",
         "value 'pathTemplate' needs KServe v0.17.1", "raise the version, or take it out"),
        ("kserve-resources", "v0.17.1", "{kserve: {controller: {gateway: {disableHTTPRouteTimeout: true}}}}",
         "value 'disableHTTPRouteTimeout' needs KServe v0.18.1", "raise the version, or take it out"),
        ("mlflow", "1.8.1", "{serverAllowedHosts: [a]}",
         "value 'serverAllowedHosts' needs chart mlflow 1.11.5", "raise the version, or take it out"),
        ("kserve-resources", "v0.19.0", "{kserve: {servingruntime: {sklearnserver: {tag: a}}}}",
         "value 'sklearnserver' is gone since KServe v0.17.1", "it is a value of the chart 'kserve-runtime-configs'"),
    ],
)  # fmt: skip
def test_key_of_another_version_says_which(chart, version, text, message, hint):
    assert [found[1:] for found in told(chart, version, text)] == [(message, hint)]


@pytest.mark.parametrize(
    ("chart", "version", "text", "hint"),
    [
        ("kserve", "v0.16.0", "{kserve: {controler: {}}}", "did you mean 'controller'?"),
        ("kserve", "v0.16.0", "{controller: {deploymentMode: Standard}}", "it belongs under 'kserve'"),
        ("kserve", "v0.16.0", "{domain: a.b}", "it belongs under 'kserve.controller.gateway'"),
        ("kserve", "v0.16.0", "{kserve: {deploymentMode: Standard}}", "it belongs under 'controller'"),
        ("kserve", "v0.16.0", "{kserve: {defaultDeploymentMode: Standard}}",
         "the chart calls it 'kserve.controller.deploymentMode'"),
        ("kserve", "v0.16.0", "{kserve: {modelmesh: {enabled: true}}}", "ModelMesh left this chart; take it out"),
        ("kserve-resources", "v0.20.0", "{kserve: {llmisvc: {controller: {}}}}",
         "it is a value of the chart 'kserve-llmisvc-resources'"),
        ("jupyterhub", "4.4.0", "{auth: {type: github}}", "it is called 'hub.config' now"),
        ("jupyterhub", "4.4.0", "{singleuser: {cloudMetadata: {enabled: true}}}",
         "it is called 'singleuser.cloudMetadata.blockWithIptables' now"),
        ("argo-cd", "10.1.1", "{server: {rbacConfig: {}}}", "it is called 'configs.rbac' now"),
        ("traefik", "41.3.0", "{gateway: {listners: {}}}", "did you mean 'listeners'?"),
        ("traefik", "41.3.0", "{ports: {web: {http: {redirection: {}}}}}", "did you mean 'redirections'?"),
        ("cert-manager", "v1.21.1", "{global: {loglevel: 2}}", "did you mean 'logLevel'?"),
        ("llmisvc-resources", "v0.16.0", "{kserve: {llmisvc: {controller: {replcias: 2}}}}",
         "did you mean 'replicas'?"),
    ],
)  # fmt: skip
def test_key_that_stands_elsewhere_says_where(chart, version, text, hint):
    assert [found[2] for found in told(chart, version, text)] == [hint]


@pytest.mark.parametrize(
    ("chart", "version", "text", "found"),
    [
        ("mlflow", "1.11.5", "{auth: {enabled: true}, ldapAuth: {enabled: true}}",
         ("ldapAuth.enabled", "the chart refuses 'auth.enabled: true' and 'ldapAuth.enabled: true' together",
          "keep one of them")),
        ("mlflow", "1.11.5", "{extraEnvVars: [{name: A, value: b}]}",
         ("extraEnvVars", "a list, expected a mapping", "write each entry as 'NAME: value', without a list")),
        ("mlflow", "1.11.5", "{extraEnvVars: [A]}", ("extraEnvVars", "a list, expected a mapping", "")),
        ("mlflow", "1.11.5", "{strategy: null}", ("strategy", *NEEDED)),
        ("jupyterhub", "4.4.0", "{prePuller: {hook: {enabled: null}}}", ("prePuller.hook.enabled", *NEEDED)),
        ("kserve", "v0.16.0", "{kserve: {localmodel: {enabled: 'false'}}}",
         ("kserve.localmodel.enabled", "'false' is a string, expected a boolean", "take the quotes off")),
    ],
)  # fmt: skip
def test_value_that_helm_would_refuse_or_misread(chart, version, text, found):
    assert told(chart, version, text) == [found]


def test_two_databases_are_told_at_each():
    found = told("mlflow", "1.11.5", "{backendStore: {postgres: {enabled: true}}, mysql: {enabled: true}}")

    beside = "'backendStore.postgres.enabled: true'"
    assert ("mysql.enabled", f"'mysql.enabled: true' does not go with {beside}", "keep one of them") in found


@pytest.mark.parametrize(
    ("chart", "version", "text"),
    [
        ("mlflow", "1.11.5", "{auth: {enabled: true}, ldapAuth: {enabled: false}}"),
        ("mlflow", "1.11.5", "{backendStore: {postgres: {enabled: true}}, mysql: {enabled: false}}"),
        ("mlflow", "1.11.5", "{extraEnvVars: {A: b}, podSecurityContext: {any: 1}, nodeSelector: {a: b}}"),
        ("kserve", "v0.16.0", "{kserve: {metricsaggregator: {enableMetricAggregation: true}}}"),
        ("kserve", "v0.16.0", "{kserve: {controller: {resources: null, nodeSelector: {any: label}}}}"),
        ("jupyterhub", "4.4.0", "{hub: {config: {GitHubOAuthenticator: {client_id: a}}}, custom: {any: 1}}"),
        ("llmisvc-resources", "v0.16.0", "{kserve: {llmisvc: {controller: {replicas: 2, env: [], extraArgs: []}}}}"),
        ("traefik", "41.3.0", "{gateway: {listeners: {web2: {port: 8000}}}}"),
        ("traefik", "41.3.0", "{podSecurityContext: {fsGroup: 1}, service: {spec: {type: LoadBalancer}}}"),
    ],
)
def test_values_that_fit(chart, version, text):
    assert told(chart, version, text) == []


@pytest.mark.parametrize("junk", [None, 1, "a", [1], {"a": {"b": None}}, {1: {2: 3}}, [{"name": "a", "value": 1}]])
@pytest.mark.parametrize("chart", [("kserve", "v0.16.0"), ("mlflow", "1.11.5"), ("traefik", "41.3.0")])
@pytest.mark.parametrize("key", ["kserve", "extraEnvVars", "ports", "auth", "any"])
def test_values_of_any_shape_are_no_traceback(chart, key, junk):
    schemas().values_problems(*chart, json.loads(json.dumps({key: junk})))


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="../shared/values, the charts' published values, is not there")
def test_defaults_of_every_chart_fit_it():
    """All of them, written out: so no condition is one that the defaults fulfil."""
    known = Schemas(REPOSITORY / "imports", kserve="v0.16.0")
    found = {}
    for file in sorted(PUBLISHED.glob("*.values.yaml")):
        name, _, version = file.name.removesuffix(".values.yaml").rpartition("-")
        defaults = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        problems = known.values_problems(name, version, merge({}, defaults))
        if problems:
            found[file.name] = problems

    assert found == {}
