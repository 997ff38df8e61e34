"""What a finding means for a manifest that may be running today."""

import pytest
import yaml

from kserve_gitops.adopt.verdicts import is_advice, softened, to_list, to_mend
from kserve_gitops.checks.rule import RULES, registered
from kserve_gitops.core.findings import Finding, Named, Severity
from kserve_gitops.core.places import Place


def finding(code, severity=Severity.ERROR):
    return Finding(code, "wrong", Place("models/a.yaml"), severity=severity)


@pytest.mark.parametrize("code", ["KG111", "KG122", "KG138", "KG140", "KG203", "KG207"])
def test_what_is_refused_or_never_ready_cannot_be_running(code):
    assert softened(finding(code)).severity is Severity.ERROR


@pytest.mark.parametrize("code", ["KG301", "KG403", "KG407", "KG503", "KG504", "KG506", "KG507"])
def test_what_would_spoil_the_repository_is_not_adopted(code):
    assert softened(finding(code)).severity is Severity.ERROR


@pytest.mark.parametrize("code", ["KG116", "KG123", "KG152", "KG224", "KG418"])
def test_what_is_passed_over_runs_all_the_same(code):
    assert softened(finding(code)).severity is Severity.WARNING


@pytest.mark.parametrize("code", ["KG303", "KG309", "KG103"])
def test_another_platform_may_run_it(code):
    assert softened(finding(code)).severity is Severity.WARNING


def test_what_may_be_missing_stops_nothing():
    registered()

    asking = [code for code, rule in RULES.items() if rule.whole]

    assert {"KG101", "KG220", "KG230", "KG232"} <= set(asking)
    assert {softened(finding(code)).severity for code in asking} == {Severity.WARNING}


def test_a_rule_of_a_users_stops_nothing():
    assert softened(finding("KG901")).severity is Severity.WARNING


def test_every_code_that_is_softened_is_one_of_a_rule():
    registered()
    codes = [f"KG{number}" for number in range(100, 900)]

    assert {code for code in codes if softened(finding(code)).severity is Severity.WARNING} <= RULES.keys()


@pytest.mark.parametrize("code", ["KG104", "KG145", "KG170", "KG174", "KG189"])
def test_good_practice_can_wait(code):
    assert is_advice(finding(code, Severity.WARNING))


@pytest.mark.parametrize("code", ["KG116", "KG120", "KG124", "KG169", "KG190"])
def test_what_kserve_ignores_is_told(code):
    assert not is_advice(finding(code, Severity.WARNING))


def test_an_error_is_no_advice():
    assert not is_advice(finding("KG170"))


def test_what_is_missing_is_a_block_to_copy():
    missing = [
        Named("Secret", "b", "hf"),
        Named("Secret", "b", "hf"),
        Named("ClusterServingRuntime", "", "ours"),
        Named("Secret", "a", "on"),
        Named("Secret", "a", "x, {y}"),
    ]

    [note] = to_list(missing)

    _, block = note.split("\n", 1)
    assert yaml.safe_load(block) == {
        "existing": [
            {"kind": "ClusterServingRuntime", "name": "ours"},
            {"kind": "Secret", "namespace": "a", "name": "on"},
            {"kind": "Secret", "namespace": "a", "name": "x, {y}"},
            {"kind": "Secret", "namespace": "b", "name": "hf"},
        ]
    }


def test_what_synth_will_refuse_is_said_once():
    [note] = to_mend([finding("KG152"), finding("KG116"), finding("KG152")])

    assert note == "mend what is told as KG116, KG152, or let it stand: # kserve-gitops: ignore KG116, KG152 -- reason"


def test_nothing_to_do_is_no_note():
    assert to_list([]) + to_mend([]) == []
