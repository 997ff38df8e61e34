"""No false alarm: what KServe's own documents show is an error only where it really is one."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from kserve_gitops.checks import engine
from kserve_gitops.core.places import Place
from tests.checks.trees import cluster, row

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
FILES = sorted(SAMPLES.glob("*.yaml")) if SAMPLES.is_dir() else []

PLACEHOLDER = "a placeholder for the reader to fill in"
WRONG = {
    "1118ee5e": ({"KG110"}, "the explainer alibi is gone"),
    "1ed698d9": ({"KG138"}, PLACEHOLDER),
    "20be593b": ({"KG204"}, PLACEHOLDER),
    "32f2dcd4": ({"KG202"}, "modelscope:// needs the ClusterStorageContainer of the same page"),
    "3b69a11e": ({"KG138"}, PLACEHOLDER),
    "4378744c": ({"KG152"}, PLACEHOLDER),
    "458a0612": ({"KG110"}, "the document's indentation is lost"),
    "4c4539d6": ({"KG113"}, "a fragment"),
    "086a53c3": ({"KG111"}, "qps is no metric of KServe's, and was none"),
}
"""By the end of the file's name: what is wrong with a sample in every release, and why."""
NEWER = "KG114"
"""A sample of something that the older release does not have."""


def manifests(file):
    """What kubectl would apply to the namespace default."""
    found = [m for m in yaml.safe_load_all(file.read_text()) if isinstance(m, dict) and "metadata" in m]
    for manifest in found:
        if not manifest["kind"].startswith("Cluster"):
            manifest["metadata"].setdefault("namespace", "default")
    return found


def findings(file, of):
    rows = [row(manifest, file="manifests/a.yaml") for manifest in manifests(file)]
    return list(engine.findings(rows, {"production": of}, lambda *_: Place("a.yaml")))


def with_what_the_page_makes_first(found, of):
    """The cluster with everything that the sample refers to: a document shows one object at a time."""
    return replace(of, existing=frozenset(finding.missing for finding in found if finding.missing))


@pytest.mark.skipif(not FILES, reason="no ../shared/samples")
@pytest.mark.parametrize("kserve", ["v0.16.0", "v0.20.0"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem[-20:])
def test_sample_is_an_error_only_where_it_is_wrong(file, kserve):
    by_mode = {}
    for mode in ("Standard", "Knative"):
        of = cluster(kserve, controller__deploymentMode=mode)
        of = with_what_the_page_makes_first(findings(file, of), of)
        found = findings(file, of)
        by_mode[mode] = {f.code for f in found if f.severity == "error"} - {NEWER}
    told = min(by_mode.values(), key=len)
    wrong, _ = WRONG.get(file.stem[-8:], (set(), ""))

    assert told == wrong, by_mode
