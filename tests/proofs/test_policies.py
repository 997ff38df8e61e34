"""parliament, which knows every action of AWS, has nothing to say about the IAM policies of dist/."""

import json
import warnings
from pathlib import Path

import pytest

IAM = Path(__file__).parents[2] / "dist" / "production" / "iam"


@pytest.fixture(scope="module")
def findings():
    """`findings(policy)` lists what parliament finds wrong."""
    with warnings.catch_warnings():
        # It imports pkg_resources, which warns of its own end.
        warnings.simplefilter("ignore")
        parliament = pytest.importorskip("parliament")

    def judge(policy):
        return [str(finding) for finding in parliament.analyze_policy_string(json.dumps(policy)).findings]

    return judge


def policy(name):
    return json.loads((IAM / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(path.name for path in IAM.iterdir()))
def test_policy_is_without_fault(name, findings):
    assert findings(policy(name)) == []


@pytest.mark.parametrize("name", sorted(path.name for path in IAM.iterdir()))
def test_judge_sees_an_action_on_the_wrong_resource(name, findings):
    swapped = policy(name)
    arns = sorted({statement["Resource"] for statement in swapped["Statement"]})
    for statement in swapped["Statement"]:
        statement["Resource"] = arns[1 - arns.index(statement["Resource"])]

    assert findings(swapped)


def test_judge_sees_an_action_that_does_not_exist(findings):
    wrong = policy("MlModelServingPolicy.json")
    wrong["Statement"][-1]["Action"] = ["s3:GetObjects"]

    assert findings(wrong)
