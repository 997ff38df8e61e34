"""Names, models, variables, loggers and storage: KServe's own admission code refuses what we call an error, no more.

As in test_webhook.py, the program in tests/proofs/webhook answers; without it these tests skip. What is only true in
the cluster, a name that becomes too long for one, is no part of this.
"""

import json
import random
import subprocess
from pathlib import Path

import pytest

from tests.checks.trees import cluster, places, schemas

REPOSITORY = Path(__file__).parents[2]
OLDEST, NEWEST = "v0.16.0", "v0.20.0"
CODES = ("KG125", "KG130", "KG131", "KG133", "KG134")
"""The rules whose every error about an InferenceService is a refusal."""
OBJECTS = 1500

URI = {"storageUri": "s3://b/m"}
MODEL = {"modelFormat": {"name": "sklearn"}, **URI}
PATH = [{"name": "PYTHONPATH", "value": "/code"}]
STORAGE = [{"name": "STORAGE_URI", "value": "s3://b/m"}]


def service(predictor=None, *, name="iris", **spec):
    metadata = {"name": name, "namespace": "n", "annotations": {"serving.kserve.io/deploymentMode": "Standard"}}
    spec = {"predictor": {"model": MODEL} if predictor is None else predictor, **spec}
    return {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": metadata, "spec": spec}


def container(env=(), name="kserve-container"):
    return {"name": name, "image": "x", "env": list(env)}


def protocol(**entry):
    return service({"containers": [container([{"name": "PROTOCOL", **entry}])]})


def runtime(kind, **spec):
    metadata = {"name": "mine", **({"namespace": "n"} if kind == "ServingRuntime" else {})}
    return {"apiVersion": "serving.kserve.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


BOTH, LATER = (OLDEST, NEWEST), (NEWEST,)

TABLE = [
    # manifest, the code of the error, the releases that refuse it
    (service(), None, ()),
    (service(name="2-iris"), "KG125", BOTH),
    (service(name="iris.v2"), "KG125", BOTH),
    (service(name="Iris"), "KG125", BOTH),
    (service(name="iris-"), "KG125", BOTH),
    (service(name="i"), None, ()),
    (service(name="a" * 63), None, ()),
    (service({"model": {**MODEL, "name": "iris"}}), "KG130", BOTH),
    (service({"sklearn": {**URI, "name": "iris"}}), "KG130", BOTH),
    (service({"triton": {**URI, "name": "kserve-container"}}), "KG130", BOTH),
    (service({"model": {**MODEL, "name": ""}}), None, ()),
    (service({"containers": [container()]}), None, ()),
    (protocol(value="v1"), None, ()),
    (protocol(value="v2"), None, ()),
    (protocol(value="grpc-v2"), "KG131", BOTH),
    (protocol(value="V2"), "KG131", BOTH),
    (protocol(value=""), "KG131", BOTH),
    (protocol(), "KG131", BOTH),
    (protocol(valueFrom={"fieldRef": {"fieldPath": "metadata.name"}}), "KG131", BOTH),
    (service({"model": MODEL, "containers": [container([{"name": "PROTOCOL", "value": "x"}], "side")]}), None, ()),
    (service(transformer={"containers": [container([{"name": "PROTOCOL", "value": "x"}])]}), None, ()),
    (service({"model": MODEL, "containers": [container(STORAGE, "transformer-container")]}), "KG131", BOTH),
    (service({"containers": [container(STORAGE)]}), None, ()),
    (service({"model": MODEL, "containers": [container(STORAGE, "side")]}), None, ()),
    (service({"model": {**MODEL, "env": PATH}}), "KG131", LATER),
    (service({"sklearn": {**URI, "env": PATH}}), "KG131", LATER),
    (service({"containers": [container(PATH)]}), "KG131", LATER),
    (service({"model": MODEL, "containers": [container(PATH, "side")]}), "KG131", LATER),
    (service({"model": MODEL, "initContainers": [container(PATH, "first")]}), "KG131", LATER),
    (service({"containers": [container()], "workerSpec": {"containers": [container(PATH, "w")]}}), "KG131", LATER),
    (service({"containers": [container()], "workerSpec": {"initContainers": [container(PATH, "w")]}}), "KG131", LATER),
    (service(transformer={"containers": [container(PATH)]}), "KG131", LATER),
    (service(transformer={"containers": [container()], "initContainers": [container(PATH, "i")]}), "KG131", LATER),
    (service(explainer={"containers": [container(PATH)]}), "KG131", LATER),
    (service(explainer={"art": {"type": "SquareAttack", **URI, "env": PATH}}), "KG131", LATER),
    (service({"model": {**MODEL, "env": [{"name": "pythonpath", "value": "x"}]}}), None, ()),
    (service({"model": MODEL, "logger": {"mode": "all"}}), None, ()),
    (service({"model": MODEL, "logger": {"url": "http://x"}}), "KG133", BOTH),
    (service({"model": MODEL, "logger": {"mode": "all", "storage": {"path": "a"}}}), "KG133", BOTH),
    (
        service({"model": MODEL, "logger": {"mode": "all", "storage": {"path": "a", "key": "k", "parameters": {}}}}),
        None,
        (),
    ),
    (service(transformer={"containers": [container()], "logger": {}}), "KG133", BOTH),
    (service(explainer={"art": {"type": "SquareAttack", "storageUri": "gs://b/m"}}), None, ()),
    (service(explainer={"art": {"type": "SquareAttack", "storageUri": "gs://b/m", "storage": {}}}), "KG134", BOTH),
    (service(explainer={"art": {"type": "SquareAttack", "storageUri": "s3://b/m", "storage": {}}}), None, ()),
    (service(explainer={"art": {"type": "SquareAttack", "storage": {"parameters": {"type": "gs"}}}}), "KG134", BOTH),
    (service(explainer={"art": {"type": "SquareAttack", "storage": {"parameters": {"type": "s3"}}}}), None, ()),
    (runtime("ServingRuntime", containers=[container()]), None, ()),
    (runtime("ServingRuntime", containers=[container(PATH)]), "KG131", LATER),
    (runtime("ClusterServingRuntime", containers=[container(PATH)]), "KG131", LATER),
    (runtime("ClusterServingRuntime", containers=[container(PATH)], disabled=True), None, ()),
]

CONFIDENTIAL = [
    ({**MODEL, "confidential": {"enabled": True}}, False),
    ({"modelFormat": {"name": "sklearn"}, "confidential": {"enabled": True}}, True),
    ({"modelFormat": {"name": "sklearn"}, "confidential": {"enabled": False}}, False),
    ({**MODEL, "confidential": {"enabled": True, "resourceId": "kbs:///a/b/c"}}, False),
    ({**MODEL, "confidential": {"enabled": True, "resourceId": "kbs:///a/b"}}, True),
    ({**MODEL, "confidential": {"enabled": False, "resourceId": "x"}}, False),
]


def refusals(version, manifests):
    """What the webhook says against each; "" where it takes it."""
    binary = REPOSITORY / ".tools" / f"kserve-webhook-{version}"
    if not binary.is_file():
        pytest.skip(f"KServe's webhook {version} is not built in .tools")
    lines = "".join(json.dumps(manifest) + "\n" for manifest in manifests)
    done = subprocess.run([binary], input=lines, capture_output=True, text=True, check=True)  # noqa: S603  our own program
    return [json.loads(line)["error"] for line in done.stdout.splitlines()]


def errors(version, manifest):
    """The codes of our errors."""
    of = cluster(version)
    return [code for code in CODES if any(severity == "error" for _, severity in places(code, manifest, of=of))]


@pytest.mark.parametrize("version", BOTH)
def test_the_webhook_refuses_what_we_call_an_error(version):
    manifests = [manifest for manifest, _, _ in TABLE]

    answers = refusals(version, manifests)

    for (manifest, code, releases), why in zip(TABLE, answers, strict=True):
        refused = version in releases
        assert bool(why) is refused, (manifest, why)
        assert errors(version, manifest) == ([code] if refused else []), manifest


def test_confidential_models():
    answers = refusals(NEWEST, [service({"model": model}) for model, _ in CONFIDENTIAL])

    for (model, refused), why in zip(CONFIDENTIAL, answers, strict=True):
        assert bool(why) is refused, (model, why)
        assert errors(NEWEST, service({"model": model})) == (["KG134"] if refused else []), model


class Dice(random.Random):
    """InferenceServices at random, the same for each seed; most are wrong in something."""

    def env(self):
        entries = [
            {"name": "A", "value": "1"},
            {"name": "PROTOCOL", "value": self.choice(["v1", "v2", "v3", ""])},
            {"name": "PYTHONPATH", "value": "x"},
            {"name": "STORAGE_URI", "value": "s3://b/m"},
        ]
        return self.sample(entries, self.choice([0, 0, 0, 1, 2]))

    def logger(self):
        storage = {
            key: value for key, value in (("path", "a"), ("key", "b"), ("parameters", {})) if self.random() < 0.8
        }
        given = {"mode": self.choice(["all", "request", None]), "storage": storage if self.random() < 0.5 else None}
        return (
            {"logger": {key: value for key, value in given.items() if value is not None}} if self.random() < 0.2 else {}
        )

    def predictor(self):
        beside = [container(self.env(), name) for name in ("transformer-container", "side") if self.random() < 0.3]
        if self.random() < 0.4:
            return {"containers": [container(self.env()), *beside]}
        given = {**URI, "env": self.env(), **({"name": "x"} if self.random() < 0.1 else {})}
        model = {"model": {"modelFormat": {"name": "sklearn"}, **given}} if self.random() < 0.7 else {"xgboost": given}
        return {**model, **({"containers": beside} if beside else {})}

    def art(self):
        kind = {"parameters": {"type": self.choice(["s3", "gs", "webhdfs"])}} if self.random() < 0.5 else {"key": "a"}
        uri = {"storageUri": self.choice(["s3://b/m", "gs://b/m", "/local"])} if self.random() < 0.5 else {}
        storage = {"storage": kind} if self.random() < 0.5 else {}
        return {"art": {"type": "SquareAttack", "env": self.env(), **uri, **storage}}

    def service(self):
        spec = {}
        if self.random() < 0.3:
            spec["transformer"] = {"containers": [container(self.env())], **self.logger()}
        if self.random() < 0.3:
            spec["explainer"] = {**self.art(), **self.logger()}
        name = self.choice(["iris", "iris", "iris", "i-1", "1i", "a.b"])
        return service({**self.predictor(), **self.logger()}, name=name, **spec)


@pytest.mark.parametrize("version", BOTH)
def test_what_comes_at_random_is_refused_or_not_by_both(version):
    dice = Dice(version)
    manifests = [one for one in (dice.service() for _ in range(OBJECTS)) if not schemas(version).object_problems(one)]

    answers = refusals(version, manifests)

    assert OBJECTS // 10 < sum(not why for why in answers) < len(answers) - OBJECTS // 10
    differing = [
        (why, one) for one, why in zip(manifests, answers, strict=True) if bool(why) != bool(errors(version, one))
    ]
    assert differing == []
