"""`kserve-gitops seal CREDENTIAL`, with a kubeseal that is none: what is sealed for whom, refused and said."""

import io
import re
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest

from kserve_gitops.core.documents import parse
from kserve_gitops.sealing.files import records
from tests.sealing.fake_kubeseal import installed
from tests.tools.certificates import NOW, pem

ID, SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
VALUES = {ID: "AKIAHUNTER2HUNTER2HU", SECRET: "hunter2hunter2hunter2hunter2hunter2hunte"}
LINES = "".join(f"{key}={value}\n" for key, value in VALUES.items())
KSERVE, MLFLOW = "sealed/production/kserve/s3-access.yaml", "sealed/production/mlflow/s3-access.yaml"
PLATFORM = """\
repository: {repoURL: 'https://git.example.com/ml.git'}
kserve: {version: v0.16.0}
gateway: {gatewayClassName: traefik}
storage: {bucket: acme-ml-models, region: ca-central-1}
clients: {image: {repository: registry.example.com/ml/model-client, tag: 0.1.0}}
parts: {mlflow: {version: 1.11.5}}
credentials:
  s3-access:
    type: s3
environments:
  production: {domain: ml.example.com}
"""
DECLARED = "    type: s3\n"


@pytest.fixture(autouse=True)
def small(project):
    """Of the example, with one credential that models and MLflow use."""
    project.write("platform.yaml", PLATFORM)
    for path in [path for path in (project.root / "sealed").rglob("*.yaml") if path.stem != "s3-access"]:
        path.unlink()


@pytest.fixture
def kubeseal(monkeypatch):
    return installed(monkeypatch)


@pytest.fixture
def run(run_cli, kubeseal, monkeypatch):
    """`run("s3-access", "--from-env")` runs `seal` in the project, with `stdin` as standard input."""
    for name in VALUES:
        monkeypatch.delenv(name, raising=False)

    def sealing(*argv, stdin=""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        ran = run_cli("seal", *argv)
        assert "hunter2" not in f"{ran}".lower()
        return ran

    return sealing


@pytest.fixture
def unchanged(project):
    """What lies in sealed/ is the same at the end of the test as at its beginning."""
    before = files(project)
    yield
    assert files(project) == before


def files(project):
    return {path: path.read_bytes() for path in (project.root / "sealed").rglob("*") if path.is_file()}


def declare(project, text):
    """Further credentials, after the one that is there."""
    project.edit("platform.yaml", DECLARED, DECLARED + text)


def of(project, file):
    return parse(project.read(file), file).data


def test_values_of_variables_are_sealed_for_every_namespace(project, run, kubeseal, monkeypatch, golden_text):
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)

    ran = run("s3-access", "--from-env")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err == golden_text
    assert not any(value in f"{kubeseal.argv}" for value in VALUES.values())
    for namespace, file in (("kserve", KSERVE), ("mlflow", MLFLOW)):
        assert kubeseal.values(namespace) == {key: value.encode() for key, value in VALUES.items()}
        assert records(project.read(file)).keys() == VALUES.keys()


def test_values_of_standard_input_are_sealed_alike(run, kubeseal):
    assert run("s3-access", "--from-stdin", stdin=f"# ours\r\n{LINES}").code == 0
    assert kubeseal.values("mlflow") == {key: value.encode() for key, value in VALUES.items()}


def test_single_key_of_standard_input_loses_its_newline(run, kubeseal, project):
    before = of(project, KSERVE)["spec"]["encryptedData"]

    assert run("s3-access", "--key", SECRET, "--from-stdin", stdin=f"{VALUES[SECRET]}\n").code == 0

    after = of(project, KSERVE)["spec"]["encryptedData"]
    assert kubeseal.values("kserve") == {SECRET: VALUES[SECRET].encode()}
    assert (after[ID], after[SECRET]) == (before[ID], after[SECRET])
    assert after[SECRET] != before[SECRET]


