"""`kserve-gitops seal --status`: what it lists, and how it ends."""

import json
import sys
from datetime import UTC, date, datetime

import pytest

from kserve_gitops.cli import seal_status
from kserve_gitops.sealing import files
from kserve_gitops.sealing.files import Record
from kserve_gitops.tools import certificates
from tests.sealing.small_project import CERTIFICATE, FILE, KEYS, STAGING, masked, ours, sealed, small
from tests.tools.certificates import DAY, NOW, pem, private_pem, rsa_key
from tests.tools.fakes import ciphertext

OURS, OTHER = ours(), "0" * 64
MORE = """\
  web: {type: gke-workload-identity, gcpServiceAccount: web@acme.iam.gserviceaccount.com, namespaces: [kserve]}
  public: {type: s3, anonymous: true, namespaces: [team]}
  hub: {type: jupyterhub, namespaces: [team]}
  token: {type: huggingface, namespaces: [team]}
  words: {type: opaque, keys: [a, b, c], namespaces: [team]}
  login: {type: registry, server: registry.example.com, namespaces: [team]}
parts: {}
"""


class Day(datetime):
    """The day on which these tests run."""

    @classmethod
    def now(cls, _):
        return datetime(2026, 12, 5, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(seal_status, "datetime", Day)


def rows(ran):
    """What the JSON says of credentials, by namespace and name."""
    return {
        (row["namespace"], row["credential"]): row
        for environment in json.loads(ran.out)["environments"]
        for row in environment["credentials"]
    }


@pytest.fixture
def project(project):
    return small(project)


@pytest.fixture
def all_states(project):
    """With a credential in every state there is."""
    project.edit("platform.yaml", "parts: {}\n", MORE)
    project.write("sealed/production/team/token.yaml", sealed("other", "team", ["HF_TOKEN"], fingerprint=OTHER))
    project.write("sealed/production/team/words.yaml", sealed("words", "team", ["a", "z"]))
    keys = ["hub.config.JupyterHub.cookie_secret", "hub.config.CryptKeeper.keys"]
    project.write("sealed/production/team/hub.yaml", sealed("hub", "team", keys, day=date(2026, 12, 4)))
    project.write("sealed/production/team/gone.yaml", sealed("gone", "team", ["a"]))
    return project


def test_everything_is_sealed(project, run_cli, golden_text):
    ran = run_cli("seal", "--status")

    assert (ran.code, ran.err) == (0, "")
    assert masked(ran.out) == golden_text


def test_every_state_has_its_row_and_what_is_wrong_its_way_out(all_states, run_cli, golden_text):
    ran = run_cli("seal", "--status")

    assert (ran.code, ran.err) == (12, "")
    assert masked(ran.out) == golden_text


def test_json_says_the_same(all_states, run_cli, golden_text):
    ran = run_cli("seal", "--status", "--format", "json")

    assert (ran.code, ran.err) == (12, "")
    assert masked(ran.out) == golden_text
    assert ran.out.isascii()


def test_every_field_of_the_json_is_in_the_help(all_states, run_cli):
    found = json.loads(run_cli("seal", "--status", "--format", "json").out)

    names = set(found) | set(found["environments"][0]) | set(found["environments"][0]["certificate"])
    rows = found["environments"][0]["credentials"]
    names |= {name for row in rows for name in row} | {name for row in rows for key in row["keys"] for name in key}
    assert [name for name in sorted(names) if name not in seal_status.JSON_HELP] == []


@pytest.mark.parametrize(
    ("fingerprints", "said"),
    [
        ((OURS, OURS), "ours"),
        ((OURS, OTHER), "older"),
        ((OTHER, None), "older"),
        ((OURS, None), "unknown"),
        ((None, None), "unknown"),
    ],
)
def test_file_is_sealed_with_ours_only_when_every_key_says_so(fingerprints, said, project, run_cli):
    known = {key: Record(date(2026, 12, 1), one) for key, one in zip(KEYS, fingerprints, strict=True) if one}
    named = {"name": "s3-access", "namespace": "kserve"}
    project.write(FILE, files.written(named, dict.fromkeys(KEYS, ciphertext(8)), known))

    row = rows(run_cli("seal", "--status", "--format", "json"))["kserve", "s3-access"]

    assert row["certificate"] == said
    assert row["sealed_on"] == (None if None in fingerprints else "2026-12-01")


def test_age_counts_from_the_key_that_was_sealed_first(project, run_cli):
    known = {KEYS[0]: Record(date(2026, 12, 5), OURS), KEYS[1]: Record(date(2026, 1, 5), OURS)}
    named = {"name": "s3-access", "namespace": "kserve"}
    project.write(FILE, files.written(named, dict.fromkeys(KEYS, ciphertext(8)), known))

    row = rows(run_cli("seal", "--status", "--format", "json"))["kserve", "s3-access"]

    assert (row["sealed_on"], row["age_days"]) == ("2026-01-05", 334)


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ("", "does not fit"),
        ("kind: [", "does not fit"),
        ("- a list\n", "does not fit"),
        ("apiVersion: v1\nkind: Secret\nstringData: {a: hunter2}\n", "does not fit"),
        ("kind: ConfigMap\nspec: {encryptedData: {AWS_ACCESS_KEY_ID: x}}\n", "does not fit"),
        (sealed("s3-access", "batch", KEYS), "does not fit"),
        (sealed("s3-access", "kserve", KEYS[:1]).replace("namespace: kserve", "namespace: x"), "does not fit"),
        (sealed("s3-access", "kserve", KEYS).replace(ciphertext(8), "hunter2", 1), "does not fit"),
        (sealed("s3-access", "kserve", KEYS[:1]), "incomplete"),
        (sealed("s3-access", "kserve", ["other"]), "incomplete"),
        (sealed("s3-access", "kserve", [*KEYS, "other"]), "sealed"),
    ],
)
def test_state_of_a_file(content, state, project, run_cli):
    project.write(FILE, content)

    ran = run_cli("seal", "--status", "--format", "json")

    row = rows(ran)["kserve", "s3-access"]
    assert row["state"] == state
    assert ran.code == (0 if state == "sealed" else 12)
    assert {problem["severity"] for problem in row["problems"]} >= ({"error"} if ran.code else set())
    assert "hunter2" not in ran.out + ran.err + run_cli("seal", "--status").out


