"""Which names promise a secret, and which texts are one. Nothing here may ever hand a text on into a message.

A name is cut into words at `_`, `-`, `.` and capitals: AWS_SECRET_ACCESS_KEY and awsSecretAccessKey are the same. What
it is about stands in its last words, so that secretAccessKeyName and tokenExpiration promise none.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_LAST = ("password", "passwd", "passphrase", "pwd", "passwords")
"""A last word that ends so: PGPASSWORD is one word."""
_LAST_TWO = frozenset(
    {
        ("access", "key"),
        ("account", "key"),
        ("api", "key"),
        ("api", "keys"),
        ("keeper", "keys"),  # JupyterHub's CryptKeeper
        ("master", "key"),
        ("private", "key"),
        ("signing", "key"),
        ("encryption", "key"),
        ("storage", "key"),
    }
)
_OF_SECRET = frozenset(
    {
        "app", "bitbucket", "client", "cookie", "github", "gitlab", "gogs", "hmac", "jwt", "oauth", "session", "shared",
        "signing", "webhook",
    }
)  # fmt: skip
"""What stands before `secret` where a value is meant; elsewhere a name that ends so is that of a Secret."""
_OF_SECRET_KEY = frozenset({"aws", "django", "flask", "minio", "s3", "server"})
_OF_PASS = frozenset({"admin", "database", "db", "mysql", "pg", "postgres", "redis", "smtp", "user"})
_JOINED = frozenset({"apikey", "apikeys", "accesskey", "privatekey", "authtoken", "accesstoken", "secretaccesskey"})
_AFTER = {"secret": _OF_SECRET, "pass": _OF_PASS}
_REFERENCE = frozenset({"existing", "secretref", "external", "ref", "from"})
_TEXT_TOKENS = frozenset(
    {
        "begin", "bos", "cls", "end", "eos", "image", "mask", "max", "min", "pad", "prompt", "sep", "special", "start",
        "stop", "think", "tool", "unk", "video",
    }
)  # fmt: skip
"""What stands before `token` where a language model's is meant."""

_PLACEHOLDER = re.compile(
    r"<.*>|\[.*\]|\{.*\}|\$[\w.:-]+|%\w+%|%\(.*|.*(\{\{|\$\{|\$\().*|x+|\.+|\*+|-+|0+|[0-9.]{1,5}"
    r"|(please[-_ ]?)?(change|replace|fill|set|insert)[-_ ]?(me|this|it|in)?([-_ ].*)?|your[-_ ].*|to[-_ ]?do.*|tbd"
    r"|none|null|nil|empty|dummy|fake|unused|anonymous|not[-_ ]?(used|needed|set|required|applicable)|n/?a|disabled"
    r"|true|false|yes|no|on|off|auto|redacted|example|placeholder|optional|required|enabled|default|password|token|secret",
    re.IGNORECASE | re.DOTALL,
)
_POINTER = re.compile(
    r"(/|\./|~/|[a-z]:\\|arn:aws|(vault|secret|secrets|ref|file|env|op|awssm|gcpsm|azurekms|k8s|ssm|sops)(\+\w+)?:).*",
    re.IGNORECASE | re.DOTALL,
)
_VARIABLE_NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
_LONGEST = 4096
"""Characters: nobody writes a longer secret on one line, and it bounds the search."""
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://.*", re.IGNORECASE | re.DOTALL)

_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?:\\+[nr]|\s)*[A-Za-z0-9+/=]{16}")
_ENCODED_PEM = re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{48,}")
"""base64 of -----BEGIN."""
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,500}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}")
_WELL_KNOWN = re.compile(
    r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,}|glpat-[A-Za-z0-9_-]{20}|xox[abprs]-[A-Za-z0-9-]{20,}"
    r"|hf_[A-Za-z0-9]{30,}|sk-[A-Za-z0-9_-]{32,}|[rs]k_live_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{36})\b"
)
_AWS_KEY_ID = re.compile(r"\bA(?:KIA|SIA)[A-Z0-9]{16}\b")
_GOOGLE_KEY = re.compile(r"\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])")
_REGISTRY = re.compile(r"[\"']auth[\"']\s*:\s*[\"'][A-Za-z0-9+/]{8,}={0,2}[\"']|\beyJhdXRocyI6[A-Za-z0-9+/]{24,}")
"""Docker's file, or base64 of it."""
_AZURE = re.compile(r"\b(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{40,}")
_HEADER = re.compile(
    r"(?:Authorization: *)?(?:Bearer|Basic|Token) +(?=\S*\d)[A-Za-z0-9._~+/-]{16,}={0,2}", re.IGNORECASE
)
_AWS_FILE = re.compile(
    r"\baws_secret_access_key[\"']?\s*[=:]\s*[\"']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])", re.IGNORECASE
)
_FORMS = (
    ("PRIVATE KEY", _PRIVATE_KEY, "a private key"),
    ("eyJ", _JWT, "a signed token"),
    ("_", _WELL_KNOWN, "an access token"),
    ("-", _WELL_KNOWN, "an access token"),
    ("", _AWS_FILE, "a secret access key"),
    ("A", _AWS_KEY_ID, "an access key id of AWS"),
    ("AIza", _GOOGLE_KEY, "an API key of Google"),
    ("auth", _REGISTRY, "the login of a registry"),
    ("eyJhdXRocyI6", _REGISTRY, "the login of a registry"),
    ("Key=", _AZURE, "an account key of Azure"),
)
"""What is in every text of a form, the form, and what it is."""
_USER = re.compile(r"(?<=[a-z0-9]://)[^\s/:@?#'\"]*:([^\s/@?#'\"]+)@", re.IGNORECASE)
_SIGNATURE = re.compile(r"[?&](sig|X-Amz-Signature|X-Goog-Signature)=([^&\s'\"]{8,})", re.IGNORECASE)


