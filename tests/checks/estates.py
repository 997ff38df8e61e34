"""Trees as the constructs make them: with applications of credentials, and with documents in iam/."""

from kserve_gitops.checks.rule import registered
from kserve_gitops.checks.tree import Object, Tree, Values
from kserve_gitops.core.origins import Origin, linked
from kserve_gitops.core.rendered import Rendered
from tests.checks.trees import cluster, row

S3 = "serving.kserve.io/s3-"
ROLE = "eks.amazonaws.com/role-arn"
ARN = "arn:aws:iam::123456789012:role/models"
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def account(*secrets, name="sa", namespace="kserve", pull=(), **annotations):
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": namespace, "annotations": annotations},
        "secrets": [{"name": secret} for secret in secrets],
        "imagePullSecrets": [{"name": secret} for secret in pull],
    }


def sealed(*keys, name="s3-access", namespace="kserve", type_="Opaque", data=None, **annotations):
    """A SealedSecret; annotations and `data` are those of its template."""
    template = {"type": type_, "metadata": {"annotations": annotations}, **({"data": data} if data else {})}
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"encryptedData": dict.fromkeys(keys, "x"), "template": template},
    }


def fetched(*keys, name="s3-access", namespace="kserve", store=None, template=None, **spec):
    """An ExternalSecret."""
    data = [{"secretKey": key, "remoteRef": {"key": f"ml/{name}", "property": key}} for key in keys]
    target = {"name": name, **({"template": template} if template else {})}
    reference = store or {"kind": "ClusterSecretStore", "name": "vault"}
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"secretStoreRef": reference, "target": target, "data": data, **spec},
    }


def made(manifest, credential=None):
    """A row of an object that was made for a credential of platform.yaml."""
    namespace = manifest["metadata"]["namespace"]
    origin = linked("platform.yaml", [((), [("credentials", credential)])]) if credential else Origin("sealed/x.yaml")
    applications = ("root", f"credentials-{namespace}")
    return Rendered("production/x", applications, origin.to_text(), manifest=manifest)


def document(name, content):
    """A row of a file of iam/."""
    attachment = {"file": f"iam/{name}.json", "content": content, "chart": None}
    return Rendered("production/x", (), Origin("platform.yaml").to_text(), attachment=attachment)


def reading(bucket, prefix=""):
    """What lets read below a prefix."""
    below = f"{prefix}/*" if prefix else "*"
    listing = {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": f"arn:aws:s3:::{bucket}"}
    if prefix:
        listing["Condition"] = {"StringLike": {"s3:prefix": [prefix, f"{prefix}/*"]}}
    loading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": [f"arn:aws:s3:::{bucket}/{below}"]}
    return {"Version": "2012-10-17", "Statement": [listing, loading]}


def trusting(*subjects):
    """The trust policy of a role of IRSA; subjects are texts namespace:name."""
    named = [f"system:serviceaccount:{one}" for one in subjects]
    condition = {"StringEquals": {"oidc.example.com:aud": "sts.amazonaws.com", "oidc.example.com:sub": named}}
    action = "sts:AssumeRoleWithWebIdentity"
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Condition": condition}]}


def estate(*given, of=None):
    """A tree of rows and manifests."""
    rows = [one if isinstance(one, Rendered) else row(one) for one in given]
    return Tree(
        "production", of or cluster(), [Object(one) if one.manifest is not None else Values(one) for one in rows]
    )


def said(code, found):
    """(path in the object, severity, message, hint) of everything that one rule says about a tree."""
    [rule] = [rule for rule in registered() if rule.code == code]
    return [(".".join(map(str, m.at)), m.severity.value, m.message, m.hint) for m in rule.check(found)]
