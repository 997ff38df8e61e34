"""Which keys go into which file, what is kept of a file that is there, and that files change whole."""

import json
import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kserve_gitops.core.documents import parse
from kserve_gitops.core.errors import GitopsError, InputError
from kserve_gitops.core.sealed_secret import LARGEST
from kserve_gitops.inputs.credential import Credential, Need
from kserve_gitops.inputs.load import load
from kserve_gitops.sealing import existing, sealing, storing
from kserve_gitops.sealing.files import Record, records, written
from kserve_gitops.sealing.sealing import Work
from kserve_gitops.sealing.targets import Target, targets
from kserve_gitops.sealing.values import Value
from kserve_gitops.serving.credential_types import sealed_keys
from kserve_gitops.tools.certificates import read
from kserve_gitops.tools.kubeseal import Kubeseal
from tests.sealing.fake_kubeseal import FakeKubeseal
from tests.tools.certificates import pem
from tests.tools.fakes import ciphertext

ID, SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
COOKIE, CRYPT = "hub.config.JupyterHub.cookie_secret", "hub.config.CryptKeeper.keys"
PASSWORD = "hub.db.password"  # noqa: S105  the name of a key
S3 = Credential("s3-access", "sa-s3-access")
HUB = Credential("hub", "sa-hub", "jupyterhub")
KSERVE = Target("production", "kserve", S3)
BEFORE, NOW = Record(date(2026, 1, 31), "0a" * 32), Record(date(2026, 11, 23), "9f" * 32)
OLD, NEW = ciphertext(1), ciphertext(2)
ANNOTATION = "sealedsecrets.bitnami.com/"


def sealed_file(target, *keys, **metadata):
    return written({**target.metadata, **metadata}, dict.fromkeys(keys, OLD), dict.fromkeys(keys, BEFORE))


def put(root, target, text):
    path = root / target.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def planned(root, target, *, named=(), offered=()):
    keys = [
        key for key in sealed_keys(target.credential.type, target.credential.options) if not named or key.name in named
    ]
    return sealing.planned(root, [target], keys, named=named, offered=offered)


@pytest.mark.parametrize(
    ("named", "offered", "found"),
    [
        ((), (), ((COOKIE, CRYPT), (), (COOKIE, CRYPT))),
        ((), (CRYPT,), ((COOKIE, CRYPT), (), (COOKIE,))),
        ((), (PASSWORD,), ((COOKIE, CRYPT, PASSWORD), (), (COOKIE, CRYPT))),
        ((PASSWORD,), (), ((PASSWORD,), (PASSWORD,), ())),
        ((COOKIE,), (), ((COOKIE,), (), (COOKIE,))),
    ],
)
def test_keys_of_a_new_file_and_which_are_asked_for_and_drawn(named, offered, found, tmp_path):
    plan = planned(tmp_path, Target("production", "jupyterhub", HUB), named=named, offered=offered)

    (work,) = plan.works
    assert (work.keys, tuple(key.name for key in plan.asked), plan.drawn) == found


@pytest.mark.parametrize(
    ("named", "offered", "sealed"),
    [((), (), CRYPT), ((COOKIE,), (), COOKIE), ((), (COOKIE,), f"{COOKIE} {CRYPT}")],
)
def test_key_that_is_drawn_stays_as_it_is_sealed_unless_somebody_wants_another(named, offered, sealed, tmp_path):
    target = Target("production", "jupyterhub", HUB)
    put(tmp_path, target, sealed_file(target, COOKIE))

    assert [" ".join(work.keys) for work in planned(tmp_path, target, named=named, offered=offered).works] == [sealed]


def test_nothing_is_left_to_do_where_all_that_is_drawn_is_sealed(tmp_path):
    target = Target("production", "jupyterhub", HUB)
    put(tmp_path, target, sealed_file(target, COOKIE, CRYPT))

    plan = planned(tmp_path, target)

    assert (plan.works, plan.asked, plan.drawn) == ((), (), ())


