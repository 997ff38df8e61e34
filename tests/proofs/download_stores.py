"""The stores that are not Amazon's, for downloads.py: a function each, which lets nobody in without the credential.

A request has method, path, query, headers and body; the answer is status, body and headers.
"""

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

BODY = b"a model"
TOKEN = "throwaway-token"  # noqa: S105  one for all: a header, a password, a token
AZURE_KEY = base64.b64encode(b"throwaway-azure-key").decode()
REFUSED = (401, b'{"error": "invalid_client"}', {"Content-Type": "application/json"})
GONE = (404, b"", {})

_GOOGLE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_GOOGLE_LOGIN = "https://oauth2.googleapis.com/token"
_AZURE_LOGIN = "https://login.microsoftonline.com/tenant"
_SIGNED = ("content-encoding", "content-language", "content-length", "content-md5", "content-type", "date",
           "if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range")  # fmt: skip
"""The headers that Azure signs by their place, before those of its own."""


def said(content, **headers):
    return 200, json.dumps(content).encode(), {"Content-Type": "application/json", **headers}


def model(**headers):
    return 200, BODY, {"Content-Type": "application/octet-stream", **headers}


def bearer(request):
    return request.headers["Authorization"] == f"Bearer {TOKEN}"


def web(request):
    return model() if bearer(request) else REFUSED


def hub(request):
    if not bearer(request):
        return REFUSED
    if request.path.startswith("/api/models/org/iris"):
        return said({"id": "org/iris", "sha": "0" * 40, "siblings": [{"rfilename": "model.joblib"}]})
    return model(**{"ETag": '"1"', "X-Repo-Commit": "0" * 40}) if request.path.endswith("/model.joblib") else GONE


def key_file():
    """What Google gives for a service account."""
    key = _GOOGLE.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "project_id": "example",
        "client_email": "iris@example.com",
        "private_key": key.decode(),
        "token_uri": _GOOGLE_LOGIN,
    }


def google_login(request):
    """Takes what is signed with the key in the file."""
    [assertion] = parse_qs(request.body.decode())["assertion"]
    try:
        jwt.decode(assertion, _GOOGLE.public_key(), ["RS256"], audience=_GOOGLE_LOGIN, issuer="iris@example.com")
    except jwt.InvalidTokenError:
        return REFUSED
    return said({"access_token": TOKEN, "expires_in": 3600})


def gke(request):
    """What tells a pod on a node of GKE who it is, and gives it a token."""
    flavour = {"Metadata-Flavor": "Google"}
    if request.path.endswith("/token"):
        return said({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}, **flavour)
    if "recursive" in request.query:
        return said({"email": "iris@example.com", "scopes": [], "aliases": []}, **flavour)
    return GONE if "universe" in request.path else (200, b"example", {"Content-Type": "text/plain", **flavour})


def gcs(request):
    if not bearer(request):
        return REFUSED
    if request.path == "/storage/v1/b/bucket/o":
        return said({"items": [{"name": "iris/model.joblib", "bucket": "bucket", "size": len(BODY)}]})
    return model() if request.path == "/download/storage/v1/b/bucket/o/iris/model.joblib" else GONE


def azure_login(request):
    """Takes the secret of the service principal, or the token of a pod in its place."""
    if "openid-configuration" in request.path:
        names = ("authorization_endpoint", "token_endpoint", "issuer")
        return said(dict.fromkeys(names, f"{_AZURE_LOGIN}/oauth2/v2.0/token"))
    form = parse_qs(request.body.decode())
    shown = (form.get("client_secret"), form.get("client_assertion"))
    known = form["client_id"] == ["client"] and [TOKEN] in shown and request.path.startswith("/tenant/")
    return said({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}) if known else REFUSED


def shared_key(request):
    """The header of who has the key of the storage account."""
    own = sorted((name.lower(), value) for name, value in request.headers.items() if name.lower().startswith("x-ms-"))
    lines = [
        request.method,
        *(request.headers.get(name, "") for name in _SIGNED),
        *(f"{name}:{value}" for name, value in own),
        f"/account{request.path}",
        *(f"{name}:{value}" for name, value in sorted(request.query.items())),
    ]
    signature = hmac.new(base64.b64decode(AZURE_KEY), "\n".join(lines).encode(), hashlib.sha256).digest()
    return f"SharedKey account:{base64.b64encode(signature).decode()}"


def blob(request):
    if not bearer(request) and request.headers["Authorization"] != shared_key(request):
        return REFUSED
    if request.query.get("comp") == "list":
        properties = f"<Content-Length>{len(BODY)}</Content-Length><BlobType>BlockBlob</BlobType>"
        found = f"<Blob><Name>iris/model.joblib</Name><Properties>{properties}</Properties></Blob>"
        listing = f"<EnumerationResults><Blobs>{found}</Blobs><NextMarker/></EnumerationResults>"
        return 200, listing.encode(), {"Content-Type": "application/xml"}
    size = {"Content-Range": f"bytes 0-{len(BODY) - 1}/{len(BODY)}", "ETag": '"1"', "x-ms-blob-type": "BlockBlob"}
    return (206, *model(**size)[1:]) if request.path == "/models/iris/model.joblib" else GONE


def share(request):
    """Files in folders; a request for what is below one has its path."""
    if request.headers["Authorization"] != shared_key(request):
        return REFUSED
    if request.query.get("comp") == "list":
        properties = f"<Properties><Content-Length>{len(BODY)}</Content-Length></Properties>"
        found = f"<File><Name>model.joblib</Name>{properties}</File>"
        listing = f"<EnumerationResults><Entries>{found}</Entries><NextMarker/></EnumerationResults>"
        return 200, listing.encode(), {"Content-Type": "application/xml"}
    size = {"Content-Range": f"bytes 0-{len(BODY) - 1}/{len(BODY)}", "ETag": '"1"'}
    return (206, *model(**size)[1:]) if request.path == "/models/iris/model.joblib" else GONE


def hdfs(request):
    """Lets those in who have the header, as the user whom they stand for."""
    if not bearer(request) or request.query.get("doas") != "iris":
        return REFUSED
    file = {"pathSuffix": "model.joblib", "type": "FILE", "length": len(BODY)}
    folder = request.path == "/webhdfs/v1/models/iris"
    deed = request.query["op"].upper()
    if deed == "GETFILESTATUS":
        return said({"FileStatus": {**file, "type": "DIRECTORY" if folder else "FILE"}})
    if deed == "LISTSTATUS":
        return said({"FileStatuses": {"FileStatus": [file]}})
    return GONE if folder else model()


STORES = {
    "models.example.com": web,
    "huggingface.co": hub,
    "oauth2.googleapis.com": google_login,
    "storage.googleapis.com": gcs,
    "login.microsoftonline.com": azure_login,
    "account.blob.core.windows.net": blob,
    "account.file.core.windows.net": share,
    "namenode.example.com": hdfs,
}
"""By the name of their host."""
