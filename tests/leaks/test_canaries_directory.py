"""`kserve-gitops seal --directory`: what it seals is plain in its own file, until that is gone, and nowhere else."""

import json
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path

import pytest

from tests import proofs_wanted
from tests.leaks.kubeseals import FAILING, SEALS, Kubeseal
from tests.leaks.runs import MAIN, run
from tests.leaks.search import CANARY, KEY_ID, NUMBER, TOKEN, Search
from tests.leaks.test_canaries_inputs import EACH, ENCODED, SECRETS, broken, secret, told
from tests.tools.certificates import pem

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are looked at in /proc")

VALUES = (CANARY, TOKEN, KEY_ID, NUMBER)
SHORT = f"import kserve_gitops.tools.process as process; process.run.__kwdefaults__['timeout'] = 1; {MAIN}"


@pytest.fixture
def folder(project):
    """Plain Secrets, alone, beside others, and in a folder below."""
    texts = {"a.yaml": secret(), "b.yml": f"# {TOKEN}\n{secret('data', ENCODED)}", "below/c.json": SECRETS["in a list"]}
    texts["two.yaml"] = f"{secret()}---\nkind: ConfigMap\napiVersion: v1\nmetadata: {{name: a}}\n"
    for name, text in texts.items():
        project.write(f"secrets/{name}", text)
    return project.root / "secrets"


@pytest.fixture
def kubeseal(project, tmp_path):
    """`kubeseal(then)` makes one that does that."""
    made = []

    def making(then=SEALS):
        made.append(Kubeseal(tmp_path, [project.root, tmp_path / "home", tmp_path / "tmp"], then))
        return made[-1]

    yield making
    for one in made:
        one.end()


def plain_files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and "-sealed" not in path.name)


def test_nothing_plain_is_left(project, folder, tmp_path, kubeseal):
    program = kubeseal()
    ran = run(project, tmp_path, "seal", "--directory", "secrets", env=program.environment)

    assert ran.code == 0, ran.err
    assert len(program.runs) > 4
    told_to = Search(*VALUES)
    for one in program.runs:
        told_to.text("what kubeseal sees of us", json.dumps([one["argv"], one["environ"]]))
    assert told_to.found == []
    assert ran.leaks(*VALUES) == []
    assert plain_files(folder) == []


def test_the_real_kubeseal_leaves_nothing_either(project, folder, tmp_path):
    project.write("sealed/production/cert.pem", pem())
    env = {"KUBESEAL": str(proofs_wanted.kubeseal())}
    ran = run(project, tmp_path, "seal", "--directory", "secrets", env=env)

    assert ran.code == 0, ran.err
    assert ran.leaks(*VALUES) == []


@pytest.mark.parametrize("then", FAILING.values(), ids=FAILING)
def test_kubeseal_that_fails_changes_nothing(then, project, folder, tmp_path, kubeseal):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    env = kubeseal(then).environment
    ran = run(project, tmp_path, "seal", "--directory", "secrets", env=env, script=SHORT, own=before)

    assert (ran.code, ran.out) == (1, b"")
    assert b"Traceback" not in ran.err
    assert ran.leaks(*VALUES) == []
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def with_key(lines):
    indented = "".join(f"  {line}\n" for line in lines.splitlines())
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: own, namespace: kserve}}\nstringData:\n{indented}"


WRONG = {
    "no base64": secret("data", CANARY),
    "a number": with_key(f"password: {NUMBER}"),
    "a field of no meaning": f"{secret()}passwort: {TOKEN}\n",
    "a label that is a value": secret(more=f"  labels: {{a: {json.dumps(CANARY)}}}\n"),
    "an annotation that is a value": secret(more=f"  annotations: {{a: {json.dumps(CANARY)}}}\n"),
    "an annotation that is a number": secret(more=f"  annotations: {{a: {NUMBER}}}\n"),
    "a scope that is a value": secret(more=f"  annotations: {{sealedsecrets.bitnami.com/cluster-wide: {TOKEN}}}\n"),
    "a type that is a list": f"{secret()}type: [{TOKEN}]\n",
    "data that is a text": secret().partition("stringData")[0] + f"data: {TOKEN}\n",
    "a value that is a list": with_key(f"password: [{TOKEN}]"),
    "a value that is a mapping": with_key(f"password: {{{TOKEN}: {TOKEN}}}"),
    "a key that is a value": with_key(f"{json.dumps(CANARY)}: a"),
    "a key that is a number": with_key(f"{NUMBER}: a"),
    "no namespace": secret().replace("  namespace: kserve\n", ""),
    "no name": secret().replace("  name: own\n", ""),
    "another kind that holds one": secret().replace("kind: Secret", "kind: secret"),
    **{f"broken: {name}": with_key(text) for name, text in broken("password").items()},
    **{f"broken data: {name}": with_key(text).replace("stringData", "data") for name, text in broken("a").items()},
}


def test_no_mistake_repeats_a_value(project, tmp_path, kubeseal):
    cases = {name: {"wrong/own.yaml": text} for name, text in WRONG.items()}
    given = json.dumps({"cases": cases, "commands": [["seal", "--directory", "wrong"]]}).encode()
    ran = run(project, tmp_path, stdin=given, script=EACH, env=kubeseal().environment)

    assert b"Traceback" not in ran.err
    assert "\n".join(told(ran.err, *VALUES)) == ""
    left = [name for name in ran.leaks(*VALUES) if not name.startswith("project/wrong/")]
    assert left == []


@pytest.mark.parametrize("moment", range(12))
def test_a_kill_leaves_plain_text_in_its_own_file_alone(moment, project, folder, tmp_path, kubeseal):
    own = plain_files(folder)
    end = time.monotonic() + 0.1 * moment
    ran = run(project, tmp_path, "seal", "--directory", "secrets", env=kubeseal().environment, own=own,
              stop=(lambda: time.monotonic() > end, signal.SIGKILL))  # fmt: skip

    assert ran.code in (0, -signal.SIGKILL)
    assert ran.leaks(*VALUES) == []
    assert all(path.exists() or path.with_name(f"{path.stem}-sealed{path.suffix}").exists() for path in own)


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_what_is_new_can_be_read_by_its_owner_alone_until_it_is_ciphertext(umask, project, folder, tmp_path, kubeseal):
    for path in plain_files(folder):
        path.chmod(0o640)
    there = {str(path) for path in project.root.rglob("*")}
    program = kubeseal()
    ran = run(project, tmp_path, "seal", "--directory", "secrets", env=program.environment, umask=umask)

    assert ran.code == 0
    modes = {path: mode for one in program.runs for path, mode in one["modes"].items() if path not in there}
    assert [path for path, mode in modes.items() if mode & 0o077] == []
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*-sealed.*")} == {0o640}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
def test_git_is_given_nothing_plain(project, folder, tmp_path, kubeseal):
    """`git add --all` takes everything that a folder of Secrets became."""
    project.write(".gitignore", "/imports\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "gc.auto=0", "-C", str(project.root)]
    subprocess.run([*git, "init", "--quiet"], check=True)  # noqa: S603  git itself
    assert run(project, tmp_path, "seal", "--directory", "secrets", env=kubeseal().environment).code == 0
    subprocess.run([*git, "add", "--all"], check=True)  # noqa: S603  as above

    listed = subprocess.run([*git, "ls-files", "-s"], check=True, capture_output=True, text=True).stdout  # noqa: S603
    search = Search(*VALUES)
    for line in listed.splitlines():
        blob = line.split()[1]
        search.text(line, subprocess.run([*git, "cat-file", "blob", blob], check=True, capture_output=True).stdout)  # noqa: S603
    assert search.found == []
