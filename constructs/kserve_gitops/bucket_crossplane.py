"""The bucket, its users, roles and policies as objects of Crossplane's provider for AWS.

Source: crossplane-contrib/provider-upjet-aws, package/crds, the cluster-scoped kinds. Crossplane and its provider are
not installed here.
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
from kserve_gitops.inputs.provision import Provision, Role, User
from kserve_gitops.manifest import Manifest

NAMESPACE = "crossplane-system"
"""Where Crossplane runs; the objects themselves are in no namespace."""
_NAME = "crossplane.io/external-name"


class CrossplaneStorage(Application):
    """The application `storage`, before the credentials.

    The bucket and its settings stay when the objects go. Users have no access keys: those are made by hand, and sealed.
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
            self._object("iam", "Policy", policy.name, {"policy": _text(policy.content)}, policy.origin)
        for user in made.users:
            self._user(user)
        for role in made.roles:
            self._role(role, environment)

    def _bucket(self, made: Provision) -> None:
        storage = made.storage
        encryption = {"sseAlgorithm": made.algorithm}
        if storage.kms_key_arn:
            encryption["kmsMasterKeyId"] = storage.kms_key_arn
        rule = {
            "applyServerSideEncryptionByDefault": encryption,
            "bucketKeyEnabled": storage.kms_key_arn is not None,
        }
        settings: dict[str, dict[str, Any]] = {
            "BucketPolicy/v1beta1": {"policy": _text(made.bucket_policy)},
            "BucketPublicAccessBlock/v1beta1": {
                "blockPublicAcls": True,
                "blockPublicPolicy": True,
                "ignorePublicAcls": True,
                "restrictPublicBuckets": True,
            },
            "BucketServerSideEncryptionConfiguration/v1beta2": {"rule": [rule]},
            "BucketVersioning/v1beta2": {"versioningConfiguration": {"status": "Enabled"}},
        }
        name, region = storage.bucket, {"region": storage.region}
        self._object("s3", "Bucket/v1beta2", name, region, storage.origin, annotations=KEPT, kept=True)
        for kind, spec in settings.items():
            here = {"bucketRef": {"name": name}, **region, **spec}
            self._object("s3", kind, name, here, storage.origin, kept=True)

    def _user(self, user: User) -> None:
        self._object("iam", "User", user.name, {}, user.origin)
        for policy in user.policies:
            spec = {"policyArnRef": {"name": policy.name}, "userRef": {"name": user.name}}
            self._object("iam", "UserPolicyAttachment", f"{user.name}.{policy.name}", spec, user.origin)

    def _role(self, role: Role, environment: Environment) -> None:
        spec: dict[str, Any] = {"assumeRolePolicy": _text(role.trust), "path": role.path}
        self._object("iam", "Role", role.object_name, spec, role.origin, annotations={_NAME: role.name})
        for policy in role.policies:
            spec = {"policyArnRef": {"name": policy.name}, "roleRef": {"name": role.object_name}}
            self._object("iam", "RolePolicyAttachment", f"{role.object_name}.{policy.name}", spec, role.origin)
        for association in role.associations:
            namespace, account = association.account
            spec = {
                "region": grants.cluster_region(environment) or environment.storage.region,
                "clusterName": grants.cluster_name(environment),
                "namespace": namespace,
                "serviceAccount": account,
                "roleArnRef": {"name": role.object_name},
            }
            self._object("eks", "PodIdentityAssociation", association.name, spec, role.origin)

    def _object(
        self,
        service: str,
        kind: str,
        name: str,
        spec: Mapping[str, Any],
        origin: Origin,
        *,
        annotations: Mapping[str, str] = MappingProxyType({}),
        kept: bool = False,
    ) -> None:
        """An object of a kind, which comes with its version where that is not v1beta1."""
        kind, _, version = kind.partition("/")
        metadata: dict[str, Any] = {"name": name}
        if annotations:
            metadata["annotations"] = dict(annotations)
        manifest = {
            "apiVersion": f"{service}.aws.upbound.io/{version or 'v1beta1'}",
            "kind": kind,
            "metadata": metadata,
            "spec": {**({"deletionPolicy": "Orphan"} if kept else {}), "forProvider": spec},
        }
        Manifest(self, f"{kind}-{name}", manifest, origin=origin)


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2)
