"""Runs in a Python that has moto and what KServe's downloader needs: the stores of the world, on this machine.

A proxy that answers for the stores' real names, in TLS too, and lets nobody in without the credential. Prints a line of
JSON with its address and the credentials, serves until its standard input ends, and keeps files in the folder that is
named. `GET /seen` of the proxy itself tells who was asked for what since the last time.
"""

import base64
import datetime
import hashlib
import hmac
import http.client
import json
import os
import ssl
import sys
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit

os.environ["MOTO_S3_CUSTOM_ENDPOINTS"] = "http://minio.example.com:9000,https://minio.example.com"

import boto3
import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from moto.server import ThreadedMotoServer

REGION = "ca-central-1"
BODY = b"a model"
FOLDER = Path(sys.argv[1])
SEEN = []
PEM, PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
OPEN = serialization.NoEncryption()
TOKEN = "throwaway-token"  # noqa: S105
GOOGLE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
AZURE_KEY = base64.b64encode(b"throwaway-azure-key").decode()


# Certificates: everybody trusts `public`, and nobody `own`, who signed the one of minio.example.com.


def signed(name, issuer=None):
    """(certificate, key); without an issuer it signs itself, and others."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
                           "encipher_only", "decipher_only"), False)  # fmt: skip
    builder = (
        x509.CertificateBuilder(issuer[0].subject if issuer else subject, subject, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=issuer is None, crl_sign=issuer is None, **usage),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer[1] if issuer else key).public_key()),
            critical=False,
        )
    )
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


AUTHORITIES = {name: signed(name) for name in ("public", "own")}


@cache
def context(host):
    certificate, key = signed(host, AUTHORITIES["own" if host == "minio.example.com" else "public"])
    file = FOLDER / f"{host}.pem"
    file.write_bytes(certificate.public_bytes(PEM) + key.private_bytes(PEM, PKCS8, OPEN))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    return tls


# The stores: each takes a request, and returns status, body and headers.


def said(content, status=200):
    return status, json.dumps(content).encode(), {"Content-Type": "application/json"}


def model(**headers):
    return 200, BODY, {"Content-Type": "application/octet-stream", **headers}


REFUSED = (401, b"", {})
GONE = (404, b"", {})


def bearer(request):
    return request.headers.get("Authorization") == f"Bearer {TOKEN}"


def web(request):
    return model() if bearer(request) else REFUSED


def hub(request):
    if not bearer(request):
        return REFUSED
    if request.path.startswith("/api/models/org/iris"):
        return said({"id": "org/iris", "sha": "0" * 40, "siblings": [{"rfilename": "model.joblib"}]})
    if request.path.endswith("/model.joblib"):
        return model(**{"ETag": '"1"', "X-Repo-Commit": "0" * 40})
    return GONE


def google_login(request):
    """Takes what is signed with the key in the file."""
    assertion = parse_qs(request.body.decode())["assertion"][0]
    claims = jwt.decode(assertion, GOOGLE.public_key(), ["RS256"], audience="https://oauth2.googleapis.com/token")
    return said({"access_token": TOKEN, "expires_in": 3600}) if claims["iss"] == "iris@example.com" else REFUSED


def gke(request):
    """The metadata server of a node: who the pod is, and a token for it."""
    flavour = {"Metadata-Flavor": "Google"}
    if request.path.endswith("/token"):
        status, body, headers = said({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})
        return status, body, {**headers, **flavour}
    if "recursive" in request.query:
        status, body, headers = said({"email": "iris@example.com", "scopes": [], "aliases": []})
        return status, body, {**headers, **flavour}
    return 200, b"example", {"Content-Type": "text/plain", **flavour}


def gcs(request):
    if not bearer(request):
        return REFUSED
    if request.path == "/storage/v1/b/bucket/o":
        return said({"items": [{"name": "iris/model.joblib", "bucket": "bucket"}]})
    return model() if request.path == "/download/storage/v1/b/bucket/o/iris/model.joblib" else GONE


def azure_login(request):
    if "openid-configuration" in request.path:
        login = "https://login.microsoftonline.com/tenant"
        names = ("authorization_endpoint", "token_endpoint", "issuer")
        return said({name: f"{login}/oauth2/v2.0/token" for name in names})
    if "instance" in request.path:
        tenant = "https://login.microsoftonline.com/tenant/v2.0/.well-known/openid-configuration"
        return said({"tenant_discovery_endpoint": tenant, "metadata": []})
    form = parse_qs(request.body.decode())
    proofs = (form.get("client_secret"), form.get("client_assertion"))
    known = form["client_id"] == ["client"] and [TOKEN] in proofs and request.path.startswith("/tenant/")
    return said({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}) if known else REFUSED


def shared_key(request):
    """The Authorization header of who has the storage key."""
    names = ("content-encoding", "content-language", "content-length", "content-md5", "content-type", "date",
             "if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range")  # fmt: skip
    given = {name.lower(): value for name, value in request.headers.items()}
    lines = [request.method, *(given.get(name, "") for name in names)]
    lines += [f"{name}:{value}" for name, value in sorted(given.items()) if name.startswith("x-ms-")]
    lines += [f"/account{request.path}", *(f"{name}:{value}" for name, value in sorted(request.query.items()))]
    key = base64.b64decode(AZURE_KEY)
    signature = hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).digest()
    return f"SharedKey account:{base64.b64encode(signature).decode()}"


def blob(request):
    if not bearer(request) and request.headers.get("Authorization") != shared_key(request):
        return REFUSED
    if request.query.get("comp") == "list":
        properties = f"<Properties><Content-Length>{len(BODY)}</Content-Length><BlobType>BlockBlob</BlobType></Properties>"
        found = f"<Blob><Name>iris/model.joblib</Name>{properties}</Blob>"
        listing = f"<EnumerationResults><Blobs>{found}</Blobs><NextMarker/></EnumerationResults>"
        return 200, listing.encode(), {"Content-Type": "application/xml"}
    size = {"Content-Range": f"bytes 0-{len(BODY) - 1}/{len(BODY)}", "ETag": '"1"', "x-ms-blob-type": "BlockBlob"}
    return (206, *model(**size)[1:]) if request.path == "/models/iris/model.joblib" else GONE


def hdfs(request):
    if not bearer(request) or request.query.get("doas") != "iris":
        return REFUSED
    file = {"pathSuffix": "model.joblib", "type": "FILE", "length": len(BODY)}
    folder = request.path == "/webhdfs/v1/models/iris"
    match request.query["op"].upper():
        case "LISTSTATUS" if folder:
            return said({"FileStatuses": {"FileStatus": [file]}})
        case "GETFILESTATUS":
            return said({"FileStatus": {**file, "type": "DIRECTORY" if folder else "FILE"}})
        case "OPEN" if not folder:
            return model()
    return GONE


def pod_identity(request):
    """The agent of EKS on a node."""
    return said(PODS) if request.headers.get("Authorization") == TOKEN else REFUSED


STORES = {
    "models.example.com": web,
    "huggingface.co": hub,
    "oauth2.googleapis.com": google_login,
    "storage.googleapis.com": gcs,
    "login.microsoftonline.com": azure_login,
    "account.blob.core.windows.net": blob,
    "namenode.example.com": hdfs,
}
AGENTS = {"/v1/credentials": pod_identity, "/computeMetadata": gke}
PODS = {}


def aws(request):
    """moto, by the names that AWS has, and by the one of the store that speaks S3."""
    connection = http.client.HTTPConnection(*MOTO.get_host_and_port(), timeout=30)
    connection.request(request.method, request.target, request.body, dict(request.headers.items()))
    reply = connection.getresponse()
    kept = {name: value for name, value in reply.getheaders() if name not in ("Connection", "Transfer-Encoding")}
    return reply.status, reply.read(), kept


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host = ""

    def do_CONNECT(self):  # noqa: N802
        self.host = self.path.rpartition(":")[0]
        self.send_response(200)
        self.end_headers()
        self.connection = context(self.host).wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
        self.close_connection = False  # a client may say CONNECT in HTTP/1.0

    def do_GET(self):  # noqa: N802
        url = urlsplit(self.path)
        host = self.host or url.hostname or ""
        request = SimpleNamespace(
            method=self.command,
            path=unquote(url.path),
            target=url._replace(scheme="", netloc="").geturl(),
            query={name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()},
            headers=self.headers,
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        self.reply(*self.store(host, url.path)(request))

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815

    def store(self, host, path):
        """Who answers."""
        if not host:
            found = [agent for start, agent in AGENTS.items() if path.startswith(start)]
            return found[0] if found else seen
        SEEN.append({"host": host, "tls": bool(self.host), "signed": "Authorization" in self.headers,
                     "asked": f"{self.command} {path}"})  # fmt: skip
        amazon = host.endswith((".amazonaws.com", ".amazonaws.com.cn")) or host == "minio.example.com"
        return STORES.get(host) or (aws if amazon else lambda _: GONE)

    def reply(self, status, body, headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing: standard error is for what goes wrong."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A client that does not trust us, or has gone: its own error tells."""
        if not isinstance(sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1], OSError):
            super().handle_error(*_)


