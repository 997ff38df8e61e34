"""The controller that turns SealedSecrets into Secrets.

Source: bitnami-labs/sealed-secrets helm-v2.18.5, helm/sealed-secrets.
"""

from typing import Any

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SERVER_SIDE_APPLY, Application, HelmChart
from kserve_gitops.core.merging import merge
from kserve_gitops.inputs.environment import Environment, Part

REPOSITORY = "https://bitnami-labs.github.io/sealed-secrets"

VALUES: dict[str, Any] = {"fullnameOverride": "sealed-secrets-controller"}
"""The name under which kubeseal looks for the controller, in kube-system, when it is told nothing."""


class SealedSecretsController(Application):
    """The controller where kubeseal looks for it. On a rebuilt cluster, restore its key before this wave."""

    def __init__(self, scope: Construct, *, environment: Environment, part: Part, project: str) -> None:
        super().__init__(
            scope,
            part.name,
            environment=environment,
            project=project,
            namespace="kube-system",
            wave=waves.SEALED_SECRETS,
            source=HelmChart(
                REPOSITORY, "sealed-secrets", part.version, merge(VALUES, part.values), part.values_origin
            ),
            sync_options=[SERVER_SIDE_APPLY],
            cluster_kinds=[
                ("apiextensions.k8s.io", "CustomResourceDefinition"),
                ("rbac.authorization.k8s.io", "ClusterRole"),
                ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
            ],
            origin=part.origin,
        )
