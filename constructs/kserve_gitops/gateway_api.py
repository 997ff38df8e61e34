"""The CRDs of the Gateway API. There is no official chart; the repository's own kustomization is the source.

Source: kubernetes-sigs/gateway-api v1.6.1, config/crd/kustomization.yaml: the standard channel, with the policy that
guards upgrades.
"""

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SERVER_SIDE_APPLY, Application, GitFolder
from kserve_gitops.inputs.environment import Environment, Part

REPOSITORY = "https://github.com/kubernetes-sigs/gateway-api.git"


class GatewayApi(Application):
    """One owner for the CRDs, one version: from v1.5 on a policy of the bundle refuses older ones."""

    def __init__(self, scope: Construct, *, environment: Environment, part: Part, project: str) -> None:
        super().__init__(
            scope,
            part.name,
            environment=environment,
            project=project,
            namespace="kube-system",
            wave=waves.GATEWAY_API,
            source=GitFolder(REPOSITORY, part.version, "config/crd"),
            sync_options=[SERVER_SIDE_APPLY, "Prune=false"],
            cluster_kinds=[
                ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
                ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
                ("apiextensions.k8s.io", "CustomResourceDefinition"),
            ],
            origin=part.origin,
        )
