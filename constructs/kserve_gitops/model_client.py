"""The page on which people try a model: a Deployment, its Service, its route, and what it shows.

The image is one for all models. It reads `model.json`, and is told nothing else.
"""

import hashlib
import json
from typing import Any

from constructs import Construct

from kserve_gitops.config_map import ConfigMap
from kserve_gitops.core.origins import Origin
from kserve_gitops.gateway import Gateway
from kserve_gitops.http_route import HTTPRoute
from kserve_gitops.inference_service import InferenceService
from kserve_gitops.inputs.environment import ClientPage, Image
from kserve_gitops.manifest import Manifest
from kserve_gitops.service import Service
from kserve_gitops.serving.canary import Backend

PORT = 8501
"""Streamlit's own."""
DESCRIPTION = "/etc/model-client/model.json"


class ModelClient(Construct):
    """A page for `model` at the hostname of `page`.

    It calls the model inside the cluster and needs no right of its own: no token is mounted, the root file system is
    read-only. A change of the description changes the pod template, so the pods see it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        namespace: str,
        model: InferenceService,
        page: ClientPage,
        protocol: str,
        image: Image,
        gateway: Gateway,
        origin: Origin | None = None,
    ) -> None:
        super().__init__(scope, id)
        full_name = f"{name}-client"
        labels = {"app.kubernetes.io/name": "model-client", "app.kubernetes.io/instance": full_name}
        description = json.dumps(describe(name, model.url, protocol, page), indent=2, ensure_ascii=False) + "\n"
        config = ConfigMap(
            self, "config", name=full_name, namespace=namespace, data={"model.json": description}, origin=origin
        )
        pod = {
            "metadata": {
                "labels": labels,
                "annotations": {"checksum/config": hashlib.sha256(description.encode()).hexdigest()},
            },
            "spec": pod_spec(str(image), config.config_map),
        }
        deployment = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": full_name, "namespace": namespace, "labels": labels},
            "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": pod},
        }
        Manifest(self, "deployment", deployment, origin=origin)
        service = Service(
            self,
            "service",
            name=full_name,
            namespace=namespace,
            selector=labels,
            target_port="http",
            origin=origin,
        )
        HTTPRoute(
            self,
            full_name,
            namespace=namespace,
            gateway=gateway,
            hostnames=[page.hostname],
            backends=[Backend(service.service)],
            origin=origin,
        )


def describe(name: str, url: str, protocol: str, page: ClientPage) -> dict[str, Any]:
    """What the page shows, and whom it asks: the content of model.json."""
    found: dict[str, Any] = {"name": name, "title": page.title, "url": url, "protocol": protocol}
    if page.inputs:
        found["inputs"] = [{"name": feature} for feature in page.inputs]
    if page.labels:
        found["labels"] = dict(sorted(page.labels.items()))
    return found


def pod_spec(image: str, config_map: str) -> dict[str, Any]:
    """One container, fit for the Pod Security Standard `restricted`."""
    probe = {"httpGet": {"path": "/_stcore/health", "port": "http"}}
    container = {
        "name": "client",
        "image": image,
        "env": [{"name": "MODEL_CLIENT_DESCRIPTION", "value": DESCRIPTION}],
        "ports": [{"name": "http", "containerPort": PORT, "protocol": "TCP"}],
        "readinessProbe": probe,
        "livenessProbe": probe,
        "resources": {
            "requests": {"cpu": "100m", "memory": "256Mi"},
            "limits": {"cpu": "1", "memory": "512Mi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "volumeMounts": [
            {"name": "description", "mountPath": DESCRIPTION.rpartition("/")[0], "readOnly": True},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108  a mount point in the container
        ],
    }
    return {
        "automountServiceAccountToken": False,
        "containers": [container],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumes": [{"name": "description", "configMap": {"name": config_map}}, {"name": "tmp", "emptyDir": {}}],
    }
