"""What makes the storage is taken by those who make it: cfn-lint, synth with all its checks, and the downloader."""

import json
import subprocess
from pathlib import Path

import pytest

from kserve_gitops.build.plan import plan
from kserve_gitops.cloudformation import FILE, StorageTemplate
from kserve_gitops.manifest import collect
from kserve_gitops.serving.iam import Place, reading, writing
from tests.kinds.aws_estates import EKS, ESTATES, ROLE, estate
from tests.proofs_wanted import TOOLS, missing

SCRIPT = Path(__file__).with_name("storage_access.py")
HOME = "aws", "amazonaws.com", "ca-central-1"
REFUSED = ("AccessDenied", "Forbidden", "403")


@pytest.fixture(scope="session")
def lint():
    """`lint(region, *files)` is what cfn-lint finds wrong, warnings and notes too."""
    program = TOOLS / "cfn-lint" / "bin" / "cfn-lint"
    if not program.is_file():
        missing("cfn-lint is not there: make tools")

    def judge(region, *files):
        done = subprocess.run(  # noqa: S603  a program of .tools/
            [program, "--include-checks", "I", "--format", "parseable", "--regions", region, "--", *files],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert (done.returncode == 0) == (not done.stdout), done.stderr
        return done.stdout

    return judge


@pytest.fixture
def written(tmp_path, chart):
    """`written(name)` is the template of an estate as it lies in dist/, and the region to deploy it in."""
    from kserve_gitops import Chart  # noqa: PLC0415  starts Node

    def make(name):
        folder = tmp_path / name.replace(" ", "-")
        environment = estate(folder, ESTATES[name], "cloudformation")
        made = StorageTemplate(Chart(chart, folder.name), "cloudformation", environment=environment)
        [content] = plan(collect(made)).values()
        file = folder / Path(FILE).name
        file.write_bytes(content)
        return environment.storage.region, file

    return make


def test_template_is_without_fault(lint, written):
    files = {}
    for name in ESTATES:
        region, file = written(name)
        files.setdefault(region, []).append(file)

    assert "".join(lint(region, *those) for region, those in files.items()) == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("RestrictPublicBuckets", "RestrictPublicBucket"),
        ("aws:kms", "aws:kmsx"),
        ("DeletionPolicy: Retain", "DeletionPolicy: Keep"),
        ("Ref: MlModelServingPolicy", "Ref: MlModelServingPolici"),
        ("Effect: Allow", "Effect: Permit"),
    ],
)
def test_judge_sees_a_mistake(old, new, lint, written):
    region, file = written("a key of KMS")
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")

    assert lint(region, file)


@pytest.mark.parametrize("provision", ["ack", "crossplane", "cloudformation"])
@pytest.mark.parametrize("type_", ["irsa", "pod-identity"])
def test_repository_with_a_role_is_built_without_a_finding(type_, provision, project, run_cli):
    said = f"  provision: {provision}\n{EKS}models: {{credential: reader}}\n"
    role = f"  reader: {{type: {type_}, roleArn: '{ROLE}'}}\n"
    project.edit("platform.yaml", "  prefix: mlflow\n", f"  prefix: mlflow\n{said}")
    project.edit("platform.yaml", "credentials:\n", f"credentials:\n{role}")
    project.edit("platform.yaml", "  mlflow:\n", "  mlflow:\n    credential: s3-access\n")
    project.remove("sealed/production/kserve/s3-access.yaml")

    ran = run_cli("synth")

    assert ran.code == 0, ran.err
    assert "[KG" not in ran.err
    assert "production/iam/reader-trust.json" in project.dist()


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """`outcomes[policy][deed]` of documents for a bucket of its own, with a prefix and without: "done", or why not."""
    python = TOOLS / "storage" / "bin" / "python"
    if not python.is_file():
        missing("moto and kserve-storage are not installed in .tools/storage")
    below, whole = Place(*HOME, "acme-others", "some"), Place(*HOME, "acme-others")
    policies = {
        "reads below": reading(below),
        "reads all": reading(whole),
        "writes below": writing(below),
        "writes all": writing(whole),
        "reads elsewhere": reading(Place(*HOME, "acme-others", "other")),
    }
    asked = {"uri": "s3://acme-others/some/model", "policies": policies}
    file = tmp_path_factory.mktemp("storage") / "answer.json"
    done = subprocess.run(  # noqa: S603  a script of ours
        [python, SCRIPT, file], input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(file.read_text("utf-8"))["outcomes"]


@pytest.mark.parametrize(
    ("policy", "deed"),
    [
        ("reads below", "download"),
        ("reads all", "download"),
        ("reads all", "read beside the prefix"),
        ("writes below", "write in parts"),
        ("writes all", "write beside the prefix"),
        ("writes all", "delete"),
    ],
)
def test_bucket_of_its_own_is_open(policy, deed, outcomes):
    assert outcomes[policy][deed] == "done"


@pytest.mark.parametrize(
    ("policy", "deed"),
    [
        ("reads below", "read beside the prefix"),
        ("reads below", "write"),
        ("reads all", "download from another bucket"),
        ("reads all", "write"),
        ("reads all", "delete the bucket"),
        ("writes below", "write beside the prefix"),
        ("writes all", "write to another bucket"),
        ("reads elsewhere", "download"),
    ],
)
def test_bucket_of_its_own_is_open_no_further(policy, deed, outcomes):
    assert any(word in outcomes[policy][deed] for word in REFUSED), outcomes[policy][deed]
