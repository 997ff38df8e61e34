"""The parts of KServe that only some kinds need: when they come, in which order, and what their charts are told."""

from dataclasses import replace
from pathlib import Path

import pytest

from charts.platform import Platform
from kserve_gitops import KServe, KServeRuntimes
from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs.environment import Entry, Metadata
from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.kserve_parts import add_kserve_parts
from kserve_gitops.manifest import collect

IMPORTS = Path(__file__).parents[2] / "imports"
SPLIT = [release for release in RELEASES if release != "v0.16.0"]
LLM = ["kserve-llm-crd", "kserve-llm", "kserve-llm-presets"]
LOCAL_MODEL = ["kserve-local-model-crd", "kserve-local-model"]


@pytest.fixture
def deploying(environment):
    """`deploying("v0.20.0", "LLMInferenceService", values=…)`: an environment whose catalogue has these kinds."""

    def make(release, *kinds, values=None):
        entries = [
            Entry(kind, "v1alpha1", "x", None, Origin("x.yaml"), {}, {}, Metadata(), ())
            for kind in (*kinds, "ServingRuntime")
        ]
        kserve = replace(environment.kserve, version=release, values=values or {})
        return replace(environment, kserve=kserve, entries=tuple(entries))

    return make


@pytest.fixture
def added(chart):
    """`added(environment)` maps the applications of the parts by name."""
    return lambda environment: {
        app.name: app for app in add_kserve_parts(chart, environment=environment, project="platform")
    }


@pytest.fixture
def runtimes(chart):
    """`runtimes(environment)` is the application of the built-in runtimes."""
    return lambda environment: KServeRuntimes(
        chart, environment=environment, chart="kserve-runtime-configs", project="platform"
    )


@pytest.fixture
def controller(chart, gateway):
    """`controller(environment)` is the application of KServe's controller."""
    return lambda environment: KServe(chart, environment=environment, gateway=gateway, project="platform")


def wave(manifest):
    return int(manifest["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])


@pytest.mark.parametrize("release", RELEASES)
def test_catalogue_that_needs_no_part_gets_none(release, deploying, added):
    assert added(deploying(release, "InferenceGraph")) == {}


@pytest.mark.parametrize("release", SPLIT)
@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("LLMInferenceService", LLM),
        ("LLMInferenceServiceConfig", LLM),
        ("LocalModelCache", LOCAL_MODEL),
        ("LocalModelNamespaceCache", LOCAL_MODEL),
        ("LocalModelNodeGroup", LOCAL_MODEL),
    ],
)
def test_kind_brings_the_part_that_serves_it(kind, names, release, deploying, added):
    assert list(added(deploying(release, kind))) == names


@pytest.mark.parametrize("kind", ["LLMInferenceService", "LocalModelCache"])
def test_v0_16_has_no_charts_of_parts(kind, deploying, added):
    assert added(deploying("v0.16.0", kind)) == {}


@pytest.mark.parametrize("kind", ["LLMInferenceService", "LocalModelCache"])
def test_parts_of_the_newest_release(kind, deploying, added, objects, golden):
    apps = added(deploying("v0.20.0", kind)).values()
    values = [row.attachment["content"] for app in apps for row in collect(app) if row.attachment]

    manifests = [manifest for app in apps for manifest in objects(app)]
    versions = {source["targetRevision"] for m in manifests if "spec" in m for source in m["spec"]["sources"]}
    assert versions == {"v0.20.0", "main"}
    assert [*manifests, *values] == golden


@pytest.mark.parametrize("release", SPLIT)
def test_crds_come_first_and_presets_after_their_webhook(release, deploying, added, controller, objects):
    environment = deploying(release, "LLMInferenceService", "LocalModelCache")
    waves = {name: wave(objects(app)[0]) for name, app in added(environment).items()}
    kserve = wave(objects(controller(environment))[0])

    assert waves["kserve-llm-crd"] == waves["kserve-local-model-crd"] < kserve
    assert kserve < waves["kserve-llm"] == waves["kserve-local-model"] < waves["kserve-llm-presets"]


@pytest.mark.parametrize("release", SPLIT)
def test_llm_controller_leaves_what_is_shared_to_kserve(release, deploying, added, files):
    values = files(added(deploying(release, "LLMInferenceService"))["kserve-llm"])["values/kserve-llm.yaml"]

    assert values == {"kserve": {"createSharedResources": False}}


@pytest.mark.parametrize("release", RELEASES)
def test_charts_know_every_value(release, deploying, added, controller, runtimes):
    theirs = {
        "kserve": {
            "llmisvc": {"controller": {"replicas": 2}},
            "llmisvcConfigs": {"enabled": True},
            "localmodel": {"jobNamespace": "downloads", "controller": {"image": "registry.example.com/cache"}},
        }
    }
    if release == "v0.16.0":
        del theirs["kserve"]["llmisvc"], theirs["kserve"]["llmisvcConfigs"]
    environment = deploying(release, "LLMInferenceService", "LocalModelCache", values=theirs)
    apps = [*added(environment).values(), controller(environment)]
    apps += [runtimes(environment)] if RELEASES[release].runtimes_chart else []
    attachments = [row.attachment for app in apps for row in collect(app) if row.attachment]
    schemas = Schemas(IMPORTS, kserve=release)

    found = {a["chart"][0]: schemas.values_problems(*a["chart"], a["content"]) for a in attachments}

    not_imported = {"kserve-localmodel-resources"}
    assert found == {chart: None if chart in not_imported else [] for chart in found}


