"""`kserve-gitops seal --directory`: what it seals, what it refuses, and that no value is said or left in plain."""

import base64
import json
import os
import re
import shutil
import subprocess

import pytest
import yaml

from kserve_gitops.tools import certificates, programs
from kserve_gitops.tools.process import run
from tests import proofs_wanted
from tests.sealing.fake_kubeseal import installed
from tests.sealing.small_project import CERTIFICATE, masked, small
from tests.tools.certificates import DAY, NOW, pem, private_pem, rsa_key

VALUE = "hunter2-hunter2"
DB = f"""\
# the old one was {VALUE}
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
  labels: {{app: shop}}
stringData:
  username: admin
  password: {VALUE}  # {VALUE}
"""
MULTI = f"""\
# of the shop
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings, namespace: shop}}
data: {{a: 'yes'}}  # or no
---
apiVersion: v1
kind: Secret
metadata: {{name: tls, namespace: shop}}
type: kubernetes.io/tls
immutable: true
data: {{tls.key: {base64.b64encode(VALUE.encode()).decode()}, tls.crt: ''}}
---
# the account
apiVersion: v1
kind: ServiceAccount
metadata: {{name: shop, namespace: shop}}
"""
LIST = {
    "apiVersion": "v1",
    "kind": "List",
    "items": [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": "api",
                "namespace": "shop",
                "uid": "0a",
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": f'{{"token": "{VALUE}"}}'},
            },
            "data": {"token": base64.b64encode(VALUE.encode()).decode()},
        },
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
    ],
}
FILES = {
    "plain/db.yaml": DB,
    "plain/sub folder/multi.YML": MULTI,
    "plain/sub folder/list.json": json.dumps(LIST, indent=4),
    "plain/other.yaml": "kind: Other\n",
    "plain/kustomization.yaml": "resources: [db.yaml, other.yaml]\n",
    "plain/chart.yaml": "a: {{ if }}\nsecretName: x\n",
    "plain/.hidden/db.yaml": DB,
    "plain/notes.txt": "nothing",
}


@pytest.fixture
def folder(project):
    """A project with a folder of manifests that were made for a cluster, and a certificate that seals."""
    small(project)
    for name, content in FILES.items():
        project.write(name, content)
    return project


@pytest.fixture
def kubeseal(monkeypatch):
    return installed(monkeypatch)


def files(project, below="plain"):
    return {
        p.relative_to(project.root).as_posix(): p.read_bytes() for p in (project.root / below).rglob("*") if p.is_file()
    }


def undated(text):
    return re.sub(r"# [-0-9]{10}, certificate", "# <today>, certificate", masked(text))


def unchanged(project, run_cli, *argv, kubeseal=None):
    """What is said when nothing may change, and no value may be told."""
    before = files(project)
    ran = run_cli("seal", "--directory", "plain", *argv)
    assert files(project) == before
    assert ran.code in (1, 2), ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err
    for told in (VALUE, "hunter2", base64.b64encode(VALUE.encode()).decode()):
        assert told not in ran.err
    assert kubeseal is None or kubeseal.argv == []
    return ran.err


def test_every_secret_of_a_folder_is_sealed(folder, kubeseal, run_cli, golden_text):
    before = files(folder)

    ran = run_cli("seal", "--directory", "plain")

    after = files(folder)
    assert (ran.code, ran.out) == (0, "")
    assert set(before) - set(after) == {"plain/db.yaml", "plain/sub folder/multi.YML", "plain/sub folder/list.json"}
    new = sorted(set(after) - set(before))
    assert {name: after[name] for name in before if name in after}.items() <= before.items()
    assert undated("".join(f"== {name}\n{after[name].decode()}" for name in new) + f"== said\n{ran.err}") == golden_text


def test_no_value_is_said_or_given_in_an_argument_or_left_in_a_file(folder, kubeseal, run_cli, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    folder.remove("plain/.hidden/db.yaml")

    ran = run_cli("seal", "--directory", "plain")

    everything = b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and "imports" not in path.parts
    )
    assert ran.code == 0
    for told in (VALUE, base64.b64encode(VALUE.encode()).decode()):
        assert told not in ran.out + ran.err
        assert told not in str(kubeseal.argv)
        assert told.encode() not in everything
    assert {key for given in kubeseal.given for key in given["metadata"]} == {"name", "namespace", "annotations"}


