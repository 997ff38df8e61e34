"""The search finds what is planted, wherever and however: otherwise no test here could fail."""

import base64
import json
import subprocess
import sys
from urllib.parse import quote

import pytest

from tests.leaks.runs import Watch, run
from tests.leaks.search import CANARY, KEY_ID, NUMBER, TOKEN, Search

FORMS = {
    "plain": CANARY,
    "a part": CANARY[3:12],
    "its end": CANARY[-9:],
    "on two lines": f"{CANARY[:9]}\n{CANARY[9:]}",
    "base64": base64.b64encode(CANARY.encode()).decode(),
    "base64 behind a name": base64.b64encode(f"user:{CANARY}".encode()).decode(),
    "base64 behind another name": base64.b64encode(f"admin1:{CANARY}".encode()).decode(),
    "base64 of a JSON": base64.b64encode(json.dumps({"a": CANARY}).encode()).decode(),
    "base64 of base64": base64.b64encode(base64.b64encode(CANARY.encode())).decode(),
    "base64 of addresses": base64.urlsafe_b64encode(CANARY.encode()).decode(),
    "in an address": quote(CANARY, safe=""),
    "as JSON": json.dumps(CANARY),
    "as Python": repr(CANARY.encode()),
    "hex": CANARY.encode().hex(),
    "hex in capitals": CANARY.encode().hex().upper(),
    "a dump of bytes": CANARY.encode().hex(" "),
    "a list of bytes": str(list(CANARY.encode())),
    "UTF-16": CANARY.encode("utf-16-le"),
}


@pytest.mark.parametrize("said", FORMS.values(), ids=FORMS)
def test_every_form_is_found(said):
    search = Search(CANARY)
    search.text("there", b"something before " + (said if isinstance(said, bytes) else said.encode()) + b" and after")

    assert search.found


@pytest.mark.parametrize("value", [TOKEN, KEY_ID, NUMBER])
def test_every_canary_is_found(value):
    search = Search(CANARY, TOKEN, KEY_ID, NUMBER)
    search.text("there", f"value: {value}")

    assert search.found


def test_nothing_is_found_in_what_has_none(project):
    search = Search(CANARY, TOKEN, KEY_ID, NUMBER)
    search.files(project.root)

    assert search.found == []


@pytest.mark.parametrize("name", ["dist/x/a.yaml", ".hidden/a", "sealed/.a.part", f"{TOKEN}.yaml", "core.1"])
def test_every_file_is_looked_into(name, tmp_path):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TOKEN)
    search = Search(TOKEN)
    search.files(tmp_path)

    assert search.found


def test_a_link_is_looked_at(tmp_path):
    (tmp_path / "link").symlink_to(TOKEN)
    search = Search(TOKEN)
    search.files(tmp_path)

    assert search.found


@pytest.mark.parametrize("kind", ["argument", "environment"])
def test_every_process_that_is_started_is_looked_at(kind):
    inner = "import time; time.sleep(0.3)"
    argument = [TOKEN] if kind == "argument" else []
    more = {"MINE": TOKEN} if kind == "environment" else {}
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}, *{argument}], env={more})"
    with Watch() as watch:
        watch.of(process := subprocess.Popen([sys.executable, "-c", outer]))  # noqa: S603  our own interpreter
        process.wait()
    search = Search(TOKEN)
    search.text("arguments", b"\n".join(watch.arguments - {watch.own}))
    search.text("environment", b"\n".join(watch.environments))

    assert search.found


def test_a_run_that_tells_is_seen_in_all_that_it_wrote(project, tmp_path):
    script = f"import os, sys, pathlib; print({TOKEN!r}); print({TOKEN!r}, file=sys.stderr)\n" + "".join(
        f"pathlib.Path(os.environ[{name!r}], 'left').write_text({TOKEN!r})\n" for name in ("HOME", "TMPDIR")
    )
    ran = run(project, tmp_path, script=script)

    found = {one.partition(":")[0] for one in ran.leaks(TOKEN)}
    assert found == {"standard output", "standard error", "home/left", "tmp/left"}
