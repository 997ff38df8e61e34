"""The traps of the parts around KServe, by the sections of the facts about them: each is told at its place, once.

Values are as a person writes them for a chart; `others` are the objects that make a trap of them.
"""
# ruff: noqa: E501  a trap is a line

from typing import NamedTuple

import pytest
import yaml

from tests.checks.rules.parts import application, folder
from tests.checks.trees import cluster, findings, values_row
from tests.checks.written import isvc, serving

VERSIONS = {
    "mlflow": "1.11.5",
    "jupyterhub": "4.4.0",
    "sealed-secrets": "2.18.5",
    "traefik": "41.3.0",
    "cert-manager": "v1.21.1",
    "kserve": "v0.16.0",
    "kserve-crd": "v0.16.0",
}
HOMES = {"sealed-secrets": "kube-system", "kserve-crd": "kserve"}
THERE = (
    "Secret/mlflow/db",
    "Secret/jupyterhub/hub",
    "PersistentVolumeClaim/mlflow/w",
    "Gateway/mlflow/g",
    "Namespace/kserve",
    "Namespace/models",
    "Namespace/none",
)


class Trap(NamedTuple):
    """What is found (code, path, severity) with values of a chart, beside other objects."""

    found: set[tuple[str, str, str]]
    chart: str
    values: str
    others: str = ""
    namespace: str = ""
    version: str = ""


def error(code, path, *given, **more):
    return Trap({(code, path, "error")}, *given, **more)


def warning(code, path, *given, **more):
    return Trap({(code, path, "warning")}, *given, **more)


DATABASE = "backendStore: {databaseMigration: true, databaseConnectionCheck: true, postgres: {enabled: true, host: db, database: m}, existingDatabaseSecret: {name: db}}\n"
STORE = "artifactRoot: {s3: {enabled: true, bucket: acme-runs}}\n"
FILE = "backendStore: {defaultSqlitePath: /data/m.db}\n"
CLAIM = "extraVolumes: [{name: d, persistentVolumeClaim: {claimName: w}}]\nextraVolumeMounts: [{name: d, mountPath: /data}]\n"
ROUTE = (
    "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: mlflow}\nspec:\n"
    "  parentRefs: [{name: g}]\n  hostnames: [mlflow.acme.org]\n  rules: [{backendRefs: [{name: mlflow, port: 80}]}]\n"
)
HUB = "hub: {config: {JupyterHub: {authenticator_class: native}}}\nprePuller: {hook: {enabled: false}}\nproxy: {service: {type: ClusterIP}}\n"
ROUTED = "httpRoute: {enabled: true, hostnames: [hub.acme.org], gateway: {name: g, namespace: mlflow}}\n"
TRAEFIK = "providers: {kubernetesGateway: {enabled: true}}\n"
NO_GATEWAY = f"{TRAEFIK}gateway: {{enabled: false}}\n"
GATEWAY = (
    "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: own, namespace: traefik}\nspec:\n"
    "  gatewayClassName: traefik\n  listeners: [{name: web, port: 8000, protocol: HTTP}]\n"
)
SEALED = "fullnameOverride: sealed-secrets-controller\n"
SECRET = (
    "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s, namespace: models}\n"
    f"spec: {{encryptedData: {{key: Ag{'A' * 718}}}}}\n"
)
ISSUER = (
    "apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: a, namespace: models}\nspec: {selfSigned: {}}\n"
)
STANDARD = "kserve: {controller: {deploymentMode: Standard, gateway: {domain: ml.acme.org, ingressGateway: {enableGatewayApi: true, %s}}}}\n"
LLM = serving("LLMInferenceService", "model: {uri: 'hf://org/m:1a2b3c4', name: m}", name="llama", namespace="models")
POOL = (
    "apiVersion: aigateway.envoyproxy.io/v1beta1\nkind: AIGatewayRoute\nmetadata: {name: a, namespace: models}\nspec:\n"
    "  parentRefs: [{name: g, namespace: mlflow, kind: Gateway, group: gateway.networking.k8s.io}]\n  rules:\n"
    "  - matches: [{headers: [{type: Exact, name: x-ai-eg-model, value: m}]}]\n"
    "    backendRefs: [{name: llama-inference-pool, group: inference.networking.k8s.io, kind: InferencePool}]\n"
)
IGNORED = ({"kind": "Secret", "name": "hub", "jsonPointers": ["/data"]}, "RespectIgnoreDifferences=true")
"""What keeps JupyterHub in sync."""
GATEWAY_OF_TRAEFIK = {"controller__gateway__ingressGateway__kserveGateway": "traefik/traefik-gateway"}
SCALER = (
    "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: own, namespace: kserve}\nspec:\n"
    "  scaleTargetRef: {name: iris-predictor}\n  triggers: [{type: cpu, metricType: Utilization, metadata: {value: '50'}}]\n"
)

