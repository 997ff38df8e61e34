"""A template of CloudFormation with the bucket, its users, roles and policies.

Source: AWS CloudFormation User Guide, the resource types AWS::S3, AWS::IAM and AWS::EKS.
"""

from collections.abc import Mapping
from typing import Any

from constructs import Construct

from kserve_gitops.inputs import grants, provision
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.grants import SERVING, STORAGE
from kserve_gitops.inputs.provision import Policy, Provision, Role
from kserve_gitops.manifest import Attachment

FILE = "cloudformation/storage.yaml"


class StorageTemplate(Construct):
    """`cloudformation/storage.yaml`, for whoever deploys it; nothing where storage.provision says otherwise.

    The bucket stays when the stack goes. Users have no access keys: those are made by hand, and sealed.
    """

    def __init__(self, scope: Construct, id: str, *, environment: Environment) -> None:
        super().__init__(scope, id)
        storage = environment.storage
        if storage.provision == "cloudformation":
            Attachment(self, "storage", file=FILE, content=template(environment), origin=storage.origin)


def template(environment: Environment) -> dict[str, Any]:
    """Everything that the storage of an environment needs, for the region of the bucket.

    A cluster elsewhere is out of reach of its stack: what Pod Identity must be told there stands in iam/ alone.
    """
    made = provision.provision(environment)
    resources = {
        "Bucket": _bucket(made),
        "BucketPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            **_KEPT,
            "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": made.bucket_policy},
        },
    }
    outputs: dict[str, Any] = {}
    for policy in made.policies:
        resources[_policy_id(policy)] = _resource("IAM::ManagedPolicy", {"PolicyDocument": policy.content})
    for user in made.users:
        id_ = f"User{_id(user.credential)}"
        resources[id_] = _resource("IAM::User", {"ManagedPolicyArns": _arns(user.policies)})
        said = f"User of the credential {user.credential}: make an access key for it, and seal that."
        outputs[id_] = {"Description": said, "Value": {"Ref": id_}}
    for role in made.roles:
        resources |= _role(role, environment)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Storage of models in {environment.name}: deploy it in {environment.storage.region}.",
        "Resources": resources,
        **({"Outputs": outputs} if outputs else {}),
    }


_KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def _bucket(made: Provision) -> dict[str, Any]:
    storage = made.storage
    encryption = {"SSEAlgorithm": made.algorithm}
    if storage.kms_key_arn:
        encryption["KMSMasterKeyID"] = storage.kms_key_arn
    properties = {
        "BucketName": storage.bucket,
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {
                    "ServerSideEncryptionByDefault": encryption,
                    "BucketKeyEnabled": storage.kms_key_arn is not None,
                }
            ]
        },
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
        "VersioningConfiguration": {"Status": "Enabled"},
    }
    return {"Type": "AWS::S3::Bucket", **_KEPT, "Properties": properties}


def _role(role: Role, environment: Environment) -> dict[str, Any]:
    id_ = f"Role{_id(role.credential)}"
    properties = {
        "RoleName": role.name,
        "Path": role.path,
        "AssumeRolePolicyDocument": role.trust,
        "ManagedPolicyArns": _arns(role.policies),
    }
    made = {id_: _resource("IAM::Role", properties)}
    if not provision.in_bucket_region(environment):
        return made
    for association in role.associations:
        namespace, account = association.account
        told = {
            "ClusterName": grants.cluster_name(environment),
            "Namespace": namespace,
            "ServiceAccount": account,
            "RoleArn": {"Fn::GetAtt": [id_, "Arn"]},
        }
        made[f"Association{_id(account)}In{_id(namespace)}"] = _resource("EKS::PodIdentityAssociation", told)
    return made


def _resource(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": dict(properties)}


def _arns(policies: tuple[Policy, ...]) -> list[dict[str, str]]:
    return [{"Ref": _policy_id(policy)} for policy in policies]


def _policy_id(policy: Policy) -> str:
    return policy.document if policy.document in (SERVING, STORAGE) else f"Policy{_id(policy.document)}"


def _id(name: str) -> str:
    """A name in the letters and digits that CloudFormation takes: it has no capital itself, so no two become one."""
    return name[0].upper() + name[1:].replace("-", "X")
