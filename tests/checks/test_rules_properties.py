"""No rule raises, whatever the objects look like, and every place is one that its file has."""

import copy
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kserve_gitops.build.places import Places
from kserve_gitops.checks import engine
from kserve_gitops.core.documents import parse
from kserve_gitops.core.rendered import Rendered
from kserve_gitops.core.rendering import to_yaml
from kserve_gitops.inputs import raw
from tests.checks.trees import cluster, values_row

ESTATE = Path(__file__).parents[1] / "mutations" / "estate"
MANIFESTS = [m for file in sorted(ESTATE.glob("*.yaml")) for m in yaml.safe_load_all(file.read_text())]
CHARTS = [("mlflow", "1.11.5"), ("jupyterhub", "4.4.0"), ("traefik", "41.3.0"), ("kserve", "v0.16.0"), ("own", "1.0.0")]

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.text(max_size=8),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["s3://a/b", "pvc://x/y", "v2", "Standard", "{{.Name}}", "iris", "1Gi", "100m", "a.b.c", "8080"]),
)  # fmt: skip
names = st.one_of(st.text(max_size=6), st.integers(0, 9), st.sampled_from(["name", "model", "spec", "metadata", "env"]))
junk = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8
)


def crossed(value):
    """As it comes back from Node, where every key is text."""
    return json.loads(json.dumps(value))


def paths(value, above=()):
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*above, key)
        yield from paths(inner, (*above, key))


@st.composite
def spoilt(draw):
    """A few of the manifests, each with junk in some places; what makes it an object stays."""
    found = []
    for manifest in copy.deepcopy(draw(st.lists(st.sampled_from(MANIFESTS), min_size=1, max_size=4))):
        for _ in range(draw(st.integers(0, 3))):
            legal = [path for path in paths(manifest) if path not in KEPT]
            if not legal:
                break
            path = draw(st.sampled_from(legal))
            holder = manifest
            for step in path[:-1]:
                holder = holder[step]
            if isinstance(holder, dict) and draw(st.booleans()):
                del holder[path[-1]]
            else:
                holder[path[-1]] = draw(junk)
        found.append(manifest)
    return found


KEPT = [("apiVersion",), ("kind",), ("metadata",), ("metadata", "name"), ("metadata", "namespace")]


@pytest.mark.parametrize("kserve", ["v0.16.0", "v0.20.0"])
@settings(max_examples=150, deadline=None)
@given(objects=spoilt(), content=st.dictionaries(st.text(max_size=6), junk, max_size=3), chart=st.sampled_from(CHARTS))
def test_no_rule_raises_and_every_place_exists(kserve, objects, content, chart):
    texts = {f"manifests/{number}.yaml": to_yaml(manifest).decode() for number, manifest in enumerate(objects)}
    documents = {name: parse(text, name) for name, text in texts.items()}
    rows = []
    for name, document in documents.items():
        if not list(raw.problems(document)):
            found = raw.read(document, name)
            trace = found.origin.to_text()
            rows.append(Rendered("production/x", ("root", "app"), trace, manifest=crossed(found.manifest)))
    rows.append(values_row(*chart, crossed(content)))
    documents["platform.yaml"] = parse("parts: {}\n", "platform.yaml")
    texts["platform.yaml"] = "parts: {}\n"

    findings = list(engine.findings(rows, {"production": cluster(kserve)}, Places(Path(), documents)))

    assert [finding.message for finding in findings if finding.code == "KG090"] == []
    for finding in findings:
        lines = texts[finding.place.file].split("\n")
        assert 1 <= finding.place.line <= len(lines)
        assert 1 <= finding.place.column <= len(lines[finding.place.line - 1]) + 1


@settings(max_examples=150, deadline=None)
@given(
    objects=st.lists(
        st.tuples(st.sampled_from(MANIFESTS), st.dictionaries(st.text(max_size=6), junk, max_size=3), junk), max_size=4
    )
)
def test_no_rule_raises_on_objects_of_any_shape(objects):
    rows = [
        Rendered("production/x", ("root", "app"), "", manifest=crossed({
            "apiVersion": like["apiVersion"], "kind": like["kind"],
            "metadata": {**metadata, "name": like["metadata"]["name"]}, "spec": spec,
        }))
        for like, metadata, spec in objects
    ]  # fmt: skip

    findings = list(engine.findings(rows, {"production": cluster()}, Places(Path(), {})))

    assert [finding.message for finding in findings if finding.code == "KG090"] == []