def test_file_counts_before_a_variable(run, kubeseal, project, monkeypatch):
    project.write("../key", VALUES[SECRET])
    monkeypatch.setenv(ID, VALUES[ID])
    monkeypatch.setenv(SECRET, "another")

    assert run("s3-access", "--from-env", "--from-file", f"{SECRET}=../key").code == 0
    assert kubeseal.values("kserve") == {key: value.encode() for key, value in VALUES.items()}


def test_variable_that_platform_yaml_names(run, kubeseal, project, monkeypatch):
    declare(project, f"    env: {{{ID}: ML_ID}}\n")
    monkeypatch.setenv("ML_ID", VALUES[ID])

    assert run("s3-access", "--from-env", "--key", ID).code == 0
    assert kubeseal.values("kserve") == {ID: VALUES[ID].encode()}


def test_missing_file_is_made_with_its_folder_and_then_synth_is_content(run, project, run_cli):
    shutil.rmtree(project.root / "sealed/production/kserve")

    ran = run("s3-access", "--from-stdin", stdin=LINES)

    assert (ran.code, of(project, KSERVE)["spec"]["template"]["type"]) == (0, "Opaque")
    assert run_cli("synth").code == 0


def test_further_namespace(run, kubeseal, project):
    assert run("s3-access", "--namespace", "one", "--namespace", "kserve", "--from-stdin", stdin=LINES).code == 0
    assert sorted(one["metadata"]["namespace"] for one in kubeseal.given) == ["kserve", "mlflow", "one"]
    assert of(project, "sealed/production/one/s3-access.yaml")["metadata"]["namespace"] == "one"


def test_keys_that_nobody_need_know_are_drawn_once(run, kubeseal, project, golden_text):
    declare(project, "  sessions: {type: mlflow-server}\n")
    project.edit("platform.yaml", "{version: 1.11.5}", "{version: 1.11.5, secrets: {server: sessions}}")

    first = run("sessions")
    second = run("sessions")
    third = run("sessions", "--key", "MLFLOW_FLASK_SERVER_SECRET_KEY")

    assert [ran.code for ran in (first, second, third)] == [0, 0, 0]
    assert "".join(ran.err for ran in (first, second, third)) == golden_text
    drawn = [one["data"]["MLFLOW_FLASK_SERVER_SECRET_KEY"] for one in kubeseal.given]
    assert len(set(drawn)) == len(drawn) == 2
    assert second.err.startswith("nothing to do")


def test_keys_that_may_be_left_out_are_sealed_when_they_have_a_value(run, kubeseal, project, monkeypatch):
    declare(project, "  hdfs: {type: hdfs, namenode: 'https://namenode.example.com:9870', namespaces: [kserve]}\n")
    monkeypatch.setenv("KERBEROS_PRINCIPAL", "ml@EXAMPLE.COM")
    monkeypatch.setenv("TLS_CERT", "")

    assert run("hdfs", "--from-env").code == 0
    assert kubeseal.values("kserve") == {"KERBEROS_PRINCIPAL": b"ml@EXAMPLE.COM"}
    assert run("hdfs").err == (
        "error: every key of 'hdfs' may be left out, and none is given\n   = hint: seal some with --key, or give values"
        " for them: KERBEROS_PRINCIPAL, KERBEROS_KEYTAB, TLS_CERT, TLS_KEY, TLS_CA, HEADERS\n"
    )


