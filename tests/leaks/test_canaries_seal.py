"""What is given to `kserve-gitops seal` is seen by kubeseal on its standard input, and by nobody and nothing else."""

import base64
import json
import signal
import time
from pathlib import Path

import pytest
import yaml

from kserve_gitops.serving.credential_types import sealed_keys
from tests import proofs_wanted
from tests.leaks.kubeseals import FAILING, SEALS, Kubeseal
from tests.leaks.runs import MAIN, run, typed
from tests.leaks.search import CANARY, KEY_ID, TOKEN, Search
from tests.tools.certificates import pem

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are looked at in /proc")

ID, SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
VALUES = {ID: KEY_ID, SECRET: CANARY}
BOTH = tuple(VALUES.values())
LINES = "".join(f"{key}={value}\n" for key, value in VALUES.items()).encode()
FROM_STDIN = ("seal", "s3-access", "--from-stdin")
FILES = [f"sealed/production/{namespace}/s3-access.yaml" for namespace in ("kserve", "mlflow")]
SHORT = f"import kserve_gitops.tools.process as process; process.run.__kwdefaults__['timeout'] = 1; {MAIN}"
"""The command, with less patience."""


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


@pytest.fixture
def seal(project, tmp_path, kubeseal):
    """Runs the command with a kubeseal that seals, which must get each value."""

    def sealing(*argv, values=BOTH, env=None, **more):
        program = kubeseal()
        ran = run(project, tmp_path, "seal", *argv, env=program.environment | (env or {}), **more)
        assert ran.code == 0, ran.err.decode(errors="replace")
        assert Search(*values).found == []
        given = [base64.b64decode(text) for one in program.runs if one["stdin"]
                 for text in json.loads(one["stdin"])["data"].values()]  # fmt: skip
        assert all(any(_bytes(value) in one for one in given) for value in values)
        told = Search(*values)
        for one in program.runs:
            told.text("what kubeseal sees of us", json.dumps([one["argv"], one["environ"]]))
        assert told.found == []
        assert ran.leaks(*values) == []
        return ran

    return sealing


def _bytes(value):
    return value.encode() if isinstance(value, str) else value


def declare(project, text):
    project.edit("platform.yaml", "s3-access: {type: s3}", text)


def before(project):
    return {file: project.read(file) for file in FILES}


def test_values_of_variables(seal):
    seal("s3-access", "--from-env", env=VALUES)


def test_values_of_variables_that_platform_yaml_names(project, seal):
    declare(project, f"s3-access: {{type: s3, env: {{{ID}: MY_ID, {SECRET}: MY_KEY}}}}")
    seal("s3-access", "--from-env", env={"MY_ID": KEY_ID, "MY_KEY": CANARY})


def test_value_of_a_file(seal, tmp_path):
    (tmp_path / "value").write_text(CANARY)
    seal("s3-access", "--key", SECRET, "--from-file", f"{SECRET}={tmp_path / 'value'}", values=[CANARY])


def test_file_in_the_repository(project, seal):
    path = project.write("value", CANARY)
    seal("s3-access", "--key", SECRET, "--from-file", f"{SECRET}=value", values=[CANARY], own=[path])


def test_bytes_of_a_file(project, seal, tmp_path):
    project.edit(
        "platform.yaml", "s3-access: {type: s3}", "s3-access: {type: s3}\n  own: {type: opaque, keys: [a.bin]}"
    )
    value = b"\x00\xff\xfe" + CANARY.encode() + b"\x80\n"
    (tmp_path / "value").write_bytes(value)
    seal("own", "--namespace", "kserve", "--from-file", f"a.bin={tmp_path / 'value'}", values=[value])


def test_value_of_standard_input(seal):
    seal("s3-access", "--key", SECRET, "--from-stdin", stdin=CANARY.encode(), values=[CANARY])


def test_values_of_standard_input(seal):
    seal("s3-access", "--from-stdin", stdin=LINES)


def test_names_on_standard_input_that_stand_for_variables(seal):
    seal("s3-access", "--from-stdin", stdin=f"{ID}\n{SECRET}\n".encode(), env=VALUES)


