"""Runs in a Python that has moto and what KServe's downloader needs: the stores of the world, on this machine.

A proxy that answers for the stores' real names, in TLS too. Prints a line of JSON with its address and what opens the
stores, serves until its standard input ends, and keeps certificates in the folder that is named. `GET /seen` of the
proxy itself tells who was asked since the last time.
"""

import datetime as dt
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

import boto3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from download_stores import AZURE_KEY, BODY, GONE, REFUSED, STORES, TOKEN, gke, key_file, said
from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.server import ThreadedMotoServer

OWN = "minio.example.com"
REGION = "ca-central-1"
BUCKET = "iris-models"
READING = {
    "Version": "2012-10-17",
    "Statement": [
        # Amazon asks for s3:ListBucket alone; moto for an action that there is not
        {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:HeadBucket"], "Resource": f"arn:aws:s3:::{BUCKET}"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"},
    ],
}
FOLDER = Path(sys.argv[1])
MOTO = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
PODS = {}
"""What the agent of EKS on a node gives to pods."""
SEEN = []


def signed(name, issuer=None):
    """(certificate, key); without an issuer it signs itself, and others."""
    key = ec.generate_private_key(ec.SECP256R1())
    signer, top = (issuer[1], False) if issuer else (key, True)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    now, day = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
    unused = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
              "decipher_only")  # fmt: skip
    usage = {"digital_signature": True, "key_cert_sign": top, "crl_sign": top, **dict.fromkeys(unused, False)}
    builder = x509.CertificateBuilder(
        issuer_name=issuer[0].subject if issuer else subject,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - day,
        not_valid_after=now + day,
    )
    for extension, critical in (
        (x509.BasicConstraints(ca=top, path_length=None), True),
        (x509.KeyUsage(**usage), True),
        (x509.SubjectAlternativeName([x509.DNSName(name)]), False),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False),
    ):
        builder = builder.add_extension(extension, critical)
    return builder.sign(signer, hashes.SHA256()), key


AUTHORITIES = {"public": signed("public"), "own": signed("own")}
"""Everybody trusts the first, and nobody the second, which signs for the store that speaks S3."""


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


@cache
def context(host):
    """A server's side of TLS, with a certificate for that host."""
    certificate, key = signed(host, AUTHORITIES["own" if host == OWN else "public"])
    file = FOLDER / f"{host}.pem"
    file.write_bytes(
        pem(certificate)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    return tls


def amazon(request):
    """moto, which knows Amazon's services by the names of their hosts; but S3 does not answer for another service."""
    if request.method == "POST" and not request.host.startswith("sts."):
        return 405, b"", {}
    connection = http.client.HTTPConnection(*MOTO.get_host_and_port(), timeout=30)
    connection.request(request.method, request.target, request.body, dict(request.headers.items()))
    reply = connection.getresponse()
    kept = {name: value for name, value in reply.getheaders() if name not in ("Connection", "Transfer-Encoding")}
    return reply.status, reply.read(), kept


def pod_identity(request):
    return said(PODS) if request.headers["Authorization"] == TOKEN else REFUSED


def seen(_):
    answer = said(SEEN)
    SEEN.clear()
    return answer


def owner(host, path):
    """Who answers; without a host the proxy itself, or what is reached on every node."""
    if not host:
        return {"/seen": seen, "/v1/credentials": pod_identity}.get(path, gke)
    if host == OWN or host.endswith(".amazonaws.com"):
        return amazon
    return STORES.get(host, lambda _: GONE)


class Proxy(BaseHTTPRequestHandler):
    """Plain HTTP as it comes, and TLS inside CONNECT."""

    protocol_version = "HTTP/1.1"
    host = ""

    def do_CONNECT(self):
        self.host = self.path.rpartition(":")[0]
        self.send_response(200)
        self.end_headers()
        self.connection = context(self.host).wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
        self.close_connection = False  # a client may say CONNECT in HTTP/1.0

    def do_GET(self):
        url = urlsplit(self.path)
        host = self.host or url.hostname or ""
        request = SimpleNamespace(
            host=host,
            method=self.command,
            path=unquote(url.path),
            target=url._replace(scheme="", netloc="").geturl(),
            query={name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()},
            headers=self.headers,
            body=self.rfile.read(int(self.headers["Content-Length"] or 0)),
        )
        if host:
            known = "Authorization" in self.headers
            SEEN.append({"host": host, "tls": bool(self.host), "signed": known, "asked": f"{self.command} {url.path}"})
        self.answer(*owner(host, url.path)(request))

    do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        """Nothing: a request is seen, not logged."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Nothing: a client that does not trust us says so itself."""


def client(service):
    endpoint = "http://{}:{}".format(*MOTO.get_host_and_port())
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="x",
        aws_secret_access_key="y",  # noqa: S106
    )


def fill():
    """A bucket that a user and a role may read, and one that all the world may. (Keys of the user, role.)"""
    s3, iam = client("s3"), client("iam")
    for bucket, access in ((BUCKET, "private"), ("iris-public", "public-read")):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket=bucket, Key="iris/model.joblib", Body=BODY, ACL=access)
    iam.create_user(UserName="iris")
    iam.put_user_policy(UserName="iris", PolicyName="read", PolicyDocument=json.dumps(READING))
    role = iam.create_role(RoleName="iris", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    iam.put_role_policy(RoleName="iris", PolicyName="read", PolicyDocument=json.dumps(READING))
    keys = iam.create_access_key(UserName="iris")["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"]}, role


def become(role):
    given = client("sts").assume_role(RoleArn=role, RoleSessionName="pod")["Credentials"]
    PODS.update({"AccessKeyId": given["AccessKeyId"], "SecretAccessKey": given["SecretAccessKey"],
                 "Token": given["SessionToken"], "Expiration": given["Expiration"].isoformat()})  # fmt: skip


def enforce():
    """From now on nobody may what no policy allows; who signs nothing is nobody, and gets what is public."""
    check = ActionAuthenticatorMixin._authenticate_and_authorize_action

    def checked(self, kind, resource="*"):
        if "Authorization" in self.headers:
            check(self, kind, resource)

    ActionAuthenticatorMixin._authenticate_and_authorize_action = checked
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0


def main():
    os.environ["MOTO_S3_CUSTOM_ENDPOINTS"] = f"http://{OWN}:9000,https://{OWN}"
    MOTO.start()
    keys, role = fill()
    become(role)
    enforce()
    for name, (certificate, _) in AUTHORITIES.items():
        (FOLDER / f"{name}.crt").write_bytes(pem(certificate))
    proxy = Server(("127.0.0.1", 0), Proxy)
    Thread(target=proxy.serve_forever, daemon=True).start()
    told = {"proxy": "{}:{}".format(*proxy.server_address), "region": REGION, "keys": keys, "role": role,
            "token": TOKEN, "azure": AZURE_KEY, "google": json.dumps(key_file())}  # fmt: skip
    print(json.dumps(told), flush=True)  # noqa: T201  this is how the test learns of it
    sys.stdin.read()


if __name__ == "__main__":
    main()