@pytest.mark.parametrize(
    ("annotation", "scope"), [("namespace-wide", "namespace-wide"), ("cluster-wide", "cluster-wide"), ("x", "strict")]
)
def test_scope_is_that_of_the_file(annotation, scope, project, run_cli):
    annotations = {f"sealedsecrets.bitnami.com/{annotation}": "true"}
    project.write(FILE, sealed("s3-access", "kserve", KEYS, annotations=annotations))

    assert rows(run_cli("seal", "--status", "--format", "json"))["kserve", "s3-access"]["scope"] == scope


def test_certificate_past_its_end_is_told_and_what_is_sealed_stays_good(project, run_cli):
    content = pem(begins=NOW - 9 * DAY, ends=NOW - 8 * DAY)
    project.write(CERTIFICATE, content)
    mine = certificates.read(content).fingerprint_sha256
    project.write(FILE, sealed("s3-access", "kserve", KEYS, fingerprint=mine))

    ran = run_cli("seal", "--status")

    assert ran.code == 0
    assert f"production: certificate {mine[:12]}, CN=throwaway, expired {NOW - 8 * DAY:%Y-%m-%d}" in ran.out
    assert "warning: certificate of production: it is past its end: nothing more can be sealed with it\n" in ran.out
    assert "= hint: kserve-gitops seal --fetch-cert --environment production" in ran.out
    assert rows(run_cli("seal", "--status", "--format", "json"))["kserve", "s3-access"]["certificate"] == "expired"


@pytest.mark.parametrize(
    ("content", "said", "code"),
    [
        (None, "warning: certificate of production: there is no sealed/production/cert.pem", 0),
        (b"x", "error: certificate of production: sealed/production/cert.pem: there is no certificate in PEM", 12),
        (
            private_pem(rsa_key()),
            "error: certificate of production: sealed/production/cert.pem: there is a private",
            12,
        ),
    ],
    ids=["missing", "text", "private-key"],
)
def test_certificate_that_is_not_there_is_told_and_something_else_in_its_place_is_wrong(
    content, said, code, project, run_cli
):
    project.remove(CERTIFICATE)
    if content:
        project.write(CERTIFICATE, content)

    ran = run_cli("seal", "--status")

    assert ran.code == code
    assert "production: no certificate\n" in ran.out
    assert said in ran.out
    assert "BEGIN" not in ran.out


def test_external_secrets_are_fetched_and_need_no_certificate(project, run_cli):
    project.edit(
        "platform.yaml", "parts: {}", "secrets: {backend: external-secrets, storeRef: {name: vault}}\nparts: {}"
    )
    project.remove(CERTIFICATE)

    ran = run_cli("seal", "--status")

    assert (ran.code, ran.err) == (0, "")
    assert "warning" not in ran.out
    found = rows(run_cli("seal", "--status", "--format", "json"))["kserve", "s3-access"]
    assert (found["state"], found["file"], found["certificate"]) == ("fetched", None, None)
    assert [key["state"] for key in found["keys"]] == ["fetched", "fetched"]
    assert f"unused: {FILE}\n" in ran.out


