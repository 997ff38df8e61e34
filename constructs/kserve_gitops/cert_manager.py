"""cert-manager, which gives KServe's webhooks their certificates.

Source: cert-manager v1.21.1, deploy/charts/cert-manager.
"""

from typing import Any

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SERVER_SIDE_APPLY, Application, HelmChart
from kserve_gitops.core.merging import merge
from kserve_gitops.inputs.environment import Environment, Part

REPOSITORY = "https://charts.jetstack.io"

VALUES: dict[str, Any] = {"crds": {"enabled": True, "keep": True}}
"""The chart leaves its CRDs out unless it is told; kept, they outlive a chart that is taken away."""


class CertManager(Application):
    """cert-manager with its CRDs, in the namespace of the same name."""

    def __init__(self, scope: Construct, *, environment: Environment, part: Part, project: str) -> None:
        super().__init__(
            scope,
            part.name,
            environment=environment,
            project=project,
            namespace="cert-manager",
            wave=waves.CERT_MANAGER,
            source=HelmChart(REPOSITORY, "cert-manager", part.version, merge(VALUES, part.values), part.values_origin),
            sync_options=[SERVER_SIDE_APPLY],
            cluster_kinds=[
                ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
                ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
                ("apiextensions.k8s.io", "CustomResourceDefinition"),
                ("rbac.authorization.k8s.io", "ClusterRole"),
                ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
            ],
            # The lease of its leader election, and the Roles for it, are in kube-system.
            namespaces=["kube-system"],
            origin=part.origin,
        )
