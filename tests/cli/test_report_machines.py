"""Findings for programs: JSON, commands of GitHub's workflows, SARIF."""

import json
import re
from dataclasses import replace
from email.message import Message
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import jsonschema
import pytest

from kserve_gitops.checks.pages import pages
from kserve_gitops.cli.reports import github, json_list, sarif
from kserve_gitops.core.places import Place
from tests.cli.findings import ALL, ERROR, ODD, WARNING

SCHEMA = Path.home() / "go/pkg/mod/github.com/owenrumney/go-sarif/v3@v3.3.1/pkg/report/v210/sarif/schema.go"
SILENCED = [(replace(ERROR, place=Place("models/b.yaml")), "the platform team knows")]


def scanned(findings=ALL, silenced=SILENCED, below=""):
    return json.loads(sarif.written(findings, silenced, pages(), below))


def results(**given):
    return scanned(**given)["runs"][0]["results"]


def test_json_says_everything_about_a_finding():
    [error, _, warning] = json.loads(json_list.written(ALL))

    assert error == {
        "code": "KG110",
        "severity": "error",
        "message": "InferenceService 'iris', spec.predictor: unknown field 'minReplica'",
        "hint": "did you mean 'minReplicas'?",
        "file": "models/iris.yaml",
        "line": 7,
        "column": 15,
        "object": {
            "apiVersion": "serving.kserve.io/v1beta1",
            "kind": "InferenceService",
            "namespace": "kserve",
            "name": "iris",
        },
        "environment": "production",
    }
    assert (warning["severity"], warning["object"], warning["hint"]) == ("warning", None, "")


def test_json_is_a_list_of_one_order_in_ascii():
    said = json_list.written(ALL)

    assert said.isascii()
    assert [one["code"] for one in json.loads(said)] == ["KG110", "KG001", "KG021"]
    assert list(json.loads(said)[0]) == list(json.loads(said)[2])
    assert json_list.written([]) == "[]\n"


def test_github_shows_a_finding_beside_its_line():
    assert github.written([ERROR, WARNING], "") == (
        "::error file=models/iris.yaml,line=7,col=15,title=KG110::"
        "InferenceService 'iris', spec.predictor: unknown field 'minReplica'%0A"
        "environment: production%0Adid you mean 'minReplicas'?\n"
        "::warning file=platform.yaml,line=3,col=1,title=KG021::traefik 1 is older\n"
    )


def test_github_gets_no_command_out_of_a_finding():
    said = github.written([ODD], "sub/")

    assert said == (
        "::error file=sub/models/a b%2Cc%3Ad%25é.yaml,line=1,col=1,title=KG001::"
        "100%25: a,b%0D%0A::set-output::x\udc80%0A\x1b[31m日本\n"
    )


def test_sarif_fits_its_schema():
    if not SCHEMA.is_file():
        pytest.skip("the SARIF schema is not there: go mod download github.com/owenrumney/go-sarif/v3@v3.3.1")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8").partition("`")[2].partition("`")[0])

    jsonschema.Draft4Validator.check_schema(schema)
    for log in (scanned(), scanned([], []), scanned(below="sub/")):
        assert [error.message for error in jsonschema.Draft4Validator(schema).iter_errors(log)] == []


def test_sarif_has_the_parts_that_its_readers_need():
    log = scanned()
    [run] = log["runs"]

    assert (log["version"], log["$schema"]) == ("2.1.0", sarif.SCHEMA)
    assert run["tool"]["driver"]["name"] == "kserve-gitops"
    assert run["columnKind"] == "unicodeCodePoints"
    assert [one["level"] for one in run["results"]] == ["error", "error", "warning", "error"]
    assert all(run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def test_sarif_carries_the_page_of_every_code_that_was_found():
    rules = {rule["id"]: rule for rule in scanned()["runs"][0]["tool"]["driver"]["rules"]}

    assert sorted(rules) == list(rules) == ["KG001", "KG021", "KG110"]
    assert rules["KG110"]["shortDescription"]["text"] == pages()["KG110"].what
    assert f"\n\n**Fix:** {pages()['KG110'].fix}\n\n" in rules["KG110"]["help"]["markdown"]
    assert f"\n\nFix: {pages()['KG110'].fix}\n\n" in rules["KG110"]["help"]["text"]


def test_sarif_names_files_from_the_root_of_the_repository():
    [physical] = [
        one["locations"][0]["physicalLocation"] for one in results(findings=[ERROR], silenced=[], below="sub/")
    ]
    [odd] = [one["locations"][0]["physicalLocation"] for one in results(findings=[ODD], silenced=[])]

    assert physical == {
        "artifactLocation": {"uri": "sub/models/iris.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7, "startColumn": 15},
    }
    assert odd["artifactLocation"]["uri"] == "models/a%20b%2Cc%3Ad%25%C3%A9.yaml"


def test_sarif_keeps_what_a_comment_suppresses_apart():
    suppressed = [one.get("suppressions") for one in results()]

    assert suppressed == [None, None, None, [{"kind": "inSource", "justification": "the platform team knows"}]]


def test_fingerprint_stays_when_the_line_moves():
    moved = replace(ERROR, place=Place("models/iris.yaml", 99, 1), hint="the other one is at a.yaml:9:9")
    prints = [results(findings=[one], silenced=[])[0]["partialFingerprints"] for one in (ERROR, moved)]

    assert prints[0] == prints[1]


def test_no_two_findings_have_one_fingerprint():
    again = replace(ERROR, place=Place("models/iris.yaml", 99))
    prints = [one["partialFingerprints"][sarif.FINGERPRINT] for one in results(findings=[*ALL, again])]

    assert len(set(prints)) == len(prints) == 5


def test_help_leads_to_the_documentation_where_the_package_names_it(monkeypatch):
    def named(name):
        found = Message()
        found["Project-URL"] = "Source, https://example.com/code"
        found["Project-URL"] = "Documentation, https://docs.example.com/gitops/"
        return found

    monkeypatch.setattr(sarif, "metadata", named)
    rules = scanned()["runs"][0]["tool"]["driver"]["rules"]

    assert [rule["helpUri"] for rule in rules] == [
        f"https://docs.example.com/gitops/checks/#kg{number}" for number in ("001", "021", "110")
    ]


def test_a_checkout_that_is_not_installed_has_no_version(monkeypatch):
    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(sarif, "metadata", missing)
    monkeypatch.setattr(sarif, "version", missing)
    driver = scanned()["runs"][0]["tool"]["driver"]

    assert "version" not in driver
    assert not any("helpUri" in rule for rule in driver["rules"])


@pytest.mark.parametrize("said", [json_list.written(ALL), sarif.written(ALL, SILENCED, pages(), "")])
def test_what_programs_read_names_no_folder_of_the_machine(said):
    assert re.findall(r'"/|file:', said) == []
