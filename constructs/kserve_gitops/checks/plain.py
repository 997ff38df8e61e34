"""Which names promise a secret, and which texts are one. Nothing here may ever hand a text on into a message.

A name is cut into words at `_`, `-`, `.` and capitals: AWS_SECRET_ACCESS_KEY and awsSecretAccessKey are the same. What
it is about stands in its last words, so that secretAccessKeyName and tokenExpiration promise none.
"""

import re
from typing import Any

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_LAST = frozenset({"password", "passwd", "passphrase", "pwd"})
_LAST_TWO = frozenset(
    {
        ("access", "key"),
        ("account", "key"),
        ("api", "key"),
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
_JOINED = frozenset({"apikey", "accesskey", "privatekey", "authtoken", "accesstoken", "secretaccesskey"})
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

_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/=]{16}")
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,500}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}")
_WELL_KNOWN = re.compile(
    r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,}|glpat-[A-Za-z0-9_-]{20}|xox[abprs]-[A-Za-z0-9-]{20,}"
    r"|hf_[A-Za-z0-9]{30,}|sk-[A-Za-z0-9_-]{32,})\b"
)
_AWS_FILE = re.compile(
    r"\baws_secret_access_key[\"']?\s*[=:]\s*[\"']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])", re.IGNORECASE
)
_USER = re.compile(r"(?<=[a-z0-9]://)[^\s/:@?#'\"]*:([^\s/@?#'\"]+)@", re.IGNORECASE)
_SIGNATURE = re.compile(r"[?&](sig|X-Amz-Signature|X-Goog-Signature)=([^&\s'\"]{8,})", re.IGNORECASE)


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
        return before in _AFTER[last] or (last == "secret" and name.isupper())
    if (before, last) == ("secret", "key"):  # the key in a Secret, more often than not
        return name.isupper() or (len(words) > 2 and words[-3] in _OF_SECRET_KEY)  # noqa: PLR2004
    return last in _LAST or (before, last) in _LAST_TWO or last in _JOINED


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
    if "PRIVATE KEY" in text and _PRIVATE_KEY.search(text):
        return "a private key"
    if "eyJ" in text and _JWT.search(text):
        return "a signed token"
    if ("_" in text or "-" in text) and _WELL_KNOWN.search(text):
        return "an access token"
    if _AWS_FILE.search(text):
        return "a secret access key"
    return ""


def in_link(text: str) -> str:
    """What an address in a text carries that is a secret; "" for none."""
    if "://" not in text:
        return ""
    found = _USER.search(text)
    if found and literal(found[1]):
        return "a password"
    signed = _SIGNATURE.search(text)
    return "a signature" if signed and literal(signed[2]) else ""
