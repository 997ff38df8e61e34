"""Runs in the Python of downloads.py: its stores, for the chain of a credential from platform.yaml to the model.

Beside moto, which knows neither conditions nor trust, IAM is asked as Amazon asks it; and a test says who may do what.
"""

import json
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

import downloads
import jwt
from download_stores import BODY, STORES, TOKEN, azure_login, hdfs, said
from iam_evaluator import allows
from moto import settings

CONTROL = "control.example.com"
TENANT, CLIENT = "55555555-6666-7777-8888-999999999999", "00000000-1111-2222-3333-444444444444"
ISSUER_KEY = f"{TOKEN}-of-the-cluster-whose-service-accounts-these-are"
DENIED = (403, b"<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>", {"Content-Type": "text/xml"})
POLICIES = {}
"""By access key."""
ROLES = {}
"""By ARN: its policies and its trust."""
KEYS = {}
"""Of users, by name."""
ENCRYPTED = {}
"""Key of KMS, by bucket."""


@contextmanager
def unlocked():
    """Nothing is refused: it is us who set the stores up."""
    settings.INITIAL_NO_AUTH_ACTION_COUNT = float("inf")
    try:
        yield
    finally:
        settings.INITIAL_NO_AUTH_ACTION_COUNT = 0


def control(request):
    """The test itself."""
    deed = {"/bucket": bucket, "/user": user, "/role": role, "/pod": pod}[request.path]
    with unlocked():
        return said(deed(**json.loads(request.body)))


def bucket(uri, *, public, kms):
    """One with the model at that address."""
    s3, place = downloads.client("s3"), urlsplit(uri)
    if place.netloc not in [one["Name"] for one in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=place.netloc, CreateBucketConfiguration={"LocationConstraint": downloads.REGION})
    access = "public-read" if public else "private"
    s3.put_object(Bucket=place.netloc, Key=f"{place.path.strip('/')}/model.joblib", Body=BODY, ACL=access)
    s3.put_bucket_acl(Bucket=place.netloc, ACL=access)
    ENCRYPTED[place.netloc] = kms


def user(name, policies):
    """Its keys, the same every time."""
    iam = downloads.client("iam")
    if name not in KEYS:
        iam.create_user(UserName=name)
        KEYS[name] = iam.create_access_key(UserName=name)["AccessKey"]
    own = KEYS[name]
    POLICIES[own["AccessKeyId"]] = policies
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(as_moto_asks(policies)))
    return {"AWS_ACCESS_KEY_ID": own["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": own["SecretAccessKey"]}


def role(arn, policies, trust):
    iam, name = downloads.client("iam"), arn.rpartition("/")[2]
    if arn not in ROLES:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    ROLES[arn] = policies, trust
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(as_moto_asks(policies)))


def pod(subject, issuer, association):
    """What the cluster and the agent of EKS on its nodes have for a pod with that ServiceAccount."""
    downloads.PODS.clear()
    if association:
        policies, trust = ROLES[association["roleArn"]]
        space, account = association["namespace"], association["serviceAccount"]
        tags = {"eks-cluster-name": association["clusterName"], "kubernetes-namespace": space,
                "kubernetes-service-account": account}  # fmt: skip
        asked = {f"aws:RequestTag/{name}": value for name, value in tags.items()}
        who = "pods.eks.amazonaws.com"
        if all(allows(trust, f"sts:{deed}", principal=who, **asked) for deed in ("AssumeRole", "TagSession")):
            downloads.become(association["roleArn"])
            POLICIES[downloads.PODS["AccessKeyId"]] = policies
    claims = {"iss": f"https://{issuer}", "sub": subject, "aud": "sts.amazonaws.com"}
    return jwt.encode(claims, ISSUER_KEY, "HS256")


def as_moto_asks(policies):
    """moto asks for HeadBucket, which is no action; the conditions of a listing are looked at in `permitted`."""
    statements = [dict(one) for policy in policies for one in policy["Statement"]]
    for one in statements:
        named = one["Action"] if isinstance(one["Action"], list) else [one["Action"]]
        one["Action"] = [*named, *(["s3:HeadBucket"] if "s3:ListBucket" in named else [])]
        one.pop("Condition", None)
    nothing = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": statements or [nothing]}


def permitted(request):
    """Whether the policies of who signed allow it."""
    key = request.headers["Authorization"].partition("Credential=")[2].partition("/")[0]
    name, path = request.host.partition(".")[0], request.path.strip("/")
    if request.host == downloads.OWN:
        name, _, path = path.partition("/")
    arn = f"arn:aws:s3:::{name}"
    context = {"s3:prefix": request.query["prefix"]} if "prefix" in request.query else {}
    asked = [("s3:GetObject", f"{arn}/{path}", {})] if path else [("s3:ListBucket", arn, context)]
    if path and ENCRYPTED.get(name):
        through = request.host.partition(".")[2]
        asked.append(("kms:Decrypt", ENCRYPTED[name], {"kms:ViaService": through}))
    found = POLICIES.get(key, [])
    return all(any(allows(one, deed, what, **told) for one in found) for deed, what, told in asked)


def token_service(request):
    """STS: gives a pod a role if the trust of that role knows its ServiceAccount."""
    form = dict(parse_qsl(request.body.decode()))
    claims = jwt.decode(form["WebIdentityToken"], ISSUER_KEY, ["HS256"], options={"verify_aud": False})
    issuer = claims["iss"].removeprefix("https://")
    policies, trust = ROLES.get(form["RoleArn"], ([], {"Statement": []}))
    told = {f"{issuer}:aud": claims["aud"], f"{issuer}:sub": claims["sub"]}
    account = form["RoleArn"].split(":")[4]
    who = f"arn:aws:iam::{account}:oidc-provider/{issuer}"
    if not allows(trust, f"sts:{form['Action']}", principal=who, **told):
        return DENIED
    status, body, headers = downloads.amazon(request)
    key = body.decode().partition("<AccessKeyId>")[2].partition("</AccessKeyId>")[0]
    POLICIES[key] = policies
    return status, body, headers


def amazon(request):
    if request.host.startswith("sts."):
        return token_service(request)
    if "Authorization" in request.headers and not permitted(request):
        return DENIED
    return downloads.amazon(request)


def principal(request):
    """Azure's login, under the names of the examples."""
    request.path = request.path.replace(TENANT, "tenant")
    request.body = request.body.replace(CLIENT.encode(), b"client")
    status, body, headers = azure_login(request)
    found = body.replace(b"/tenant/", f"/{TENANT}/".encode())
    return status, found, {name: value for name, value in headers.items() if name != "Content-Length"}


def namenode(request):
    """The user is who the headers say, unless another one is named."""
    request.query = {"doas": "iris", **request.query}
    return hdfs(request)


STORES |= {CONTROL: control, "login.microsoftonline.com": principal, "namenode.example.com": namenode}
_owner = downloads.owner


def owner(host, path):
    found = _owner(host, path)
    return amazon if found is downloads.amazon else found


if __name__ == "__main__":
    downloads.owner = owner
    downloads.main()
