"""The same repository renders for every release of KServe in the table."""

import pytest
import yaml

from kserve_gitops.inputs.releases import RELEASES

SPLIT = [version for version in RELEASES if version != "v0.16.0"]


@pytest.fixture
def built(project, run_cli):
    """The values and the Applications of the example under a release: one mapping by file name."""

    def build(version: str, values: str = "{}") -> dict:
        project.edit("platform.yaml", "version: v0.16.0", f"version: {version}\n  values: {values}")
        ran = run_cli("synth")
        assert (ran.code, "warning" in ran.err) == (0, False), ran.err
        dist = project.root / "dist" / "production"
        found = {path.name: yaml.safe_load(path.read_text()) for path in (dist / "apps").iterdir()}
        return found | {f"values/{p.name}": yaml.safe_load(p.read_text()) for p in (dist / "values").iterdir()}

    return build


def chart(application: dict) -> tuple[str, str]:
    return application["spec"]["sources"][0]["chart"], application["spec"]["sources"][0]["targetRevision"]


@pytest.mark.parametrize("version", RELEASES)
def test_example_renders_without_a_finding(version, built):
    files = built(version)

    assert chart(files["kserve-crd.yaml"]) == ("kserve-crd", version)
    assert files["values/kserve.yaml"]["kserve"]["controller"]["deploymentMode"] == "Standard"


@pytest.mark.parametrize("version", SPLIT)
def test_since_0_17_the_runtimes_come_from_a_chart_of_their_own_before_the_controller(version, built):
    files = built(version)

    assert chart(files["kserve.yaml"]) == ("kserve-resources", version)
    assert chart(files["kserve-runtimes.yaml"]) == ("kserve-runtime-configs", version)
    assert files["values/kserve-runtimes.yaml"] == {"kserve": {"servingruntime": {"enabled": True}}}
    waves = [
        int(files[name]["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])
        for name in ("kserve-crd.yaml", "kserve-runtimes.yaml", "kserve.yaml")
    ]
    assert waves == sorted(waves)


def test_0_16_has_its_runtimes_in_the_chart_of_the_controller(built):
    files = built("v0.16.0", "{kserve: {servingruntime: {xgbserver: {disabled: true}}}}")

    assert chart(files["kserve.yaml"]) == ("kserve", "v0.16.0")
    assert "kserve-runtimes.yaml" not in files
    assert files["values/kserve.yaml"]["kserve"]["servingruntime"] == {"xgbserver": {"disabled": True}}


def test_values_go_to_the_chart_that_knows_them(built):
    given = "{kserve: {servingruntime: {xgbserver: {disabled: true}}, agent: {tag: v1}}}"

    files = built("v0.20.0", given)

    assert files["values/kserve-runtimes.yaml"]["kserve"]["servingruntime"] == {
        "enabled": True,
        "xgbserver": {"disabled": True},
    }
    assert files["values/kserve.yaml"]["kserve"]["agent"] == {"tag": "v1"}
    assert "servingruntime" not in files["values/kserve.yaml"]["kserve"]