_MAY_ASSIGN = re.compile(r"(?i:pass|pwd|secret|token|key)")
_QUOTED = re.compile(r"""(?<![\w.$-])-{0,2}([A-Za-z_][\w.-]{0,100})["'\]]{0,2}[ \t]*[:=][ \t]*(["'])([^"'\s]{6,})\2""")
_BARE = re.compile(
    r"^[ \t]*(?:- +|export +)?([A-Za-z_][\w.-]{0,100})[ \t]*[:=][ \t]*([\w+/=!@%^&*~-]{6,})[ \t]*\r?$", re.MULTILINE
)
_INLINE = re.compile(r"(?:^|[\s;,])-{0,2}([A-Za-z_][\w.-]{0,100})=([\w+/=!@%^&*~-]{6,})(?=[\s;]|\Z)")
"""What a text gives to a name: in quotes, on a line of its own as in YAML, or as options have it."""


def promises(name: Any) -> bool:
    """Whether a key or a variable of that name holds a secret, and not the name of one or something about one."""
    if not isinstance(name, str):
        return False
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words or words[0] in _REFERENCE or words[:2] == ["key", "of"]:
        return False
    before, last = words[-2] if len(words) > 1 else "", words[-1]
    if last == "token":
        return before not in _TEXT_TOKENS
    if last in _AFTER:
        return words == ["pass"] or before in _AFTER[last] or (last == "secret" and name.isupper())
    if (before, last) == ("secret", "key"):  # the key in a Secret, more often than not
        return name.isupper() or (len(words) > 2 and words[-3] in _OF_SECRET_KEY)  # noqa: PLR2004
    return last.endswith(_LAST) or (before, last) in _LAST_TWO or last in _JOINED


def literal(value: Any) -> bool:
    """Whether a text is a value itself: no placeholder, no path, no link, no name of a variable."""
    if not isinstance(value, str):
        return False
    text = value.strip()
    if not text or len(text) > _LONGEST or _LINK.fullmatch(text) or _VARIABLE_NAME.fullmatch(text):
        return False
    return not _PLACEHOLDER.fullmatch(text) and not _POINTER.fullmatch(text)


def unmistakable(text: str) -> str:
    """What a text is that is a secret by its form, whatever it is called; "" for others."""
    if any(map(_is_private, _ENCODED_PEM.findall(text))):
        return "a private key"
    if _HEADER.fullmatch(text.strip()):
        return "a login"
    return next((what for sign, form, what in _FORMS if sign in text and form.search(text)), "")


def assigned(text: str) -> str:
    """The first name in a text that promises a secret and is given one there; "" for none.

    Only what has a digit and a letter counts: words may be names and types.
    """
    if not _MAY_ASSIGN.search(text):
        return ""
    return next((name for name, value in _given(text) if promises(name) and literal(value) and _mixed(value)), "")


def _given(text: str) -> Iterator[tuple[str, str]]:
    yield from ((found[1], found[3]) for found in _QUOTED.finditer(text))
    yield from ((found[1], found[2]) for found in _BARE.finditer(text))
    yield from ((found[1], found[2]) for found in _INLINE.finditer(text))


def _mixed(text: str) -> bool:
    return any(char.isdigit() for char in text) and any(char.isalpha() for char in text)


def _is_private(encoded: str) -> bool:
    try:
        return b"PRIVATE KEY" in base64.b64decode(encoded[:48])
    except (ValueError, binascii.Error):
        return False


def in_link(text: str) -> str:
    """What an address in a text carries that is a secret; "" for none."""
    if "://" not in text:
        return ""
    found = _USER.search(text)
    if found and literal(found[1]):
        return "a password"
    signed = _SIGNATURE.search(text)
    return "a signature" if signed and literal(signed[2]) else ""
