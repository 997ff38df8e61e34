"""Secrets and ServiceAccounts as they are in a cluster, to prove that KServe reads them. Every secret is made up."""

import json

from tests.proofs.credential_reader import read

SPACE = "models"
MODEL = ("/mnt/models", "kserve-provision-location")
"""Where the model goes: the one volume that every container has."""
S3 = "serving.kserve.io/s3-"
HUB = {"HF_HUB_ENABLE_HF_TRANSFER": "1", "HF_XET_HIGH_PERFORMANCE": "1", "HF_XET_NUM_CONCURRENT_RANGE_GETS": "8"}
"""The variables that every container has."""
KEYS = {"AWS_ACCESS_KEY_ID": "throwaway-id", "AWS_SECRET_ACCESS_KEY": "throwaway-key"}


def secret(data=KEYS, name="store", namespace=SPACE, **annotations):
    """A Secret; annotations are those that begin with `s3-`, with `_` for `-`."""
    metadata = {"name": name, "namespace": namespace, "annotations": s3_annotations(**annotations)}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data}


def s3_annotations(**values):
    return {S3 + key.replace("_", "-"): value for key, value in values.items()}


def account(*secrets, annotations=None, pull=()):
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "model", "namespace": SPACE, "annotations": annotations or {}},
        "secrets": [{"name": name} for name in secrets],
        "imagePullSecrets": [{"name": name} for name in pull],
    }


def opened(data=KEYS, **annotations):
    """A Secret, and a ServiceAccount that lists it."""
    return [secret(data, **annotations), account("store")]


def entries(name="storage-config", **values):
    """The Secret with the entries of `storage`."""
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    return secret(texts, name=name)


def config_map(name, data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": SPACE}, "data": data}


def container(prefix="s3://", **spec):
    """A ClusterStorageContainer."""
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ClusterStorageContainer",
        "metadata": {"name": "own"},
        "spec": {
            "container": {"name": "storage-initializer", "image": "x", **spec},
            "supportedUriFormats": [{"prefix": prefix}],
            "workloadType": "initContainer",
        },
    }


def asked(release, objects, uri="s3://bucket/iris", **more):
    """What KServe makes of the ServiceAccount, or of `storage`."""
    more = {"account": "model", "namespace": SPACE, **more}
    return read(objects, release=release, storage_uri=None if "storage" in more else uri, **more)