def test_a_second_run_finds_nothing_more(folder, kubeseal, run_cli):
    run_cli("seal", "--directory", "plain")
    before = files(folder)

    ran = run_cli("seal", "--directory", "plain")

    assert (ran.code, files(folder)) == (0, before)
    assert ran.err == (
        "there is no plain Secret in plain\n"
        "note: passed over, not readable as YAML and with no sign of a Secret: plain/chart.yaml\n"
    )


@pytest.mark.parametrize(
    ("scope", "annotation"),
    [("strict", None), ("namespace-wide", "namespace-wide"), ("cluster-wide", "cluster-wide")],
)
def test_real_kubeseal_seals_what_the_controller_decrypts(scope, annotation, folder, run_cli, monkeypatch):
    monkeypatch.setenv("KUBESEAL", str(proofs_wanted.kubeseal()))
    key = folder.write("throwaway.key", private_pem(rsa_key()))

    ran = run_cli("seal", "--directory", "plain", "--scope", scope)

    assert ran.code == 0, ran.err
    found = {}
    for name, content in files(folder).items():
        if "-sealed." in name:
            for one in yaml.safe_load_all(content):
                for item in one.get("items", [one]):
                    if item["kind"] == "SealedSecret":
                        assert (item["metadata"].get("annotations") or {}) == (
                            {f"sealedsecrets.bitnami.com/{annotation}": "true"} if annotation else {}
                        )
                        assert item["spec"]["template"]["metadata"] == item["metadata"]
                        found[item["metadata"]["name"]] = unsealed(item, key)
    assert found == {
        "db": {"username": b"admin", "password": VALUE.encode()},
        "tls": {"tls.key": VALUE.encode(), "tls.crt": b""},
        "api": {"token": VALUE.encode()},
    }


def unsealed(manifest, key):
    argv = [os.environ["KUBESEAL"], "--recovery-unseal", f"--recovery-private-key={key}"]
    done = run(argv, stdin=json.dumps(manifest).encode())
    assert done.code == 0, done.err
    secret = json.loads(done.out)
    assert secret.get("type", "Opaque") == manifest["spec"]["template"]["type"]
    assert secret.get("immutable") == manifest["spec"]["template"].get("immutable")
    return {name: base64.b64decode(value or "") for name, value in secret["data"].items()}


def test_all_mistakes_of_all_files_are_told_and_nothing_changes(folder, kubeseal, run_cli, golden_text):
    folder.edit("plain/db.yaml", "  namespace: shop\n", "")
    folder.edit("plain/sub folder/multi.YML", "{tls.key: ", "{tls.key: '!', more: ")
    folder.write("plain/open.yaml", f'kind: Secret\nstringData: {{a: "{VALUE}}}\n')
    folder.write("plain/db2.yaml", DB)
    folder.write("plain/db2-sealed.yaml", "")
    (folder.root / "plain/link.yaml").symlink_to("db.yaml")
    (folder.root / "plain/linked").symlink_to("sub folder")
    os.mkfifo(folder.root / "plain/pipe.yaml")

    err = unchanged(folder, run_cli, kubeseal=kubeseal)

    assert err == golden_text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f'kind: Secret\nstringData: {{password: "{VALUE}}}\n', id="quote-left-open"),
        pytest.param(f"kind: Secret\nstringData:\n\tpassword: {VALUE}\n", id="tab"),
        pytest.param(f"kind: Secret\nstringData:\n  {VALUE}: a\n  {VALUE}: b\n", id="key-twice"),
        pytest.param(f"kind: Secret\nstringData:\n  password: *{VALUE}\n", id="alias"),
        pytest.param(f"kind: Secret\nstringData:\n  password: !{VALUE} x\n", id="tag"),
        pytest.param(f"kind: Secret\nstringData:\n  password: @{VALUE}\n", id="at"),
        pytest.param(f"kind: Secret\nstringData:\n  ? [{VALUE}]\n  : x\n", id="key-that-is-a-list"),
        pytest.param(f"kind: !!str Secret\nstringData: {{a: {VALUE}}}\n", id="tag-on-the-kind"),
        pytest.param(f'{{"kind": "Secret", "stringData": {{"a": "{VALUE}"}}', id="json-that-ends-early"),
        pytest.param(f"kind: Secret\nstringData: {{a: {VALUE}}}\n".encode("utf-16"), id="utf-16"),
        pytest.param(f"kind: Secret\nstringData: {{a: {VALUE}}}\n".encode() + b"\xff", id="bytes"),
        pytest.param(DB.replace("stringData:", "stringData: 7\nother:"), id="field"),
        pytest.param(DB.replace("  password:", "password:"), id="not-indented"),
        pytest.param(DB.replace("  password:", f"  {VALUE} x:"), id="key"),
        pytest.param(DB.replace("stringData", "data"), id="plain-under-data"),
        pytest.param(DB.replace("kind: Secret", "kind: secret"), id="kind"),
        pytest.param(DB.replace("kind: Secret", 'kind: "\\u0053ecret"').replace("v1", "v2"), id="escape"),
        pytest.param(f"{DB}---\nkind: Other\nnote: {VALUE}\n", id="value-elsewhere"),
        pytest.param(DB.replace("{app: shop}", f"{{app: shop}}\n  annotations: {{note: {VALUE}}}"), id="annotation"),
        pytest.param(DB.replace(VALUE + "  #", "1234567890  #"), id="number"),
        pytest.param(" " * (16 * 1024 * 1024 + 1), id="large"),
    ],
)
def test_file_that_cannot_be_sealed_is_refused_and_nothing_of_it_is_shown(text, folder, run_cli, monkeypatch):
    installed(monkeypatch)
    folder.write("plain/bad.yaml", text)

    err = unchanged(folder, run_cli)

    assert err.startswith("error: plain/bad.yaml:")
    assert "= hint: " in err
    assert err.endswith("; nothing was changed\n")


