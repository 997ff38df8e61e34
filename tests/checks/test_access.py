"""What is told of the access of a model: the variables are KServe's own, the policy is read as IAM reads it."""

import json

import pytest

from kserve_gitops.checks.world.access import accesses, models
from tests.checks.trees import cluster, service, tree, values_row
from tests.proofs.credential_reader import CHART, NEWEST, OLDEST
from tests.proofs.test_credentials_read import OTHER_CASES, S3_CASES, STORAGE_CASES, entries

SPACE = "models"
SETTINGS = {"storageInitializer": "storage"}
ROLE = "eks.amazonaws.com/role-arn"
ADDED_BY_EKS = {"AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"}
UNSEEN = {"annotation on the service, but no ServiceAccount", "ClusterStorageContainer instead of a Secret"}
"""Cases in which something else counts than what is told as a way."""


def told(objects, uri=None, release=OLDEST, predictor=None, namespace=SPACE, annotations=None, **settings):
    """The one access of a model with these objects beside it."""
    model = {"modelFormat": {"name": "sklearn"}, **({"storageUri": uri} if uri else {})}
    given = {"model": model, "serviceAccountName": "model", **(predictor or {})}
    isvc = service(given, namespace=namespace, annotations=annotations)
    found = tree(isvc, *objects, of=cluster(release, **settings))
    [one] = accesses(found, models(found)[0])
    return one


def with_data(objects):
    """The Secrets as the tree has them, with keys alone counting."""
    return [one for one in objects if one["kind"] != "ClusterStorageContainer"]


def plain(objects, variable):
    """The value of a variable, as KServe copies it out of a Secret."""
    data = {one["metadata"]["name"]: one.get("stringData", {}) for one in objects}
    value = data[variable.secret][variable.key] if variable.secret else variable.value
    return f"https://{value}" if variable.name == "AWS_ENDPOINT_URL" and variable.secret else value


@pytest.mark.parametrize("release", [OLDEST, NEWEST])
@pytest.mark.parametrize("name", [name for name in {**S3_CASES, **OTHER_CASES} if name not in UNSEEN])
def test_variables_are_those_that_kserve_writes(name, release):
    case = {**S3_CASES, **OTHER_CASES}[name]
    more = dict(case.more)
    config = more.pop("config", CHART)["storageInitializer"]["caBundleConfigMapName"]

    one = told(case.objects, case.uri, release, **more, storage__caBundleConfigMapName=config)

    env = case.env if case.later is None or release == OLDEST else case.later
    keyed = {v.name: (v.secret, v.key) for v in one.way.variables if v.name in case.secret_env}
    others = {v.name: plain(case.objects, v) for v in one.way.variables if v.name not in keyed}
    assert {name: value for name, value in others.items() if name not in ADDED_BY_EKS} == env
    assert keyed.items() <= case.secret_env.items()
    if name in S3_CASES:
        assert keyed == case.secret_env
