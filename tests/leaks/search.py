"""Whether a value stands anywhere, in whatever form: in texts, in all files below folders, in what /proc said.

A piece of eight characters is enough, so what is cut, or has an escape in it, is found all the same.
"""

import base64
import os
from pathlib import Path
from urllib.parse import quote

CANARY = 'Qm7vXk2pLz9T"w4 Rb8nYc3jHd6F%/+Gs5tWq1eVu0K'
"""Nobody means anything by it; with characters that JSON, YAML, a shell and an address write in their own way."""
TOKEN = "Zk4mPv8tXq2wRj7nLd5bHs9c"  # noqa: S105  made up
"""Another, of letters and digits alone."""
KEY_ID = "AKIA" + "J7QX3ZV5MW2TKD8R"
"""Another, made up, in the form of an access key id; in two pieces, so that nobody takes it for a real one."""
NUMBER = "8315702946183570"
"""Another, which YAML takes for a number."""

_PIECE, _CODED_PIECE = 8, 12


def patterns(value: bytes) -> dict[bytes, str]:
    """All pieces of a value in all forms, and the name of each form."""
    found: dict[bytes, str] = {}
    for form, text in _forms(value):
        length = _PIECE if form == "plain" else _CODED_PIECE
        found |= {text[at : at + length]: form for at in range(len(text) - length + 1)}
    return found


def _forms(value: bytes):
    """Base64 has three forms, by where in the whole a value begins."""
    yield "base64", base64.b64encode(base64.b64encode(value))
    for before in range(3):
        whole = base64.b64encode(bytes(before) + value)
        inner = whole[-(-before * 4 // 3) : -4]
        yield "base64", inner
        yield "base64", inner.translate(bytes.maketrans(b"+/", b"-_"))
    yield "hex", value.hex().encode()
    yield "hex", value.hex().upper().encode()
    yield "hex", value.hex(" ").encode()
    yield "bytes", str(list(value)).encode()
    yield "UTF-16", value.decode("latin-1").encode("utf-16-le")
    yield "address", quote(value, safe="").encode()
    yield "plain", value


class Search:
    """Looks for values; `found` says where and in which form, and never what."""

    def __init__(self, *values: str | bytes) -> None:
        self._patterns: dict[bytes, str] = {}
        for value in values:
            self._patterns |= patterns(value.encode() if isinstance(value, str) else value)
        self.found: list[str] = []

    def text(self, where: str, said: str | bytes) -> None:
        data = said.encode(errors="surrogateescape") if isinstance(said, str) else said
        self.found += sorted({f"{where}: {form}" for piece, form in self._patterns.items() if piece in data})

    def files(self, root: Path, without=()) -> None:
        """All below a folder, hidden ones too; names of files and where links lead are texts as well."""
        for folder, folders, names in os.walk(root):
            for name in (*folders, *names):
                path = Path(folder, name)
                shown = f"{root.name}/{path.relative_to(root).as_posix()}"
                self.text("the name of a file", shown)
                if path.is_symlink():
                    self.text(f"link {shown}", os.readlink(path))  # noqa: PTH115  as it stands
                elif path.is_file() and path not in without:
                    self.text(shown, path.read_bytes())