def test_drawn_keys_are_drawn_once_for_all_files(tmp_path):
    plan = planned(tmp_path, Target("production", "jupyterhub", HUB))

    assert sorted(sealing.drawn_for(plan)) == sorted([COOKIE, CRYPT])


def test_replaced_key_leaves_the_others_as_they_are():
    text = sealed_file(KSERVE, ID, SECRET)
    there = existing.of(parse(text, KSERVE.file))

    changed = existing.content(there, KSERVE, {ID: NEW}, NOW)

    assert changed == text.replace(OLD, NEW, 1).replace(str(BEFORE), str(NOW), 1)


def test_byte_order_mark_stays(tmp_path):
    put(tmp_path, KSERVE, b"\xef\xbb\xbf" + sealed_file(KSERVE, ID, SECRET).encode())

    assert existing.content(existing.read(tmp_path, KSERVE), KSERVE, {ID: NEW}, NOW).startswith("\ufeffapiVersion")


def in_json(target, *keys):
    return json.dumps(parse(sealed_file(target, *keys), target.file).data)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (in_json(KSERVE, ID, SECRET), "has not each key on a line of its own"),
        (sealed_file(KSERVE, ID, SECRET, namespace="other"), "is sealed for namespace 'other'"),
        (sealed_file(KSERVE, ID, SECRET, name="other"), "is sealed for the name 'other'"),
        (
            sealed_file(KSERVE, ID, SECRET, annotations={f"{ANNOTATION}cluster-wide": "true"}),
            "is sealed for scope 'cluster-wide', and platform.yaml says 'strict'",
        ),
    ],
)
def test_what_does_not_fit_any_more_is_written_anew_or_not_at_all(text, reason, tmp_path):
    put(tmp_path, KSERVE, text)
    there = existing.read(tmp_path, KSERVE)

    with pytest.raises(GitopsError) as refused:
        planned(tmp_path, KSERVE, named=(ID,))
    anew = existing.content(there, KSERVE, {ID: NEW, SECRET: NEW}, NOW)

    assert refused.value.what == f"{KSERVE.file} {reason}, so '{SECRET}' cannot be kept"
    assert refused.value.hint.endswith(
        f"kserve-gitops seal s3-access --environment production --key {SECRET} --key {ID}"
    )
    assert anew == written(KSERVE.metadata, {ID: NEW, SECRET: NEW}, {ID: NOW, SECRET: NOW})


def test_key_of_another_name_is_not_lost_without_a_word(tmp_path):
    put(tmp_path, KSERVE, in_json(KSERVE, "S3_ENDPOINT"))

    with pytest.raises(GitopsError) as refused:
        planned(tmp_path, KSERVE, offered=(ID, SECRET))

    assert refused.value.what.endswith("so 'S3_ENDPOINT' cannot be kept")
    assert refused.value.hint.startswith("take 'S3_ENDPOINT' out of the file, then seal all keys together: ")


def test_key_of_another_name_stays_beside_what_is_sealed(tmp_path):
    put(tmp_path, KSERVE, sealed_file(KSERVE, "S3_ENDPOINT"))
    there = existing.read(tmp_path, KSERVE)

    assert planned(tmp_path, KSERVE, named=(ID,)).works == (Work(KSERVE, (ID,)),)
    assert existing.of(parse(existing.content(there, KSERVE, {ID: NEW}, NOW), "x")).encrypted == {
        "S3_ENDPOINT": OLD,
        ID: NEW,
    }


@pytest.mark.parametrize(
    ("annotations", "scope"),
    [
        ({}, "strict"),
        ({"cluster-wide": "false"}, "strict"),
        ({"namespace-wide": "true"}, "namespace-wide"),
        ({"cluster-wide": "true"}, "cluster-wide"),
        ({"cluster-wide": "true", "namespace-wide": "true"}, "cluster-wide"),
    ],
)
def test_widest_scope_counts(annotations, scope):
    named = {f"{ANNOTATION}{key}": value for key, value in annotations.items()}

    assert existing.of(parse(sealed_file(KSERVE, ID, annotations=named), "x")).scope == scope