def test_secret_in_a_folder_of_other_commands_is_refused(folder, kubeseal, run_cli):
    folder.write("sealed/production/kserve/x.yaml", DB)
    folder.write("dist/production/x.yaml", DB)

    ran = run_cli("seal", "--directory", ".")

    assert ran.code == 1
    assert "error: dist/production/x.yaml:1:1: a plain Secret in dist/\n   = hint: delete it" in ran.err
    assert (
        "error: sealed/production/kserve/x.yaml:1:1: a plain Secret in sealed/\n   = hint: delete it, and se" in ran.err
    )
    assert (folder.root / "plain/db.yaml").exists()


def test_failure_of_kubeseal_at_any_secret_changes_nothing(folder, run_cli, monkeypatch):
    fake = installed(monkeypatch)
    calls, real = iter(range(9)), type(fake).__call__

    def failing(self, argv, **named):
        done = real(self, argv, **named)
        return done if next(calls) < 2 else type(done)(1, named["stdin"], b"error: " + named["stdin"] + VALUE.encode())

    monkeypatch.setattr(type(fake), "__call__", failing)

    assert unchanged(folder, run_cli).startswith("error: kubeseal: ")


def test_no_kubeseal_changes_nothing(folder, run_cli, monkeypatch):
    monkeypatch.setattr(programs, "find", lambda _: None)

    assert unchanged(folder, run_cli).startswith("error: there is no kubeseal")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (
            None,
            f"error: there is no {CERTIFICATE}\n   = hint: kserve-gitops seal --fetch-cert --environment",
        ),
        (b"x", f"error: {CERTIFICATE}: there is no certificate in PEM"),
        (
            pem(begins=NOW - 9 * DAY, ends=NOW - 8 * DAY),
            f"error: the certificate {CERTIFICATE} is past its end: it was valid until {NOW - 8 * DAY:%F}",
        ),
    ],
    ids=["missing", "text", "expired"],
)
def test_certificate_that_does_not_seal_changes_nothing(content, what, folder, kubeseal, run_cli):
    folder.remove(CERTIFICATE)
    if content:
        folder.write(CERTIFICATE, content)

    assert unchanged(folder, run_cli, kubeseal=kubeseal).startswith(what)


def test_certificate_may_be_named(folder, kubeseal, run_cli):
    folder.remove("sealed")
    folder.write("mine.pem", pem(rsa_key(1)))

    ran = run_cli("seal", "--directory", "plain", "--cert", "mine.pem")

    assert ran.code == 0
    assert f"--cert={folder.root}/mine.pem" in kubeseal.argv[0]
    assert certificates.read(pem(rsa_key(1))).fingerprint_sha256 in folder.read("plain/db-sealed.yaml")