@pytest.fixture
def two(project):
    project.write("platform.yaml", project.read("platform.yaml") + STAGING)
    return project


def test_each_environment_is_listed_or_the_one_that_is_named(two, run_cli):
    every, one = run_cli("seal", "--status"), run_cli("seal", "--status", "--environment", "production")

    assert (every.code, one.code) == (12, 0)
    assert "staging      kserve     s3-access   s3    missing  0 of 2" in every.out
    assert "= hint: kserve-gitops seal s3-access --environment staging\n" in every.out
    assert "staging" not in one.out


def test_environment_that_is_not_there_is_a_usage_error(project, run_cli):
    ran = run_cli("seal", "--status", "--environment", "producton")

    assert (ran.code, ran.out) == (2, "")
    assert "there is no environment 'producton'" in ran.err
    assert "did you mean 'production'?" in ran.err


def test_files_of_no_environment_are_unused_and_a_plain_secret_there_is_told(project, run_cli):
    project.write("sealed/old/kserve/x.yaml", "apiVersion: v1\nkind: Secret\nstringData: {a: hunter2}\n")
    project.write("sealed/production/kserve/broken.yaml", "{")

    ran = run_cli("seal", "--status")

    assert ran.code == 0
    assert ran.out.endswith("unused: sealed/production/kserve/broken.yaml\nunused: sealed/old/kserve/x.yaml\n")
    assert ran.err.startswith("warning: sealed/old/kserve/x.yaml is a plain Secret: delete it, and change the keys")
    assert "hunter2" not in ran.out + ran.err


def test_mistakes_elsewhere_do_not_hide_the_status(project, run_cli):
    project.write("models/broken.yaml", "name: [")

    ran = run_cli("seal", "--status")

    assert (ran.code, ran.out.count("2 of 2")) == (0, 2)
    assert ran.err == "note: 1 problem elsewhere, so more may be needed; kserve-gitops check shows what\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: v0.16.0", "version: ["),
        ("    domain: ml.example.com", "    domain: 7"),
        ("serviceAccountName: sa-s3-access", "host: x.example.com"),
    ],
)
def test_platform_that_tells_nothing_is_an_error(old, new, project, run_cli):
    project.edit("platform.yaml", old, new)

    ran = run_cli("seal", "--status")

    assert (ran.code, ran.out) == (1, "")
    assert "error[KG0" in ran.err
    assert "--> platform.yaml:" in ran.err


def test_file_of_another_environment_is_told(project, run_cli):
    project.edit("platform.yaml", "environments:\n", f"environments:\n{STAGING}")
    other = pem(rsa_key(), begins=NOW - DAY, ends=NOW + 100 * DAY)
    project.write("sealed/staging/cert.pem", other)
    theirs = certificates.read(other).fingerprint_sha256
    project.write(FILE, sealed("s3-access", "kserve", fingerprint=theirs))

    ran = run_cli("seal", "--status", "--environment", "production", "--format", "json")

    assert ran.code == 0
    assert rows(ran)["kserve", "s3-access"]["problems"] == [
        {
            "severity": "warning",
            "message": f"{FILE} is sealed with the certificate of 'staging'",
            "hint": "unless both are one cluster, it is of no use here: "
            "seal it again: kserve-gitops seal s3-access --environment production",
        }
    ]


def test_file_of_another_scope_is_told(project, run_cli):
    project.edit("platform.yaml", "serviceAccountName: sa-s3-access", "scope: namespace-wide")

    ran = run_cli("seal", "--status", "--format", "json")

    assert ran.code == 0
    [said] = rows(ran)["kserve", "s3-access"]["problems"]
    assert said["message"] == f"{FILE} is sealed with scope 'strict', and platform.yaml says 'namespace-wide'"


def test_narrow_terminal_has_the_rest_below_each_row(project, run_cli, monkeypatch):
    monkeypatch.setattr(sys.stdout.__class__, "isatty", lambda _: True, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")

    said = run_cli("seal", "--status").out.split("\n\n")[0]

    assert max(map(len, said.split("\n"))) <= 80
    assert said.split("\n")[:2] == [
        "environment  namespace  credential  state",
        "production   batch      s3-access   sealed",
    ]