def test_values_of_a_person_go_to_the_chart_that_knows_them(deploying, added, controller, runtimes, files):
    cache = {"image": "registry.example.com/cache"}
    below = {
        "llmisvc": {"controller": {"replicas": 2}},
        "llmisvcConfigs": {"enabled": False},
        "servingruntime": {"art": {"image": "a"}},
        "localmodel": {"controller": cache, "jobTTLSecondsAfterFinished": 60},
        "localmodelnode": {"controller": {"tolerations": []}},
    }
    environment = deploying("v0.20.0", "LLMInferenceService", "LocalModelCache", values={"kserve": below})
    apps = {**added(environment), "kserve": controller(environment), "kserve-runtimes": runtimes(environment)}

    told = {name: files(app).get(f"values/{name}.yaml", {}).get("kserve") for name, app in apps.items()}

    assert told["kserve-llm"] == {"createSharedResources": False, "llmisvc": below["llmisvc"]}
    assert told["kserve-llm-presets"] == {"llmisvcConfigs": {"enabled": False}}
    assert told["kserve-runtimes"] == {"servingruntime": {"enabled": True}}
    assert told["kserve-local-model"] == {
        "localmodel": {"controller": cache},
        "localmodelnode": below["localmodelnode"],
    }
    assert told["kserve"].keys() == {"controller", "storage", "localmodel", "servingruntime"}
    assert told["kserve"]["servingruntime"] == {"art": {"image": "a"}}
    assert told["kserve"]["localmodel"] == {"enabled": True, "jobTTLSecondsAfterFinished": 60}


def test_values_of_a_part_that_is_not_there_wait_for_it(deploying, controller, runtimes, files):
    below = {"llmisvc": {"controller": {"replicas": 2}}, "llmisvcConfigs": {"enabled": True}}
    environment = deploying("v0.20.0", values={"kserve": below})

    assert "llmisvc" not in files(controller(environment))["values/kserve.yaml"]["kserve"]
    assert files(runtimes(environment))["values/kserve-runtimes.yaml"]["kserve"]["llmisvcConfigs"] == {"enabled": True}


@pytest.mark.parametrize("release", RELEASES)
def test_controller_is_told_of_the_cache_where_there_is_one(release, deploying, controller, files):
    def told(*kinds):
        app = controller(deploying(release, *kinds))
        app.node.scope.node.try_remove_child(app.node.id)
        return files(app)["values/kserve.yaml"]["kserve"].get("localmodel")

    assert (told("LocalModelCache"), told("LLMInferenceService")) == ({"enabled": True}, None)


@pytest.mark.parametrize(("values", "name"), [({}, "kserve-localmodel-jobs"), ({"jobNamespace": "jobs"}, "jobs"),
                                              ({"jobNamespace": None}, "kserve-localmodel-jobs")])  # fmt: skip
def test_downloads_get_a_namespace(values, name, deploying, added, objects):
    environment = deploying("v0.20.0", "LocalModelCache", values={"kserve": {"localmodel": values}})

    _, namespace = objects(added(environment)["kserve-local-model"])

    assert (namespace["kind"], namespace["metadata"]) == ("Namespace", {"name": name})


def test_crd_that_two_charts_bring_is_not_fought_over(deploying, added, objects):
    [llm] = objects(added(deploying("v0.20.0", "LLMInferenceService"))["kserve-llm-crd"])

    [ignored] = llm["spec"]["ignoreDifferences"]
    assert ignored["name"] == "clusterstoragecontainers.serving.kserve.io"
    assert ignored["jsonPointers"] == ["/metadata/annotations/argocd.argoproj.io~1tracking-id"]
    assert "RespectIgnoreDifferences=true" in llm["spec"]["syncPolicy"]["syncOptions"]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("kinds", [(), ("LLMInferenceService", "LocalModelCache")], ids=["no parts", "all parts"])
def test_platform_is_allowed_what_its_parts_do(kinds, release, chart, deploying, objects):
    platform = Platform(chart, "platform", environment=deploying(release, *kinds))

    [project] = [m for m in objects(platform) if m["kind"] == "AppProject"]
    deployed = {m["metadata"]["name"] for m in objects(platform) if m["kind"] == "Application"}
    assert deployed >= {*LLM, *LOCAL_MODEL} if kinds and release in SPLIT else deployed.isdisjoint({*LLM, *LOCAL_MODEL})
    assert ({"group": "", "kind": "Namespace"} in project["spec"]["clusterResourceWhitelist"]) is bool(kinds)
    namespaces = {destination["namespace"] for destination in project["spec"]["destinations"]}
    assert ("kserve-localmodel-jobs" in namespaces) is (bool(kinds) and release == "v0.16.0")
