"""`kserve-gitops seal --re-encrypt`, with a controller that is none."""

import pytest

from kserve_gitops.core.errors import ToolError
from kserve_gitops.sealing.files import records
from kserve_gitops.tools.certificates import read
from kserve_gitops.tools.kubeseal import Kubeseal
from tests.tools.certificates import DAY, NOW, pem, rsa_key
from tests.tools.fakes import ciphertext

KSERVE, MLFLOW = "sealed/production/kserve/s3-access.yaml", "sealed/production/mlflow/s3-access.yaml"
NEW = ciphertext(2)
ENDS = NOW + 3650 * DAY


class Renewing:
    """A kubeseal that reaches a controller; `asked` is where."""

    def __init__(self):
        self.asked = []

    def fetch_certificate(self, **where):
        self.asked.append(where)
        return pem(rsa_key(1), ends=ENDS)

    def re_encrypt(self, sealed, **where):
        self.asked.append(where)
        if b"unknown" in sealed:
            raise ToolError("kubeseal: unable to rotate secret", hint="seal it again")
        return dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), NEW)


@pytest.fixture
def kubeseal(monkeypatch):
    found = Renewing()
    monkeypatch.setattr(Kubeseal, "found", classmethod(lambda _: found))
    return found


def test_all_files_and_the_certificate_are_written(project, run_cli, kubeseal):
    for path in [path for path in (project.root / "sealed").rglob("*.yaml") if path.stem != "s3-access"]:
        path.unlink()

    ran = run_cli("seal", "--re-encrypt")

    short = read(pem(rsa_key(1), ends=ENDS)).fingerprint_sha256[:12]
    written = ("sealed/production/cert.pem", KSERVE, MLFLOW)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == (
        "".join(f"  write  {file}\n" for file in written)
        + f"2 re-encrypted with the certificate {short}, valid until {ENDS:%Y-%m-%d}\n"
        "next: kserve-gitops synth\n"
    )
    assert all(len(records(project.read(file))) == 2 for file in (KSERVE, MLFLOW))
    assert run_cli("seal", "--re-encrypt").err.startswith(f"  write  {KSERVE}\n")


@pytest.mark.parametrize(
    ("flags", "where"),
    [
        ([], ("sealed-secrets-controller", "kube-system", None)),
        (
            ["--controller-name", "sealed-secrets", "--controller-namespace", "sealing", "--context", "here"],
            ("sealed-secrets", "sealing", "here"),
        ),
    ],
)
def test_controller_is_asked_where_it_is(flags, where, project, run_cli, kubeseal):
    assert run_cli("seal", "--re-encrypt", "s3-access", "--environment", "production", *flags).code == 0

    found = dict(zip(("controller_name", "controller_namespace", "context"), where, strict=True))
    assert kubeseal.asked == [found] * 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: Secret\napiVersion: v1\nstringData: {a: hunter2}\n", "1 error; nothing was written"),
        ("a: *hunter2\n", "1 error; nothing was written"),
        ("", "1 error; nothing was written"),
    ],
)
def test_file_that_is_none_of_kubeseals_stops_all(text, said, project, run_cli, kubeseal):
    before = project.read(KSERVE)
    project.write(MLFLOW, text)

    ran = run_cli("seal", "--re-encrypt")

    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert "hunter2" not in ran.err
    assert project.read(KSERVE) == before


def test_refusal_of_the_controller_names_the_file(project, run_cli, kubeseal):
    project.write(MLFLOW, project.read(MLFLOW).replace("namespace: mlflow", "namespace: unknown"))

    ran = run_cli("seal", "--re-encrypt")

    assert (ran.code, ran.err) == (1, f"error: {MLFLOW}: kubeseal: unable to rotate secret\n   = hint: seal it again\n")


def test_credential_without_a_file_is_told(run_cli, kubeseal):
    ran = run_cli("seal", "--re-encrypt", "s3")

    assert ran.code == 1
    assert "there is no sealed file of 's3' in sealed/production/" in ran.err