@pytest.mark.parametrize("scope", ["strict", "namespace-wide", "cluster-wide"])
def test_what_is_written_fits_its_own_scope(scope):
    target = replace(KSERVE, credential=replace(S3, scope=scope))

    assert existing.of(parse(existing.content(None, target, {ID: NEW}, NOW), "x")).differs(target) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kind: Secret\napiVersion: v1\nstringData: {a: hunter2}\n", "KG503"),
        ("kind: ConfigMap\napiVersion: v1\n", "KG502"),
        ("kind: SealedSecret\napiVersion: v1\n", "KG502"),
        ("- hunter2\n", "KG502"),
        ("a: *hunter2\n", "KG002"),
        ("a: !hunter2 b\n", "KG004"),
        ("hunter2: [1\n", "KG002"),
        ("hunter2: 1\nhunter2: 2\n", "KG003"),
        ("password: 0987612345\n", "KG005"),
        ("", "KG001"),
        (b"\xff", "KG002"),
    ],
)
def test_file_that_nobody_may_overwrite_is_refused_and_not_quoted(text, code, tmp_path):
    put(tmp_path, KSERVE, text)

    with pytest.raises(InputError) as refused:
        planned(tmp_path, KSERVE)

    assert [finding.code for finding in refused.value.findings] == [code]
    assert not re.search("hunter2|0987612345", str(refused.value.findings))


def test_link_is_refused(tmp_path):
    (tmp_path / "sealed/production/kserve").mkdir(parents=True)
    (tmp_path / KSERVE.file).symlink_to(tmp_path / "elsewhere.yaml")

    with pytest.raises(GitopsError, match="is a link"):
        planned(tmp_path, KSERVE)


def test_value_in_plain_that_stays_is_refused_and_one_that_is_replaced_is_told(tmp_path):
    put(tmp_path, KSERVE, sealed_file(KSERVE, ID, SECRET).replace(f"{ID}: {OLD}", f"{ID}: hunter2"))

    with pytest.raises(GitopsError) as refused:
        planned(tmp_path, KSERVE, named=(SECRET,))
    (work,) = planned(tmp_path, KSERVE, named=(ID,)).works

    assert refused.value.what == f"{KSERVE.file}: the value of '{ID}' is not encrypted"
    assert "hunter2" not in str(refused.value)
    assert work.plain == (ID,)


def test_secret_is_given_to_kubeseal_whole(tmp_path):
    fake = FakeKubeseal()
    target = replace(KSERVE, credential=Credential("pull", "sa", "registry", scope="namespace-wide"))

    found = sealing.sealed(
        tmp_path, [Work(target, ("username", "password"))],
        {"username": Value(b"a"), "password": Value(b"\xff"), "other": Value(b"")}, Kubeseal(Path("k"), "0.36.6", fake),
    )  # fmt: skip

    assert fake.given == [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "pull", "namespace": "kserve", "annotations": {f"{ANNOTATION}namespace-wide": "true"}},
            "data": {"username": "YQ==", "password": "/w=="},
        }
    ]
    assert fake.argv[0][-1] == f"--cert={tmp_path}/sealed/production/cert.pem"
    assert list(found[target]) == ["username", "password"]


def test_secret_of_more_than_1_mib_is_refused(tmp_path):
    half = Value(bytes(LARGEST // 2 + 1))

    with pytest.raises(GitopsError, match="the values of 's3-access' are larger than 1 MiB together"):
        sealing.sealed(tmp_path, [Work(KSERVE, (ID, SECRET))], {ID: half, SECRET: half}, Kubeseal(Path("k"), "1"))


def test_what_another_run_sealed_meanwhile_is_kept(tmp_path):
    put(tmp_path, KSERVE, sealed_file(KSERVE, ID, SECRET))
    planned(tmp_path, KSERVE, named=(ID,))
    put(tmp_path, KSERVE, sealed_file(KSERVE, ID, SECRET).replace(f"{SECRET}: {OLD}", f"{SECRET}: {NEW}"))

    sealing.write(tmp_path, "production", {KSERVE: {ID: NEW}}, read(pem()), NOW.date)

    text = (tmp_path / KSERVE.file).read_text()
    assert text.count(NEW) == 2
    assert records(text)[ID] == Record(NOW.date, read(pem()).fingerprint_sha256)


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o000, 0o644), (0o027, 0o640)])
def test_file_has_the_mode_that_umask_leaves(umask, mode, tmp_path):
    before = os.umask(umask)
    try:
        storing.write(tmp_path, {"sealed/x.yaml": b"x"})
    finally:
        os.umask(before)

    assert (tmp_path / "sealed/x.yaml").stat().st_mode & 0o777 == mode


