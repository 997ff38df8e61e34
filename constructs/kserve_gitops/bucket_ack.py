"""The bucket, its users, roles and policies as objects of AWS Controllers for Kubernetes.

Sources: ACK documentation, deletion policy, adoption and cross-region resources; aws-controllers-k8s/s3-controller,
iam-controller and eks-controller, config/crd/bases. The controllers themselves are not installed here.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import KEPT, SKIP_DRY_RUN, Application
from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs import grants, provision
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.provision import Policy, Provision, Role
from kserve_gitops.manifest import Manifest

NAMESPACE = "ack-system"
"""Where the controllers run: whoever may change these objects may do in AWS what the controllers may."""
_ACK = "services.k8s.aws"


class AckStorage(Application):
    """The application `storage`, before the credentials.

    The bucket stays when the object goes, and is taken over when it is there already. Users have no access keys: those
    are made by hand, and sealed.
    """

    def __init__(self, scope: Construct, *, environment: Environment, project: str) -> None:
        super().__init__(
            scope,
            "storage",
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.STORAGE,
            manifests=True,
            sync_options=[SKIP_DRY_RUN],
            origin=environment.storage.origin,
        )
        made = provision.provision(environment)
        self._bucket(made)
        for policy in made.policies:
            self._policy(policy)
        for user in made.users:
            spec = {"name": user.name, "policyRefs": _policies(user.policies)}
            self._object("iam", "User", user.name, spec, user.origin)
        for role in made.roles:
            self._role(role, environment)

    def _bucket(self, made: Provision) -> None:
        storage = made.storage
        encryption = {"sseAlgorithm": made.algorithm}
        if storage.kms_key_arn:
            encryption["kmsMasterKeyID"] = storage.kms_key_arn
        spec = {
            "name": storage.bucket,
            "encryption": {
                "rules": [
                    {
                        "applyServerSideEncryptionByDefault": encryption,
                        "bucketKeyEnabled": storage.kms_key_arn is not None,
                    }
                ]
            },
            # In the form that S3 gives it back in: releases before May 2026 compare the texts.
            "policy": json.dumps(made.bucket_policy, separators=(",", ":")),
            "publicAccessBlock": {
                "blockPublicACLs": True,
                "blockPublicPolicy": True,
                "ignorePublicACLs": True,
                "restrictPublicBuckets": True,
            },
            "versioning": {"status": "Enabled"},
        }
        annotations = {
            f"{_ACK}/adoption-policy": "adopt-or-create",
            f"{_ACK}/deletion-policy": "retain",
            f"{_ACK}/region": storage.region,
            **KEPT,
        }
        self._object("s3", "Bucket", storage.bucket, spec, storage.origin, annotations=annotations)

    def _policy(self, policy: Policy) -> None:
        spec = {"name": policy.name, "policyDocument": _text(policy.content)}
        self._object("iam", "Policy", policy.name, spec, policy.origin)

    def _role(self, role: Role, environment: Environment) -> None:
        spec: dict[str, Any] = {
            "name": role.name,
            "path": role.path,
            "assumeRolePolicyDocument": _text(role.trust),
            "policyRefs": _policies(role.policies),
        }
        self._object("iam", "Role", role.object_name, spec, role.origin)
        region = grants.cluster_region(environment)
        annotations = {f"{_ACK}/region": region} if region else {}
        for association in role.associations:
            namespace, account = association.account
            spec = {
                "clusterName": grants.cluster_name(environment),
                "namespace": namespace,
                "serviceAccount": account,
                "roleRef": {"from": {"name": role.object_name}},
            }
            name = association.name
            self._object("eks", "PodIdentityAssociation", name, spec, role.origin, annotations=annotations)

    def _object(
        self,
        service: str,
        kind: str,
        name: str,
        spec: Mapping[str, Any],
        origin: Origin,
        *,
        annotations: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        metadata: dict[str, Any] = {"name": name, "namespace": NAMESPACE}
        if annotations:
            metadata["annotations"] = dict(annotations)
        manifest = {"apiVersion": f"{service}.{_ACK}/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}
        Manifest(self, f"{kind}-{name}", manifest, origin=origin)


def _policies(policies: tuple[Policy, ...]) -> list[dict[str, Any]]:
    return [{"from": {"name": policy.name}} for policy in policies]


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2)
