"""With the serving policy KServe's own downloader fetches the example's model, and nothing more is possible.

moto plays S3 and IAM, and refuses what a policy does not allow. Neither is small, so both live in a Python of their
own below .tools/storage; without it these tests skip.
"""

import json
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[2]
PRODUCTION = REPOSITORY / "dist" / "production"
PYTHON = REPOSITORY / ".tools" / "storage" / "bin" / "python"
SCRIPT = Path(__file__).with_name("storage_access.py")

pytestmark = pytest.mark.skipif(
    not PYTHON.is_file(), reason="moto and kserve-storage are not installed in .tools/storage"
)

READS = ("s3:ListBucket", "s3:GetObject")
WRITES = {
    "s3:PutObject": "write",
    "s3:DeleteObject": "delete",
    "s3:AbortMultipartUpload": "write in parts",
    "s3:ListMultipartUploadParts": "write in parts",
}
"""Actions by a deed that needs them."""


def policy(name):
    return json.loads((PRODUCTION / "iam" / f"{name}.json").read_text("utf-8"))


def without(given, action):
    """A policy with one action taken away."""
    kept = [{**s, "Action": [a for a in s["Action"] if a != action]} for s in given["Statement"]]
    return {**given, "Statement": [statement for statement in kept if statement["Action"]]}


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    """What the script found out."""
    model = yaml.safe_load((PRODUCTION / "manifests/models-kserve/inferenceservice-iris-classifier.yaml").read_text())
    serving = policy("MlModelServingPolicy")
    storage = policy("MlModelStoragePolicy")
    policies = {
        "serving": serving,
        "storage": storage,
        **{f"serving without {action}": without(serving, action) for action in READS},
        **{f"storage without {action}": without(storage, action) for action in WRITES},
    }
    asked = {"uri": model["spec"]["predictor"]["model"]["storageUri"], "policies": policies}
    file = tmp_path_factory.mktemp("storage") / "answer.json"
    done = subprocess.run(  # noqa: S603  a script of ours
        [PYTHON, SCRIPT, file], input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(file.read_text("utf-8"))


@pytest.fixture(scope="module")
def outcomes(answer):
    """`outcomes[policy][deed]`: "done", or why not."""
    return answer["outcomes"]


def refused(outcome):
    return any(word in outcome for word in ("AccessDenied", "Forbidden", "403"))


def test_downloader_of_kserve_fetches_the_model(outcomes):
    assert outcomes["serving"]["download"] == "done"


@pytest.mark.parametrize(
    "deed",
    [
        "download from another bucket",
        "read beside the prefix",
        "write",
        "write in parts",
        "write to another bucket",
        "delete",
        "delete the bucket",
    ],
)
def test_serving_may_do_nothing_else(deed, outcomes):
    assert refused(outcomes["serving"][deed]), outcomes["serving"][deed]


@pytest.mark.parametrize("action", READS)
def test_downloader_needs_each_of_its_actions(action, outcomes):
    assert refused(outcomes[f"serving without {action}"]["download"])


@pytest.mark.parametrize(("action", "deed"), WRITES.items())
def test_mlflow_needs_each_of_its_actions(action, deed, outcomes):
    assert refused(outcomes[f"storage without {action}"][deed])


def test_downloader_lists_nothing_but_what_the_condition_allows(answer):
    [listing] = [s for s in policy("MlModelServingPolicy")["Statement"] if s["Action"] == ["s3:ListBucket"]]
    patterns = listing["Condition"]["StringLike"]["s3:prefix"]

    assert answer["listed"]
    assert all(any(fnmatchcase(prefix, pattern) for pattern in patterns) for prefix in answer["listed"])


@pytest.mark.parametrize("deed", ["download", "write", "write in parts", "delete"])
def test_mlflow_may_do_what_it_does(deed, outcomes):
    assert outcomes["storage"][deed] == "done"


@pytest.mark.parametrize(
    "deed", ["write beside the prefix", "write to another bucket", "read beside the prefix", "delete the bucket"]
)
def test_mlflow_may_not_leave_its_prefix(deed, outcomes):
    assert refused(outcomes["storage"][deed]), outcomes["storage"][deed]