def test_all_files_are_whole_before_the_first_is_replaced(tmp_path):
    (tmp_path / "sealed").mkdir()
    (tmp_path / "sealed/a.yaml").write_bytes(b"old")
    (tmp_path / "sealed/b").write_bytes(b"a file where a folder should be")

    with pytest.raises(GitopsError, match=r"sealed/b/c\.yaml cannot be written: "):
        storing.write(tmp_path, {"sealed/a.yaml": b"new", "sealed/b/c.yaml": b"new"})

    assert {path.name: path.read_bytes()[:3] for path in (tmp_path / "sealed").iterdir()} == {
        "a.yaml": b"old",
        "b": b"a f",
    }


def test_next_run_removes_what_a_killed_one_left(tmp_path):
    left = tmp_path / "sealed/production/kserve/.s3-access.yaml.abc.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"")

    with storing.turn(tmp_path / "sealed/production"):
        assert not left.exists()


def test_two_runs_do_not_meet(tmp_path):
    with (
        storing.turn(tmp_path / "production"),
        pytest.raises(GitopsError, match="another run is sealing into production/ at this moment"),
        storing.turn(tmp_path / "production", patience=0.1),
    ):
        pass
    with storing.turn(tmp_path / "production", patience=0):
        pass


def test_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "sealed").write_bytes(b"")

    with (
        pytest.raises(GitopsError, match="production cannot be written: "),
        storing.turn(tmp_path / "sealed/production"),
    ):
        pass


@pytest.fixture
def environment(project):
    (found,) = load(project.root).environments
    return found


@pytest.mark.parametrize(
    ("credential", "what", "hint"),
    [
        (
            Credential("role", "sa", "irsa", options={"roleArn": "arn"}),
            "there is nothing to seal: 'role' is of type 'irsa', an identity of the pods themselves",
            "kserve-gitops synth writes its ServiceAccount",
        ),
        (
            Credential("open", "sa", "s3", options={"anonymous": True}),
            "there is nothing to seal: 'open' reads without keys",
            "it is anonymous",
        ),
        (
            Credential("lonely", "sa"),
            "nothing in environment 'production' uses 'lonely'",
            "name it in a model or a part, list its namespaces in platform.yaml, or name one with --namespace",
        ),
    ],
)
def test_what_cannot_be_sealed_says_why(credential, what, hint, environment):
    with pytest.raises(GitopsError) as refused:
        targets(environment, credential)

    assert (refused.value.what, refused.value.hint) == (what, hint)


def test_what_is_fetched_goes_into_the_store(environment):
    fetching = replace(environment, secrets=replace(environment.secrets, backend="external-secrets"))

    with pytest.raises(GitopsError) as refused:
        targets(fetching, replace(S3, remote_key="ml/s3-access"))

    assert refused.value.what == "nothing is sealed in environment 'production': External Secrets fetches 's3-access'"
    assert refused.value.hint == f"put it into the store under 'ml/s3-access', with the properties {ID}, {SECRET}"


def test_namespaces_are_those_that_need_it_and_those_that_are_named(environment):
    needs = (Need(S3, "b", ("models",), environment.origin), Need(HUB, "c", (), environment.origin))

    found = targets(replace(environment, needs=needs), S3, ["a", "b"])

    assert [target.file for target in found] == [f"sealed/production/{one}/s3-access.yaml" for one in "ab"]