def seen(_):
    answer = said(SEEN)
    SEEN.clear()
    return answer


# Amazon: a bucket that a user and a role may read, and one that all the world may.

MOTO = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
READ = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:HeadBucket"], "Resource": "arn:aws:s3:::iris-models"},
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::iris-models/*"},
]}  # fmt: skip


def client(service):
    endpoint = "http://{}:{}".format(*MOTO.get_host_and_port())
    return boto3.client(
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id="x", aws_secret_access_key="y"
    )


def fill():
    """(keys of the user, role)."""
    s3, iam = client("s3"), client("iam")
    for bucket, access in (("iris-models", "private"), ("iris-public", "public-read")):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket=bucket, Key="iris/model.joblib", Body=BODY, ACL=access)
    iam.create_user(UserName="iris")
    iam.put_user_policy(UserName="iris", PolicyName="read", PolicyDocument=json.dumps(READ))
    role = iam.create_role(RoleName="iris", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    iam.put_role_policy(RoleName="iris", PolicyName="read", PolicyDocument=json.dumps(READ))
    return iam.create_access_key(UserName="iris")["AccessKey"], role


def become(role):
    """What the agent on a node gives to the pods of that role."""
    given = client("sts").assume_role(RoleArn=role, RoleSessionName="pod")["Credentials"]
    PODS.update({"AccessKeyId": given["AccessKeyId"], "SecretAccessKey": given["SecretAccessKey"],
                 "Token": given["SessionToken"], "Expiration": given["Expiration"].isoformat()})  # fmt: skip


def main():
    MOTO.start()
    keys, role = fill()
    become(role)
    for name, (certificate, _) in AUTHORITIES.items():
        (FOLDER / f"{name}.crt").write_bytes(certificate.public_bytes(PEM))
    file = {"type": "service_account", "client_email": "iris@example.com", "project_id": "example",
            "private_key": GOOGLE.private_bytes(PEM, PKCS8, OPEN).decode(),
            "token_uri": "https://oauth2.googleapis.com/token"}  # fmt: skip
    proxy = Server(("127.0.0.1", 0), Proxy)
    Thread(target=proxy.serve_forever, daemon=True).start()
    print(json.dumps({
        "proxy": "http://{}:{}".format(*proxy.server_address),
        "moto": "http://{}:{}".format(*MOTO.get_host_and_port()),
        "keys": {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"]},
        "role": role, "region": REGION, "token": TOKEN, "azure": AZURE_KEY, "google": json.dumps(file),
    }), flush=True)  # fmt: skip
    sys.stdin.read()


if __name__ == "__main__":
    main()
