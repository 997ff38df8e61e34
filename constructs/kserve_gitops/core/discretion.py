"""Findings about reading a file, without what they quote: messages end in the logs of CI, where no secret may stand."""

import re
from dataclasses import replace

from kserve_gitops.core.codes import meaning
from kserve_gitops.core.findings import Finding

_BEGUN = re.compile(r" '[!*].*'")
"""A tag or an alias as a message quotes it: a password that begins like one, without quotes, is read as one."""
_QUOTING = ("KG005", "KG011")
"""What readers of YAML differ on, and keys and numbers that are none."""
_SECRET = re.compile(r"passw|passphrase|pwd|secret|token|credential|(api|access|private)[-_]?key", re.IGNORECASE)


def discreet(finding: Finding) -> Finding:
    """The finding without the value that it quotes."""
    if finding.code not in _QUOTING:
        return replace(finding, message=_BEGUN.sub("", finding.message))
    return Finding(finding.code, meaning(finding.code), finding.place, "put it in quotes, or write what it means")


def names_secret(key: object) -> bool:
    """Whether what stands under a key may be a secret, by the key's name."""
    return isinstance(key, str) and _SECRET.search(key) is not None