def test_keys_of_a_wider_scope_are_bound_to_it(run, kubeseal, project):
    declare(project, "    scope: cluster-wide\n")

    assert run("s3-access", "--from-stdin", stdin=LINES).code == 0

    wide = {"sealedsecrets.bitnami.com/cluster-wide": "true"}
    assert kubeseal.given[0]["metadata"]["annotations"] == wide
    found = of(project, KSERVE)
    assert found["metadata"]["annotations"] == found["spec"]["template"]["metadata"]["annotations"] == wide


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "name a credential\n   = hint: declared: s3-access"),
        (["s3-access", "hunter2"], "one credential is sealed at a time"),
        (
            ["s3-acess"],
            "no such credential 's3-acess' in environment 'production'\n   = hint: did you mean 's3-access'?",
        ),
        (["Hunter2=x"], "there is no such credential in environment 'production'"),
        (["s3-access", "--environment", "staging"], "there is no environment 'staging'"),
        (["s3-access", "--key", "AWS_SECRET"], f"hint: did you mean '{SECRET}'?; its keys: {ID}, {SECRET}"),
        (["s3-access", "--key", "Hunter2"], "--key names no key of 's3-access'"),
        (["s3-access", "--namespace", "A"], "what is given for --namespace cannot be the name of one"),
        (
            ["s3-access"],
            f"there is no value for '{ID}' and '{SECRET}' of 's3-access'\n   = hint: give it by --from-env",
        ),
        (["s3-access", "--from-env", "--from-stdin"], "--from-env and --from-stdin cannot both be given"),
        (["s3-access", "--from-file", "Hunter2"], f"--from-file takes KEY=PATH\n   = hint: KEY is one of {ID}"),
        (["s3-access", "--from-file", f"{ID}="], "--from-file takes KEY=PATH"),
        (["s3-access", "--from-file", "Hunter2=x"], "--from-file names no key of 's3-access' that is to be sealed"),
        (["s3-access", "--key", ID, "--from-file", f"{SECRET}=x"], "names no key of 's3-access' that is to be sealed"),
        (["s3-access", *["--from-file", f"{ID}=/dev/null"] * 2], f"--from-file names '{ID}' twice"),
        (["s3-access", "--key", ID, "--from-file", f"{ID}=/dev/null", "--from-stdin"], "comes from a file already"),
        (["s3-access", "--from-stdin"], f"there is no value for '{ID}' and '{SECRET}'"),
        (["--status", "s3-access"], "the name of a credential means nothing with --status"),
        (["--re-encrypt", "--from-env"], "--from-env means nothing with --re-encrypt"),
        (["--fetch-cert", "--key", ID], "--key means nothing with --fetch-cert"),
        (["--directory", "x", "--context", "y"], "--context means nothing with --directory"),
        (["s3-access", "--scope", "strict"], "--scope means nothing where a credential is sealed"),
        (["--status", "--re-encrypt"], "not allowed with argument"),
        (["s3-access", "--value", "Hunter2"], "a value never stands on the command line"),
        (["s3-access", "--value=Hunter2"], "a value never stands on the command line"),
        (["s3-access", f"--from-literal={ID}=Hunter2"], "a value never stands on the command line"),
    ],
)
def test_command_line_that_asks_for_what_there_is_not(argv, said, run):
    ran = run(*argv)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("argv", "stdin", "said"),
    [
        (["--from-env"], "", f"the variable '{ID}' is not set, or empty, and '{ID}' is taken from it"),
        (["--from-file", f"{ID}=/none/hunter2"], "", f"the file for '{ID}' cannot be read: no such file or directory"),
        (["--from-file", f"{ID}=models"], "", f"what is given for '{ID}' is a folder"),
        (["--from-stdin"], "Hunter2", "line 1 of standard input begins with no key that is wanted"),
        (["--from-stdin", "--key", ID], "", f"the value of '{ID}' is empty"),
        (["--from-stdin", "--key", ID], f" {VALUES[ID]}", f"the value of '{ID}' has white space at its ends"),
        (["--from-stdin"], LINES.replace("=", "= "), "2 errors; nothing was sealed"),
    ],
)
def test_value_that_cannot_be_sealed_changes_nothing(argv, stdin, said, run, kubeseal):
    ran = run("s3-access", *argv, stdin=stdin)

    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert kubeseal.given == []