def test_values_for_a_namespace_more_and_into_files_that_are_there(project, seal):
    seal("s3-access", "--from-stdin", "--namespace", "other", stdin=LINES)
    seal("s3-access", "--key", ID, "--from-stdin", "--namespace", "other", stdin=TOKEN.encode(), values=[TOKEN])

    assert "encryptedData" in project.read("sealed/production/other/s3-access.yaml")


def test_values_that_are_typed(project, tmp_path, kubeseal):
    program = kubeseal()
    answers = [(f"{ID} (access key id): ", f"{KEY_ID}\n"), (f"{SECRET} (secret access key): ", f"{CANARY}\n")]
    ran = typed(project, tmp_path, "seal", "s3-access", answers=answers, env=program.environment)

    assert ran.code == 0
    assert len([one for one in program.runs if one["stdin"]]) == len(FILES)
    assert ran.leaks(*BOTH) == []


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_prompt_that_is_given_up(signal_, project, tmp_path, kubeseal):
    old, answers = before(project), [(f"{ID} (access key id): ", f"{KEY_ID}\n"), ("(secret access key): ", CANARY)]
    ran = typed(project, tmp_path, "seal", "s3-access", answers=answers, env=kubeseal().environment, last=signal_)

    assert ran.code != 0
    assert b"Traceback" not in ran.out
    assert ran.leaks(*BOTH) == []
    assert before(project) == old


UUID = "11111111-2222-3333-4444-555555555555"
GOOGLE = {"type": "service_account", "client_email": "a@b", "token_uri": "c", "private_key": TOKEN}
TYPES = {
    "gcs": ("{type: gcs}", json.dumps(GOOGLE)),
    "azure": (
        f"{{type: azure, clientId: {UUID}, tenantId: {UUID}}}",
        CANARY,
    ),
    "azure-storage-key": ("{type: azure-storage-key}", CANARY),
    "huggingface": ("{type: huggingface}", f"hf_{TOKEN}"),
    "https": ("{type: https, host: files.example.com}", json.dumps({"Authorization": f"Bearer {TOKEN}"})),
    "registry": ("{type: registry, server: registry.example.com}", CANARY),
    "storage-config": ("{type: storage-config, entries: {a: {bucket: b}, c: {bucket: d}}}", CANARY),
    "basic-auth": ("{type: basic-auth}", CANARY),
    "mlflow-server": ("{type: mlflow-server}", CANARY),
    "jupyterhub": ("{type: jupyterhub, authenticator: GitHubOAuthenticator}", TOKEN * 2),
    "opaque": ("{type: opaque, keys: [a, b.json]}", CANARY),
}


@pytest.mark.parametrize(("declared", "value"), TYPES.values(), ids=TYPES)
def test_every_type_of_credential(declared, value, project, seal, tmp_path):
    options = yaml.safe_load(declared)
    keys = [key.name for key in sealed_keys(options["type"], options) if "Crypt" not in key.name]
    declare(project, f"s3-access: {{type: s3}}\n  own: {declared}")
    (tmp_path / "value").write_text(value)
    named = [part for key in keys for part in ("--key", key, "--from-file", f"{key}={tmp_path / 'value'}")]

    seal("own", "--namespace", "kserve", *named, values=[TOKEN if TOKEN in value else CANARY])


WRONG = {
    "spaces": f" {CANARY}",
    "lines": f"{CANARY}\n{CANARY}",
    "quotes": f"'{CANARY}'",
    "no text": CANARY.encode() + b"\xff",
    "an id": KEY_ID,
    "very long": CANARY * 30_000,
}


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG)
def test_value_that_is_refused_or_warned_of(value, project, tmp_path, kubeseal):
    (tmp_path / "value").write_bytes(_bytes(value))
    named = ("--key", SECRET, "--from-file", f"{SECRET}={tmp_path / 'value'}")
    ran = run(project, tmp_path, "seal", "s3-access", *named, env=kubeseal().environment)

    assert ran.err
    assert ran.leaks(CANARY, KEY_ID) == []