def test_certificate_may_be_fetched(folder, kubeseal, run_cli, monkeypatch):
    monkeypatch.setattr(certificates, "fetch", lambda _: pem())

    ran = run_cli("seal", "--directory", "plain", "--cert", "https://sealed.example.com/v1/cert.pem")

    assert ran.code == 0, ran.err
    path = next(word for word in kubeseal.argv[0] if word.startswith("--cert=")).removeprefix("--cert=")
    assert not os.path.lexists(path)


def test_outside_of_a_project_the_certificate_must_be_named(folder, kubeseal, run_cli):
    folder.remove("cdk8s.yaml")
    folder.write("mine.pem", pem())

    err = unchanged(folder, run_cli, kubeseal=kubeseal)
    ran = run_cli("seal", "--directory", "plain", "--cert", "mine.pem")

    assert err == ("error: outside of a project there is no certificate\n   = hint: name it with --cert FILE or URL\n")
    assert ran.code == 0, ran.err


def test_environment_must_be_named_where_there_are_several(folder, kubeseal, run_cli):
    folder.edit(
        "platform.yaml",
        "    domain: ml.example.com",
        "    domain: ml.example.com\n  staging:\n    domain: s.example.com",
    )

    assert unchanged(folder, run_cli, kubeseal=kubeseal).startswith("error: name one with --environment")
    assert run_cli("seal", "--directory", "plain", "--environment", "production").code == 0


@pytest.mark.parametrize("given", ["none", "app.py", ""])
def test_what_is_no_folder_is_a_usage_error(given, folder, kubeseal, run_cli):
    ran = run_cli("seal", "--directory", given)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: there is no folder '")


def test_folder_may_be_below_or_above_or_absolute(folder, kubeseal, run_cli):
    folder.write("plain/deep/db.yaml", DB)
    folder.write("plain/deeper/db.yaml", DB)

    absolute = run_cli("seal", "--directory", f"{folder.root}/plain/deep")
    above = run_cli("seal", "--directory", "../deeper", cwd="plain/deep")

    assert "  seal   <root>/plain/deep/db.yaml -> <root>/plain/deep/db-sealed.yaml: Secret 'db'" in absolute.err
    assert "  seal   ../deeper/db.yaml -> ../deeper/db-sealed.yaml: Secret 'db'" in above.err


def test_scope_of_a_secret_is_its_own_unless_one_is_asked_for(folder, kubeseal, run_cli):
    annotation = "sealedsecrets.bitnami.com/namespace-wide"
    folder.edit("plain/db.yaml", "  labels: {app: shop}\n", f"  annotations: {{{annotation}: 'true'}}\n")

    err = unchanged(folder, run_cli, "--scope", "cluster-wide", kubeseal=kubeseal)
    ran = run_cli("seal", "--directory", "plain")

    assert "error: plain/db.yaml:7:59: the Secret asks for another scope than 'cluster-wide'" in err
    assert ran.code == 0
    made = yaml.safe_load(folder.read("plain/db-sealed.yaml"))
    assert made["metadata"] == made["spec"]["template"]["metadata"]
    assert made["metadata"]["annotations"] == {annotation: "true"}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
def test_what_git_knows_is_told(folder, kubeseal, run_cli, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    git = ("git", "-C", folder.root, "-c", "user.name=nobody", "-c", "user.email=nobody@example.com")
    for argv in (("init", "-q"), ("add", "plain/db.yaml"), ("commit", "-q", "-m", "x"), ("add", "plain/sub folder")):
        subprocess.run([*git, *argv], check=True, capture_output=True)  # noqa: S603

    ran = run_cli("seal", "--directory", "plain")

    warnings = [line for line in ran.err.splitlines() if line.startswith("warning: ")]
    assert warnings == [
        "warning: plain/db.yaml was committed: change what it held, for git keeps that",
        "warning: plain/sub folder/list.json was added to git: git rm --cached it",
        "warning: plain/sub folder/multi.YML was added to git: git rm --cached it",
    ]


def test_what_a_killed_run_left_is_removed(folder, kubeseal, run_cli):
    left = folder.write("plain/sub folder/.x-sealed.yaml.abcdefgh.part", "x")

    run_cli("seal", "--directory", "plain")

    assert not left.exists()
