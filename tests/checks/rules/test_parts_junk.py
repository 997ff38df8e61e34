"""No rule about charts raises, whatever stands in the values and in the Applications."""

import json

import pytest

from kserve_gitops.checks.rule import registered
from tests.checks.rules.parts import application, folder, nested
from tests.checks.trees import tree, values_row

JUNK = [None, True, 0, 1.5, "", "a", "{{ .X }}", [], [None], ["a"], [{"name": 1}], {}, {"a": None}, {1: {2: [3]}}]
PATHS = {
    ("kserve", "v0.16.0"): [
        "kserve", "kserve.version", "kserve.controller", "kserve.controller.deploymentMode",
        "kserve.controller.gateway.urlScheme", "kserve.controller.gateway.domainTemplate",
        "kserve.controller.gateway.ingressGateway", "kserve.storage.enableModelcar", "kserve.storage.s3.useHttps",
        "kserve.router.imagePullSecrets", "kserve.localmodel.agent",
    ],
    ("kserve-resources", "v0.17.1"): ["kserve.createSharedResources", "kserve.storagecontainer", "kserve.version"],
    ("kserve-runtime-configs", "v0.17.1"): ["kserve.servingruntime", "kserve.servingruntime.enabled"],
    ("mlflow", "1.11.5"): [
        "backendStore", "backendStore.defaultSqlitePath", "backendStore.postgres", "replicaCount", "strategy",
        "extraVolumes", "extraVolumeMounts", "extraArgs", "extraFlags", "extraEnvVars", "extraSecretNamesForEnvFrom",
        "serverAllowedHosts", "ingress.hosts", "image.tag", "auth", "serviceMonitor", "artifactRoot", "artifactRoot.s3",
        "artifactRoot.s3.existingSecret", "fullnameOverride",
    ],
    ("jupyterhub", "4.4.0"): [
        "hub", "hub.config", "hub.config.JupyterHub", "hub.existingSecret", "proxy.service", "proxy.secretToken",
        "httpRoute", "prePuller", "singleuser", "singleuser.extraEnv", "singleuser.extraEnv.MLFLOW_TRACKING_URI",
        "singleuser.networkPolicy", "singleuser.networkPolicy.egress", "singleuser.cloudMetadata",
    ],
    ("traefik", "41.3.0"): [
        "providers", "providers.kubernetesGateway", "gateway", "gateway.listeners", "gateway.listeners.web", "ports",
        "ports.web", "gatewayClass", "gateway.name",
    ],
    ("cert-manager", "v1.21.1"): ["crds", "installCRDs"],
    ("sealed-secrets", "2.18.5"): ["fullnameOverride", "nameOverride", "namespace"],
}  # fmt: skip
ROUTE = {
    "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "a", "namespace": "mlflow"},
    "spec": {"hostnames": [None, 1, "a"], "rules": [None, {"backendRefs": [None, {"name": "mlflow"}, {"name": 1}]}]},
}  # fmt: skip
GATEWAY = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": {"name": "a"}, "spec": []}


def everything(found):
    rules = [rule for rule in registered() if "KG430" <= rule.code <= "KG459"]
    return [mistake for rule in rules for mistake in rule.check(found)]


@pytest.mark.parametrize("junk", JUNK, ids=repr)
@pytest.mark.parametrize("chart", PATHS, ids=lambda chart: chart[0])
def test_values_of_any_shape(chart, junk):
    applications = [application(*one, values=one == chart) for one in PATHS]
    for path in PATHS[chart]:
        content = json.loads(json.dumps(nested(path, junk)))
        row = values_row(*chart, content, application=chart[0])
        inline = application(*chart, name="inline", helm={"valuesObject": content})

        for mistake in everything(tree(*applications, inline, ROUTE, GATEWAY, folder("config/crd"), values=[row])):
            assert mistake.at == () or mistake.thing.get(*mistake.at[:-1]) is not None


@pytest.mark.parametrize("junk", JUNK, ids=repr)
@pytest.mark.parametrize("chart", PATHS, ids=lambda chart: chart[0])
def test_applications_of_any_shape(chart, junk):
    one = application(*chart)
    found = [{**one, "spec": junk}, {**one, "metadata": {"name": "b", "annotations": junk}}]
    for key in ("sources", "source", "destination", "syncPolicy", "ignoreDifferences"):
        one = application(*chart, name=f"b-{key}")
        found.append({**one, "spec": {**one["spec"], key: junk}})
    for key in ("chart", "targetRevision", "repoURL", "path", "helm"):
        one = application(*chart, name=f"c-{key}")
        found.append({**one, "spec": {**one["spec"], "sources": [{**one["spec"]["sources"][0], key: junk}]}})
    keys = ("valuesObject", "valueFiles", "releaseName", "skipCrds", "parameters")
    found += [application(*chart, name=f"d-{key}", helm={key: junk}) for key in keys]

    everything(tree(*found, ROUTE, GATEWAY))


@pytest.mark.parametrize("chart", PATHS, ids=lambda chart: chart[0])
def test_values_without_an_application(chart):
    everything(tree(ROUTE, GATEWAY, values=[values_row(*chart, {}), values_row("", "", {"a": 1})]))
