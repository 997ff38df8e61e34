"""Programs in the place of kubeseal: one that seals nothing well enough, and others that fail in every way.

Each keeps what it was given, and what it found in the folders of the project, outside of all that is searched.
"""

import json
import os
import signal
import sys
from pathlib import Path

_HEAD = """#!{python} -ISE
import base64, json, os, signal, sys, time
if "--version" in sys.argv:
    print("kubeseal version: v0.36.6")
given = b"" if "--version" in sys.argv else sys.stdin.buffer.read()
files = [os.path.join(at, name) for folder in {folders} for at, _, names in os.walk(folder) for name in names]
told = dict(pid=os.getpid(), argv=sys.argv, environ=dict(os.environ), stdin=given.decode(),
            modes={{path: os.stat(path).st_mode & 0o777 for path in files if os.path.exists(path)}})
with open({told!r}, "a") as kept:
    kept.write(json.dumps(told) + "\\n")
if not given:
    sys.exit()
secret = json.loads(given)
values = [base64.b64decode(value) for value in secret["data"].values()]
def sealed(data):
    metadata = dict(secret["metadata"])
    return json.dumps(dict(apiVersion="bitnami.com/v1alpha1", kind="SealedSecret", metadata=metadata,
                           spec=dict(encryptedData=data, template=dict(metadata=metadata))))
def ciphertext(value):
    return base64.b64encode(b"\\x01\\x00" + bytes(256 + len(value) + 16)).decode()
"""

SEALS = "print(sealed({key: ciphertext(base64.b64decode(value)) for key, value in secret['data'].items()}))\n"
_REPEATS = (
    "{to}.buffer.write(given + b'\\n' + b'\\n'.join(values) + b'\\nerror: ' + b' '.join(values)); sys.exit({code})\n"
)
FAILING = {
    "it repeats all on standard error": _REPEATS.format(to="sys.stderr", code=1),
    "it repeats all on standard output": _REPEATS.format(to="sys.stdout", code=1),
    "it repeats all as its usage": _REPEATS.format(to="sys.stdout", code=2),
    "it ends well and repeats all": _REPEATS.format(to="sys.stdout", code=0),
    "it warns and repeats all": _REPEATS.format(to="sys.stderr", code=0),
    "its message has a value in base64": ("sys.exit('error: cannot read ' + ' '.join(secret['data'].values()))\n"),
    "its message has a value in hex": "sys.exit('error: cannot read ' + ' '.join(one.hex() for one in values))\n",
    "its message has a value as Go quotes bytes": "sys.exit('panic: ' + ' '.join(str(list(one)) for one in values))\n",
    "its message has half a value": "sys.exit('error: invalid character in ' + repr(values[0][4:18]))\n",
    "its message has a value in an address": (
        "import urllib.parse; sys.exit('error: ' + urllib.parse.quote(values[0], safe=''))\n"
    ),
    "it answers with the Secret itself": "print(given.decode())\n",
    "it answers with what it was to seal": "print(sealed(secret['data']))\n",
    "it answers with a key that is a value": "print(sealed({values[0].decode('latin-1'): 'AgA='}))\n",
    "it answers for another name": "secret['metadata']['name'] = values[0].decode('latin-1')\n" + SEALS,
    "it answers with half a JSON": "print(given.decode()[:-20])\n",
    "it answers with very much": "sys.stdout.buffer.write(values[0] * 1_000_000)\n",
    "it fails with very much": "sys.stderr.buffer.write(values[0] * 1_000_000); sys.exit(1)\n",
    "it fails with bytes": "sys.stderr.buffer.write(b'error: \\xff\\x00' + values[0] + b'\\xfe'); sys.exit(1)\n",
    "it answers nothing": "",
    "it crashes": "print(given, flush=True); os.kill(os.getpid(), signal.SIGSEGV); time.sleep(60)\n",
    "it is aborted": "print(given, file=sys.stderr, flush=True); os.abort()\n",
    "it hangs": "print(given, flush=True); time.sleep(60)\n",
    "it closes its input": "os.close(0); sys.exit('error: no')\n",
}


class Kubeseal:
    """One of them, as a file; `environment` names it."""

    def __init__(self, tmp_path: Path, folders, then: str = SEALS) -> None:
        self.path, self._told = tmp_path / "kubeseal", tmp_path / "told"
        head = _HEAD.format(python=sys.executable, told=str(self._told), folders=[str(one) for one in folders])
        self.path.write_text(head + then)
        self.path.chmod(0o700)

    @property
    def environment(self) -> dict[str, str]:
        return {"KUBESEAL": str(self.path)}

    @property
    def runs(self) -> list[dict]:
        """What each run was given."""
        if not self._told.exists():
            return []
        return [json.loads(line) for line in self._told.read_text().splitlines()]

    def end(self) -> None:
        """Kill those that outlived the command that had started them."""
        for one in self.runs:
            try:
                if str(self.path).encode() in Path(f"/proc/{one['pid']}/cmdline").read_bytes():
                    os.kill(one["pid"], signal.SIGKILL)
            except OSError:
                continue