def test_value_that_is_hardly_meant_is_sealed_with_a_warning(run):
    ran = run("s3-access", "--from-stdin", "--key", ID, stdin="minioadmin")

    assert ran.code == 0
    assert ran.err.startswith(f"warning: the value of '{ID}' is none of AWS\n   = hint: ")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("block", "name", "said"),
    [
        ("  role: {type: irsa, roleArn: 'arn:aws:iam::123456789012:role/ml', namespaces: [kserve]}\n", "role", "irsa"),
        ("  open: {anonymous: true, namespaces: [kserve]}\n", "open", "'open' reads without keys"),
        ("  lonely: {type: huggingface}\n", "lonely", "nothing in environment 'production' uses 'lonely'"),
        ("  gcs: {type: gcs, namespaces: [kserve]}\n", "gcs", "--from-file gcloud-application-credentials.json=PATH"),
    ],
)
def test_credential_that_cannot_be_sealed_so(block, name, said, project, run):
    declare(project, block)

    ran = run(name)

    assert ran.code in {1, 2}
    assert said in ran.err


def test_what_is_fetched_is_put_into_the_store(project, run, golden_text):
    block = "secrets: {backend: external-secrets, storeRef: {name: vault}, prefix: ml/}\n"
    project.write("platform.yaml", f"{PLATFORM}{block}")

    ran = run("s3-access", "--from-stdin", stdin=LINES)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == golden_text


@pytest.mark.usefixtures("unchanged")
def test_mistake_elsewhere_stops_for_nobody_knows_who_needs_what(project, run):
    name = next((project.root / "models").rglob("*.yaml"))
    name.write_text(name.read_text() + "nonsense: 1\n")

    ran = run("s3-access", "--from-stdin", stdin=LINES)

    assert (ran.code, ran.out) == (1, "")
    assert "error[KG010]" in ran.err
    assert ran.err.endswith("; nothing was sealed\n")


@pytest.mark.parametrize("content", ["a: *hunter2\n", "kind: Secret\napiVersion: v1\nstringData: {a: hunter2}\n"])
def test_file_of_another_namespace_that_nobody_can_read_stops_nothing_it_has_no_part_in(content, project, run):
    declare(project, "  token: {type: huggingface, namespaces: [other]}\n")
    project.write(KSERVE, content)

    assert run("token", "--from-stdin", stdin="hf_hunter2").code == 0


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("a: *hunter2\n", id="unreadable"),
        pytest.param("kind: Secret\napiVersion: v1\nstringData: {a: hunter2}\n", id="plain"),
    ],
)
def test_plain_secret_in_the_way_is_neither_overwritten_nor_shown(content, project, run, golden_text):
    project.write(KSERVE, content)

    ran = run("s3-access", "--from-stdin", stdin=LINES)

    assert (ran.code, project.read(KSERVE)) == (1, content)
    assert ran.err == golden_text


def test_value_that_stood_in_plain_is_replaced_and_told(project, run):
    lines = project.read(KSERVE).splitlines(keepends=True)
    project.write(KSERVE, "".join(f"    {ID}: hunter2\n" if ID in line else line for line in lines))

    ran = run("s3-access", "--from-stdin", stdin=LINES)

    assert ran.code == 0
    assert f"warning: {KSERVE}: the value of '{ID}' that stood there was not encrypted" in ran.err
    assert "hunter2" not in project.read(KSERVE)


def test_without_a_certificate_nothing_is_asked(project, run):
    project.remove("sealed/production/cert.pem")

    ran = run("s3-access")

    fetch = "kserve-gitops seal --fetch-cert --environment production"
    assert ran.code == 1
    assert ran.err == f"error: there is no certificate to seal with: sealed/production/cert.pem\n   = hint: {fetch}\n"


def test_certificate_past_its_end_seals_nothing(project, run):
    ends = NOW - timedelta(days=1)
    project.write("sealed/production/cert.pem", pem(begins=ends - timedelta(days=1), ends=ends))

    ran = run("s3-access", "--from-stdin", stdin=LINES)

    assert ran.code == 1
    assert f"past its end: it was valid until {ends:%Y-%m-%d}\n   = hint: kserve-gitops seal --fetch-cert" in ran.err


