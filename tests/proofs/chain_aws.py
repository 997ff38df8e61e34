"""What whoever sets AWS up finds in dist/: the policies and the trust of each user and role, and who is associated.

Of documents in iam/ by the rules of the page about credentials; of ACK, Crossplane and CloudFormation by their own.
"""

import json
from dataclasses import dataclass
from typing import Any

import yaml

from tests.proofs.chain_project import Delivered

Document = dict[str, Any]
ROLES = ("irsa", "pod-identity")
NOBODY: Document = {"Statement": []}


@dataclass(frozen=True)
class Grant:
    """What a credential may, and who may take its role on if it has one."""

    policies: list[Document]
    trust: Document


def granted(delivered: Delivered, name: str, credential: dict[str, Any], provision: str) -> Grant:
    """Of a credential of AWS."""
    role = credential["type"] in ROLES
    made = {"ack": _ack, "crossplane": _crossplane, "cloudformation": _cloudformation}
    if provision in made and (role or provision == "cloudformation"):
        return made[provision](delivered, credential.get("roleArn", ""))
    own = delivered.document(f"{name}-serving") or delivered.document("MlModelServingPolicy")
    return Grant([own] if own else [], delivered.document(f"{name}-trust") or NOBODY)


def associations(delivered: Delivered) -> list[dict[str, str]]:
    """Those of EKS Pod Identity, as its API takes them."""
    found: list[dict[str, str]] = [
        json.loads(text) for name, text in delivered.files.items() if name.partition("/")[2].endswith(".json")
        and "-associations/" in name
    ]  # fmt: skip
    for one in delivered.of("PodIdentityAssociation"):
        spec = one["spec"]["forProvider"]
        [role] = _named(delivered, "Role", spec["roleArnRef"]["name"])
        name = role["metadata"]["annotations"]["crossplane.io/external-name"]
        arn = f"arn:aws:iam::123456789012:role{role['spec']['forProvider']['path']}{name}"
        found.append({**{key: spec[key] for key in ("clusterName", "namespace", "serviceAccount")}, "roleArn": arn})
    return found


def _named(delivered: Delivered, kind: str, name: str) -> list[Document]:
    found = [one for one in delivered.of(kind) if one["metadata"]["name"] == name]
    return [one for one in found if one["apiVersion"].startswith("iam.")]


def _ack(delivered: Delivered, arn: str) -> Grant:
    [role] = [one for one in delivered.of("Role")
              if one["apiVersion"].startswith("iam.") and arn.endswith(f"role{_path(one)}")]  # fmt: skip
    names = [one["from"]["name"] for one in role["spec"]["policyRefs"]]
    policies = [
        json.loads(one["spec"]["policyDocument"]) for name in names for one in _named(delivered, "Policy", name)
    ]
    return Grant(policies, json.loads(role["spec"]["assumeRolePolicyDocument"]))


def _path(role: Document) -> str:
    return f"{role['spec']['path']}{role['spec']['name']}"


def _crossplane(delivered: Delivered, arn: str) -> Grant:
    [role] = [one for one in delivered.of("Role") if one["apiVersion"].startswith("iam.")
              and arn.endswith(f"/{one['metadata']['annotations']['crossplane.io/external-name']}")]  # fmt: skip
    attached = [one["spec"]["forProvider"] for one in delivered.of("RolePolicyAttachment")]
    own = [one["policyArnRef"]["name"] for one in attached if one["roleRef"]["name"] == role["metadata"]["name"]]
    policies = [one["spec"]["forProvider"]["policy"] for name in own for one in _named(delivered, "Policy", name)]
    trust = role["spec"]["forProvider"]["assumeRolePolicy"]
    return Grant([json.loads(text) for text in policies], json.loads(trust))


def _cloudformation(delivered: Delivered, arn: str) -> Grant:
    """The one user or role of the template."""
    kind = "AWS::IAM::Role" if arn else "AWS::IAM::User"
    resources = yaml.safe_load(delivered.files["cloudformation/storage.yaml"])["Resources"]
    [owner] = [one["Properties"] for one in resources.values() if one["Type"] == kind]
    names = [one["Ref"] for one in owner["ManagedPolicyArns"]]
    policies = [resources[name]["Properties"]["PolicyDocument"] for name in names]
    return Grant(policies, owner.get("AssumeRolePolicyDocument", NOBODY))