MISTAKES = {
    "a value as the credential": ["seal", CANARY],
    "a value as a key": ["seal", "s3-access", "--key", CANARY],
    "a value as a path": ["seal", "s3-access", "--from-file", f"{SECRET}={CANARY}"],
    "a value for a key": ["seal", "s3-access", "--from-file", CANARY],
    "a value as a namespace": ["seal", "s3-access", "--namespace", CANARY],
    "a value for --from-literal": ["seal", "s3-access", "--from-literal", f"{SECRET}={CANARY}"],
    "a value for --from-literal=": ["seal", "s3-access", f"--from-literal={SECRET}={CANARY}"],
    "a value for --value": ["seal", "s3-access", f"--value={CANARY}"],
    "a value for --from-stdin": ["seal", "s3-access", f"--from-stdin={CANARY}"],
    "a value for --from-env": ["seal", "s3-access", f"--from-env={SECRET}={CANARY}"],
    "a value as an option": ["seal", "s3-access", f"--{SECRET}={CANARY}"],
    "a value too many": ["seal", "s3-access", CANARY],
}


@pytest.mark.parametrize("argv", MISTAKES.values(), ids=MISTAKES)
def test_value_in_the_wrong_place_of_the_command_line_is_not_repeated(argv, project, tmp_path, kubeseal):
    ran = run(project, tmp_path, *argv, env=kubeseal().environment)
    ran.watch.arguments.clear()  # there the person put it

    assert ran.code in (1, 2)
    assert ran.leaks(CANARY) == []


CERTIFICATES = {
    "a key": f"-----BEGIN PRIV{'ATE KEY-----'}\n{TOKEN}\n-----END PRIV{'ATE KEY-----'}\n",
    "a key beside a certificate": f"{pem().decode()}-----BEGIN RSA PRIV{'ATE KEY-----'}\n{TOKEN}\n",
    "no certificate": f"-----BEGIN CERTIFICATE-----\n{TOKEN}\n-----END CERTIFICATE-----\n",
    "a Secret": f"kind: Secret\nstringData: {{a: {TOKEN}}}\n",
}


@pytest.mark.parametrize("content", CERTIFICATES.values(), ids=CERTIFICATES)
def test_certificate_that_is_none(content, project, tmp_path, kubeseal):
    (tmp_path / "given.pem").write_text(content)
    project.write("secrets/a.yaml", "a: 1\n")
    for job in (("--fetch-cert", "../given.pem"), ("--directory", "secrets", "--cert", "../given.pem")):
        ran = run(project, tmp_path, "seal", *job, env=kubeseal().environment)
        assert b"Traceback" not in ran.err
        assert ran.leaks(TOKEN) == []


def test_login_of_an_address_is_not_repeated(project, tmp_path, kubeseal):
    address = f"https://user:{TOKEN}@127.0.0.1:1/cert.pem?token={TOKEN}"
    ran = run(project, tmp_path, "seal", "--fetch-cert", address, env=kubeseal().environment)
    ran.watch.arguments.clear()  # there the person put it

    assert ran.code == 1
    assert ran.leaks(TOKEN) == []


@pytest.mark.parametrize("then", FAILING.values(), ids=FAILING)
def test_kubeseal_that_fails(then, project, tmp_path, kubeseal):
    old = before(project)
    ran = run(project, tmp_path, *FROM_STDIN, stdin=LINES, env=kubeseal(then).environment, script=SHORT)

    assert (ran.code, ran.out) == (1, b"")
    assert b"Traceback" not in ran.err
    assert ran.leaks(*BOTH) == []
    assert before(project) == old


@pytest.mark.parametrize("kind", ["missing", "a folder", "not to be run", "no program"])
def test_kubeseal_that_is_none(kind, project, tmp_path):
    path = tmp_path / "kubeseal"
    if kind == "a folder":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes(b"\x7fELF")
        path.chmod(0o600 if kind == "not to be run" else 0o700)
    ran = run(project, tmp_path, *FROM_STDIN, stdin=LINES, env={"KUBESEAL": str(path)})

    assert ran.code == 1
    assert b"Traceback" not in ran.err
    assert ran.leaks(*BOTH) == []


