"""A kubeseal that is none: it remembers the Secrets that it was given, and answers with ciphertext of nothing."""

import base64
import json
from pathlib import Path

from kserve_gitops.tools.kubeseal import Kubeseal
from tests.tools.fakes import sealing


class FakeKubeseal:
    """`given` are the Secrets, in the order they came, and `argv` the words beside each."""

    def __init__(self):
        self.given, self.argv = [], []

    def __call__(self, argv, *, stdin=b"", timeout=60, env=None):  # noqa: ARG002  a Runner is asked so
        self.argv.append(list(argv))
        self.given.append(json.loads(stdin))
        return sealing()(stdin)

    def values(self, namespace):
        """What was to be sealed for a namespace, by key."""
        found = next(one for one in self.given if one["metadata"]["namespace"] == namespace)
        return {key: base64.b64decode(text) for key, text in found["data"].items()}


def installed(monkeypatch):
    """Have every command take a fake one, which is returned."""
    fake = FakeKubeseal()
    monkeypatch.setattr(Kubeseal, "found", classmethod(lambda cls: cls(Path("kubeseal"), "0.36.6", fake)))
    return fake
