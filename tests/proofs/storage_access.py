"""Runs in a Python that has moto and KServe's own storage package: what do the IAM policies let through?

Reads {"policies": {case: policy}, "uri": …} from standard input and writes, to the file that is named,
{"outcomes": {case: {deed: outcome}}, "listed": prefixes that the downloader listed}. An outcome is "done" or what the
store or the downloader said. moto enforces actions and resources, not conditions.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import requests
from botocore.exceptions import ClientError
from kserve_storage import Storage
from moto.server import ThreadedMotoServer

REGION = "ca-central-1"
BODY = b"a model"


def client(service, endpoint, key="x", secret="y"):  # noqa: S107  the store takes any, until it enforces
    return boto3.client(
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id=key, aws_secret_access_key=secret
    )


def outcome(deed):
    try:
        deed()
    except ClientError as error:
        return error.response["Error"]["Code"]
    except Exception as error:  # noqa: BLE001  whatever the downloader raises is the answer
        return f"{type(error).__name__}: {error}"
    return "done"


LISTED = set()


def remember(params, **_):
    LISTED.add(params["Prefix"])


def download(uri, endpoint, keys):
    """What KServe's init container does, with what its controller puts into its environment."""
    os.environ |= {"AWS_ACCESS_KEY_ID": keys[0], "AWS_SECRET_ACCESS_KEY": keys[1], "AWS_DEFAULT_REGION": REGION,
                   "AWS_ENDPOINT_URL": endpoint, "S3_VERIFY_SSL": "0"}  # fmt: skip
    boto3.setup_default_session()  # the one of the keys before would be used again
    for listing in ("ListObjects", "ListObjectsV2"):
        boto3.DEFAULT_SESSION.events.register(f"before-parameter-build.s3.{listing}", remember)
    with tempfile.TemporaryDirectory() as folder:
        Storage.download(uri, folder)
        [file] = [path for path in Path(folder).rglob("*") if path.is_file()]
        if file.read_bytes() != BODY:
            raise ValueError("not the model")


def multipart(s3, bucket, key):
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=BODY)
    s3.list_parts(Bucket=bucket, Key=key, UploadId=upload)
    s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)


def deeds(s3, endpoint, keys, uri):
    bucket, prefix = urlsplit(uri).netloc, urlsplit(uri).path.strip("/")
    top = prefix.split("/")[0]
    return {
        "download": lambda: download(uri, endpoint, keys),
        "download from another bucket": lambda: download(uri.replace(bucket, "other-bucket"), endpoint, keys),
        "read beside the prefix": lambda: s3.get_object(Bucket=bucket, Key="beside/secret"),
        "write": lambda: s3.put_object(Bucket=bucket, Key=f"{top}/new", Body=BODY),
        "write in parts": lambda: multipart(s3, bucket, f"{top}/large"),
        "write beside the prefix": lambda: s3.put_object(Bucket=bucket, Key="beside/new", Body=BODY),
        "write to another bucket": lambda: s3.put_object(Bucket="other-bucket", Key=f"{top}/new", Body=BODY),
        "delete": lambda: s3.delete_object(Bucket=bucket, Key=f"{top}/new"),
        "delete the bucket": lambda: s3.delete_bucket(Bucket="other-bucket"),
    }


def fill(endpoint, uri):
    s3 = client("s3", endpoint)
    for bucket in (urlsplit(uri).netloc, "other-bucket"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        for key in (f"{urlsplit(uri).path.strip('/')}/model.pkl", "beside/secret"):
            s3.put_object(Bucket=bucket, Key=key, Body=BODY)


def key_of(endpoint, case, policy):
    iam = client("iam", endpoint)
    name = case.replace(" ", "-").replace(":", "-")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def attempts(endpoint, keys, uri):
    tried = deeds(client("s3", endpoint, *keys), endpoint, keys, uri)
    return {name: outcome(deed) for name, deed in tried.items()}


def main():
    asked = json.load(sys.stdin)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    try:
        fill(endpoint, asked["uri"])
        keys = {case: key_of(endpoint, case, policy) for case, policy in asked["policies"].items()}
        requests.post(f"{endpoint}/moto-api/reset-auth", data="0", timeout=10).raise_for_status()
        found = {case: attempts(endpoint, pair, asked["uri"]) for case, pair in keys.items()}
    finally:
        server.stop()
    Path(sys.argv[1]).write_text(json.dumps({"outcomes": found, "listed": sorted(LISTED)}), encoding="utf-8")


if __name__ == "__main__":
    main()