LOUD = "import logging, faulthandler; logging.basicConfig(level=logging.DEBUG); faulthandler.enable()\n"
DEBUGGING = {
    "-X dev": ({}, ("-X", "dev")),
    "a mode for developers": ({"PYTHONDEVMODE": "1", "PYTHONASYNCIODEBUG": "1"}, ()),
    "where memory was taken": ({"PYTHONTRACEMALLOC": "1", "PYTHONFAULTHANDLER": "1"}, ()),
    "calls of audit": ({"PYTHONVERBOSE": "1"}, ("-v",)),
}


@pytest.mark.parametrize(("env", "options"), DEBUGGING.values(), ids=DEBUGGING)
@pytest.mark.parametrize("fails", [False, True])
def test_debugging_tells_nothing(env, options, fails, project, tmp_path, kubeseal):  # noqa: PLR0917
    env = kubeseal(FAILING["it repeats all on standard error"] if fails else SEALS).environment | env
    ran = run(project, tmp_path, *FROM_STDIN, stdin=LINES, env=env, options=options, script=LOUD + MAIN)

    assert ran.code == fails
    assert ran.leaks(*BOTH) == []


def test_a_bug_amid_the_sealing_tells_nothing(project, tmp_path, kubeseal):
    script = f"from kserve_gitops.sealing import storing; storing.write = lambda *_: 1 / 0; {MAIN}"
    ran = run(project, tmp_path, *FROM_STDIN, stdin=LINES, env=kubeseal().environment, script=script)

    assert ran.code == 70
    assert b"ZeroDivisionError" in ran.err
    assert ran.leaks(*BOTH) == []


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM, signal.SIGABRT, signal.SIGSEGV])
def test_a_signal_while_kubeseal_works(signal_, project, tmp_path, kubeseal):
    old, program = before(project), kubeseal(FAILING["it hangs"])

    def working():
        return any(one["stdin"] for one in program.runs)

    ran = run(project, tmp_path, *FROM_STDIN, stdin=LINES, env=program.environment, stop=(working, signal_))

    assert ran.code not in (0, 1)
    assert ran.leaks(*BOTH) == []
    assert before(project) == old


@pytest.mark.parametrize("moment", range(20))
def test_a_kill_at_any_moment(moment, project, tmp_path, kubeseal):
    end = time.monotonic() + 0.05 * moment
    old = before(project)
    ran = run(project, tmp_path, *FROM_STDIN, stdin=LINES, env=kubeseal().environment,
              stop=(lambda: time.monotonic() > end, signal.SIGKILL))  # fmt: skip

    assert ran.code in (0, -signal.SIGKILL)
    assert ran.leaks(*BOTH) == []
    assert all(text == old[file] or ID in text for file, text in before(project).items())


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_what_is_new_can_be_read_by_its_owner_alone_until_it_is_ciphertext(umask, project, tmp_path, kubeseal):
    there = {str(path) for path in project.root.rglob("*")}
    program = kubeseal()
    ran = run(project, tmp_path, *FROM_STDIN, stdin=LINES, env=program.environment, umask=umask)

    assert ran.code == 0
    new = [(path, mode) for one in program.runs for path, mode in one["modes"].items() if path not in there]
    assert [path for path, mode in new if mode & 0o077] == []
    modes = {project.root.joinpath(file).stat().st_mode & 0o777 for file in FILES}
    assert modes == {0o644 & ~umask}


def test_the_real_kubeseal_leaks_nothing_either(project, tmp_path):
    project.write("sealed/production/cert.pem", pem())
    env = {"KUBESEAL": str(proofs_wanted.kubeseal())}
    ran = run(project, tmp_path, *FROM_STDIN, stdin=LINES, env=env)

    assert ran.code == 0, ran.err
    assert ran.leaks(*BOTH) == []
