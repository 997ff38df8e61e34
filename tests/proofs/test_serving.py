"""What KServe's own admission code refuses in scaling, canaries and implementations, our rules refuse too.

The other way round they refuse more: what is accepted and never becomes ready. As in test_webhook.py, the program in
tests/proofs/webhook answers; without it these tests skip.
"""

import json
import random
import subprocess
from pathlib import Path

import pytest

from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.core.findings import Severity
from tests.checks.trees import faults

REPOSITORY = Path(__file__).parents[2]
OBJECTS = 3000
MODEL = {"modelFormat": {"name": "sklearn"}, "storageUri": "s3://b/m"}
PREFIX = "serving.kserve.io"


class Dice(random.Random):
    """Objects at random, the same for each seed; many are wrong in one thing, few in many."""

    def some(self, **choices):
        """Each field with one of its values, or, half of the time, without."""
        picked = {key: self.choice(values) for key, values in choices.items() if self.random() < 0.35}
        return {key: value for key, value in picked.items() if value is not None}

    def target(self):
        return self.some(
            type=["Utilization", "Value", "AverageValue"] * 3,
            averageUtilization=[0, 1, 50, 100, 101],
            averageValue=["512Ki", "1Mi", "2Gi"],
            value=["4"],
        )

    def metric(self):
        kind = self.choice(["Resource", "External", "PodMetric"])
        if self.random() < 0.1:
            return {"type": kind}
        asked = {"name": self.choice(["cpu", "memory"])}
        if kind != "Resource":
            asked = {"metric": {"query": self.choice(["", "q"])}}
        return {"type": kind, kind.lower(): {**asked, "target": self.target()}}

    def scaling(self):
        found = self.some(
            minReplicas=[-1, 0, 1, 2],
            maxReplicas=[-1, 0, 1, 3],
            scaleMetric=["cpu", "memory", "concurrency", "rps"],
            scaleTarget=[-1, 0, 1, 50, 100, 101],
            containerConcurrency=[-1, 0, 5],
            deploymentStrategy=[None, None, {"type": "Recreate"}],
        )
        metrics = [self.metric() for _ in range(self.randint(0, 2))]
        return found | self.some(autoScaling=[{"metrics": metrics}])

    def predictor(self):
        names = self.sample(["kserve-container", "other", "third"], self.randint(0, 2))
        containers = [{"name": name, "image": "x"} for name in names]
        return self.some(model=[MODEL] * 2, containers=[containers], sklearn=[None, None, {"storageUri": "s3://b/m"}])

    def entry(self):
        predictor = {"name": self.choice(["a", "b"]), "model": {**MODEL, "name": "kserve-container"}}
        return {
            "trafficPercent": self.choice([-1, 0, 10, 60, 101]),
            "predictor": predictor | (self.scaling() if self.random() < 0.3 else {}),
        }

    def service(self, *, canaries):
        annotations = {f"{PREFIX}/deploymentMode": self.choice(["Standard", "Standard", "Knative"])}
        annotations |= self.some(
            **{
                f"{PREFIX}/autoscalerClass": ["hpa", "keda", "none", "external", "kpa"],
                "autoscaling.knative.dev/class": [None, "hpa.autoscaling.knative.dev"],
            }
        )
        spec = {"predictor": (self.predictor() if self.random() < 0.5 else {"model": MODEL}) | self.scaling()}
        if self.random() < 0.2:
            spec["transformer"] = {"containers": [{"name": "kserve-container", "image": "x"}], **self.scaling()}
        if canaries and self.random() < 0.3:
            spec["canary"] = [self.entry() for _ in range(self.randint(1, 2))]
        metadata = {"name": "a", "namespace": "n", "annotations": annotations}
        return {"apiVersion": f"{PREFIX}/v1beta1", "kind": "InferenceService", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize("version", ["v0.16.0", "v0.20.0"])
def test_what_the_webhook_refuses_is_an_error_of_ours(version):
    binary = REPOSITORY / ".tools" / f"kserve-webhook-{version}"
    if not binary.is_file():
        pytest.skip(f"KServe's webhook {version} is not built in .tools")
    schemas, dice = Schemas(REPOSITORY / "imports", kserve=version), Dice(version)
    manifests = [dice.service(canaries=version == "v0.20.0") for _ in range(OBJECTS)]
    sound = [manifest for manifest in manifests if not schemas.object_problems(manifest)]

    answers = subprocess.run(  # noqa: S603  our own program
        [binary],
        input="".join(json.dumps(manifest) + "\n" for manifest in sound),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    refused = [(manifest, json.loads(answer)["error"]) for manifest, answer in zip(sound, answers, strict=True)]
    assert sum(bool(why) for _, why in refused) > OBJECTS // 10
    assert sum(not why for _, why in refused) > OBJECTS // 10
    missed = [(why, manifest["spec"]) for manifest, why in refused if why and not _errors(manifest)]
    assert missed == []


def _errors(manifest):
    return [fault for fault in faults(manifest) if fault.severity is Severity.ERROR]