@pytest.mark.parametrize(("days", "told"), [(59, True), (61, False)])
def test_certificate_near_its_end_seals_and_says_so(days, told, project, run):
    ends = NOW + timedelta(days=days)
    project.write("sealed/production/cert.pem", pem(ends=ends))

    ran = run("s3-access", "--from-stdin", stdin=LINES)

    assert ran.code == 0
    assert (f"can be used until {ends:%Y-%m-%d} only" in ran.err) is told


def test_one_of_several_environments_must_be_named(project, run):
    project.write("platform.yaml", project.read("platform.yaml") + "  staging: {domain: staging.example.com}\n")
    shutil.copytree(project.root / "sealed/production", project.root / "sealed/staging")

    assert (
        "name one with --environment\n   = hint: declared in platform.yaml: production, staging" in run("s3-access").err
    )
    before = project.read(KSERVE)
    assert run("s3-access", "--environment", "staging", "--from-stdin", stdin=LINES).code == 0
    assert project.read(KSERVE) == before
    assert records(project.read(KSERVE.replace("production", "staging")))


@pytest.mark.parametrize(
    ("ignored", "git", "warned"),
    [("", True, True), ("key\n", True, False), ("", False, False), ("*\n!key\n", True, True)],
)
def test_file_that_could_be_committed_is_told(ignored, git, warned, project, run):
    project.write("key", VALUES[ID])
    if git:
        project.write(".gitignore", ignored)
        subprocess.run(["git", "init", "-q", "."], cwd=project.root, check=True)  # noqa: S607

    ran = run("s3-access", "--key", ID, "--from-file", f"{ID}=key")

    assert ran.code == 0
    assert ("warning: key lies in the repository, and git does not ignore it" in ran.err) is warned


def test_help_shows_the_ways_and_what_status_prints(run):
    ran = run("--help")

    assert ran.code == 0
    assert "--from-literal" not in ran.out
    assert "certificate_problem" in ran.out


SESSIONS = "sealed/production/mlflow/sessions.yaml"
KEY = "MLFLOW_FLASK_SERVER_SECRET_KEY"


@pytest.fixture
def sessions(run, project):
    """A credential whose one key is drawn, sealed."""
    declare(project, "  sessions: {type: mlflow-server}\n")
    project.edit("platform.yaml", "{version: 1.11.5}", "{version: 1.11.5, secrets: {server: sessions}}")
    assert run("sessions").code == 0


def test_drawn_key_of_another_certificate_is_told_with_the_command_that_draws_it_anew(sessions, run, project):
    text = project.read(SESSIONS)
    project.write(SESSIONS, re.sub("certificate [0-9a-f]{64}", f"certificate {'0' * 64}", text))

    ran = run("sessions")

    assert ran.code == 0
    assert ran.err == (
        "nothing to do: 'sessions' is sealed; --key draws a key anew\n"
        "warning: 'sessions' is sealed with another certificate than sealed/production/cert.pem\n"
        "   = hint: if that is of another cluster, draw its keys anew: "
        f"kserve-gitops seal sessions --environment production --key {KEY}\n"
    )


@pytest.mark.parametrize(
    ("old", "new"), [("namespace: mlflow", "namespace: kserve"), ("name: sessions", "name: other")]
)
def test_drawn_key_that_cannot_be_decrypted_there_is_drawn_anew(old, new, sessions, run, project):
    project.write(SESSIONS, project.read(SESSIONS).replace(old, new))

    assert run("sessions").code == 0
    assert of(project, SESSIONS)["metadata"] == {"name": "sessions", "namespace": "mlflow"}


@pytest.mark.parametrize(("password", "code"), [("too/short", 1), ("twelve_chars_and_more", 0)])
def test_password_of_the_first_user_of_mlflow_is_looked_at(password, code, run, project):
    declare(project, "  first: {type: basic-auth}\n")
    project.edit("platform.yaml", "{version: 1.11.5}", "{version: 1.11.5, secrets: {admin: first}}")

    ran = run("first", "--from-stdin", stdin=f"username=admin\npassword={password}\n")

    assert ran.code == code
    assert password not in ran.err