# fmt: off
TRAPS = {
    "1.2-P1-database-in-memory": warning("KG441", "", "mlflow", STORE),
    "1.2-P1-file-on-no-volume": error("KG441", "backendStore.defaultSqlitePath", "mlflow", FILE + STORE),
    "1.2-P1-two-writers": error("KG442", "replicaCount", "mlflow", f"{FILE}{CLAIM}{STORE}replicaCount: 2\n"),
    "1.2-P2-host-header": error("KG443", "", "mlflow", DATABASE + STORE, ROUTE),
    "1.2-P3-random-key": warning("KG444", "", "mlflow", f"{DATABASE}{STORE}auth: {{enabled: true, postgres: {{enabled: true, host: db, database: users}}}}\n"),
    "1.2-P4-port-of-the-monitor": warning("KG445", "serviceMonitor", "mlflow", f"{DATABASE}{STORE}extraVolumes: [{{name: m, emptyDir: {{}}}}]\nextraVolumeMounts: [{{name: m, mountPath: /mlflow/metrics}}]\nserviceMonitor: {{enabled: true}}\n"),
    "1.2-P4-folder-of-the-metrics": warning("KG445", "serviceMonitor.enabled", "mlflow", f"{DATABASE}{STORE}serviceMonitor: {{enabled: true, useServicePort: true}}\n"),
    "1.2-P5-no-store": warning("KG446", "", "mlflow", DATABASE),
    "1.2-P5-two-stores": warning("KG446", "artifactRoot.gcs.enabled", "mlflow", f"{DATABASE}artifactRoot: {{s3: {{enabled: true, bucket: acme-runs}}, gcs: {{enabled: true, bucket: acme-runs}}}}\n"),
    "1.1-keys-in-plain": Trap({("KG505", f"artifactRoot.s3.aws{one}", "error") for one in ("AccessKeyId", "SecretAccessKey")}, "mlflow", f"{DATABASE}artifactRoot: {{s3: {{enabled: true, bucket: acme-runs, awsAccessKeyId: AKIAIOSFODNN7EXAMPLE, awsSecretAccessKey: wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYA}}}}\n"),
    "1.1-list-of-variables": error("KG401", "extraEnvVars", "mlflow", f"{DATABASE}{STORE}extraEnvVars: [{{name: A, value: b}}]\n"),
    "1.1-argument-that-is-a-number": error("KG401", "extraArgs.workers", "mlflow", f"{DATABASE}{STORE}extraArgs: {{workers: 2}}\n"),
    "1.1-two-ways-to-log-in": error("KG401", "ldapAuth.enabled", "mlflow", f"{DATABASE}{STORE}auth: {{enabled: true}}\nldapAuth: {{enabled: true}}\nextraSecretNamesForEnvFrom: [db]\n"),
    "1.1-secret-that-is-not-there": error("KG447", "artifactRoot.s3.existingSecret.name", "mlflow", f"{DATABASE}artifactRoot: {{s3: {{enabled: true, bucket: acme-runs, existingSecret: {{name: keys}}}}}}\n"),
    "2-random-tokens": warning("KG448", "spec.sources.0.chart", "jupyterhub", HUB),
    "2-load-balancer": warning("KG449", "", "jupyterhub", HUB.replace("proxy: {service: {type: ClusterIP}}\n", "") + ROUTED),
    "2-image-puller": warning("KG450", "", "jupyterhub", HUB.replace("prePuller: {hook: {enabled: false}}\n", "")),
    "2-private-addresses": warning("KG451", "singleuser.extraEnv.MLFLOW_TRACKING_URI", "jupyterhub", f"{HUB}singleuser: {{extraEnv: {{MLFLOW_TRACKING_URI: 'http://mlflow.mlflow.svc'}}}}\n"),
    "2-anybody": warning("KG453", "hub.config.JupyterHub.authenticator_class", "jupyterhub", f"{HUB}{ROUTED}".replace("native", "dummy")),
    "2-lower-case-class": error("KG401", "hub.config?jupyterHub", "jupyterhub", HUB.replace("JupyterHub:", "jupyterHub:")),
    "2-former-block": error("KG401", "?auth", "jupyterhub", f"{HUB}auth: {{type: github}}\n"),
    "2-memory-in-gi": error("KG470", "singleuser.memory.limit", "jupyterhub", f"{HUB}singleuser: {{memory: {{limit: 2Gi, guarantee: 1G}}}}\n"),
    "2-memory-of-a-profile": error("KG470", "singleuser.profileList.0.kubespawner_override.mem_limit", "jupyterhub", f"{HUB}singleuser: {{profileList: [{{display_name: a, kubespawner_override: {{mem_limit: 512Mi}}}}]}}\n"),
    "2-cpu-in-m": error("KG401", "singleuser.cpu.limit", "jupyterhub", f"{HUB}singleuser: {{cpu: {{limit: 500m}}}}\n"),
    "2-account-of-notebooks": error("KG471", "singleuser.serviceAccountName", "jupyterhub", f"{HUB}singleuser: {{serviceAccountName: notebook}}\n"),
    "2-secret-of-the-hub": error("KG447", "hub.existingSecret", "jupyterhub", HUB.replace("hub: {", "hub: {existingSecret: other, ")),
    "3.3-name-of-the-controller": warning("KG458", "", "sealed-secrets", "{}"),
    "3.6-no-status": error("KG473", "updateStatus", "sealed-secrets", f"{SEALED}updateStatus: false\n", SECRET),
    "5.1-two-owners-of-the-crds": Trap({("KG456", "spec.sources.0.chart", "error"), ("KG405", "", "warning")}, "traefik", NO_GATEWAY, version="34.0.0"),
    "5.3-gateway-without-namespace": error("KG321", "kserve.controller.gateway.ingressGateway.kserveGateway", "kserve", STANDARD % "kserveGateway: own"),
    "5.3-gateway-of-the-chart": error("KG324", "kserve.controller.gateway.ingressGateway.createGateway", "kserve", STANDARD % "createGateway: true"),
    "5.4-provider-switched-off": error("KG454", "", "traefik", "{}", GATEWAY),
    "5.4-port-of-the-service": error("KG320", "spec.listeners.0.port", "traefik", NO_GATEWAY, GATEWAY.replace("8000", "80")),
    "5.4-routes-of-others": error("KG455", "", "traefik", TRAEFIK, isvc(namespace="models")),
    "5.4-https-without-certificate": error("KG455", "gateway.listeners.s", "traefik", f"{TRAEFIK}gateway: {{listeners: {{s: {{port: 8443, protocol: HTTPS}}}}}}\n"),
    "5.4-port-of-no-entry-point": error("KG455", "gateway.listeners.s.port", "traefik", f"{TRAEFIK}gateway: {{listeners: {{s: {{port: 9999, protocol: HTTP}}}}}}\n"),
    "6-group-of-the-pool": error("KG472", "spec.rules.0.backendRefs.0.group", "kserve", STANDARD % "kserveGateway: mlflow/g", LLM + POOL),
    "7-crds-of-cert-manager": error("KG457", "", "cert-manager", "{}", ISSUER),
    "7-home-of-kserve": warning("KG437", "spec.destination.namespace", "kserve-crd", "{}", namespace="models"),
    "7-scaler-beside-kserves-own": error("KG408", "spec.scaleTargetRef.name", "kserve", STANDARD % "kserveGateway: mlflow/g", f"{isvc()}---\n{SCALER}"),
}
# fmt: on
ELSEWHERE = {
    "3.1": "what a template may say: rules/test_sealed.py",
    "3.2": "scopes and ciphertext: rules/test_sealed.py and inputs/test_sealed.py",
    "3.4": "metadata that a new key replaces: rules/test_sealed.py",
    "4.6": "value files that are read as manifests, KG428: rules/test_argocd.py",
    "5.2": "what the Gateway API refuses, KG314 and KG317: rules/test_route_fields.py and rules/test_gateways.py",
}
"""Sections that have tests of their own."""
SECTIONS = {"1.1", "1.2", "2", "3.1", "3.2", "3.3", "3.4", "3.6", "4.6", "5.1", "5.2", "5.3", "5.4", "6", "7"}


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_trap_is_told_at_its_place(trap):
    version = trap.version or VERSIONS[trap.chart]
    options = {"syncPolicy": {"syncOptions": ["CreateNamespace=true", "ServerSideApply=true", IGNORED[1]]}}
    options |= {"ignoreDifferences": [] if "KG448" in str(trap.found) else [IGNORED[0]]}
    namespace = trap.namespace or HOMES.get(trap.chart, "")
    chart = application(trap.chart, version, namespace=namespace, **options)
    values = values_row(trap.chart, version, yaml.safe_load(trap.values), application=trap.chart)
    crds = [folder("config/crd")] if trap.chart == "traefik" else []

    found = findings(
        chart,
        *crds,
        trap.others,
        of=cluster(existing=THERE, **(GATEWAY_OF_TRAEFIK if trap.chart == "traefik" else {})),
        values=[values],
    )

    assert {(one.code, one.place.file.partition("#")[2], one.severity.value) for one in found} == trap.found
    assert len(found) == len(trap.found)


def test_every_section_has_a_trap_or_tests_of_its_own():
    assert {name.split("-")[0] for name in TRAPS} | ELSEWHERE.keys() == SECTIONS
