"""A program that is none: it keeps what it was asked, and answers what the test says."""

import base64
import json
import os
from pathlib import Path

from kserve_gitops.tools.kubeseal import Kubeseal
from kserve_gitops.tools.process import Done

VALUE = "hunter2-hunter2"
PROGRAM = Path("/somewhere/kubeseal")
BLOCK = 256
"""Bytes of the RSA block of a key of 2048 bits."""


class Fake:
    """A Runner. An answer is a Done, or a function of what stands on standard input."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.argv, self.stdin, self.env, self.timeout = [], b"", {}, 0.0

    def __call__(self, argv, *, stdin=b"", timeout=60, env=None):
        self.argv, self.stdin, self.env = list(argv), stdin, dict(os.environ if env is None else env)
        self.timeout = timeout
        answer = self.answers.pop(0)
        return answer(stdin) if callable(answer) else answer


def said(text):
    return Done(0, text.encode(), b"")


def failed(err="", *, code=1, out=""):
    return Done(code, out.encode(), err.encode())


def sealing(**changes):
    """An answer as kubeseal gives it to a Secret in JSON, but for `changes` of its parts."""

    def answer(stdin):
        secret = json.loads(stdin)
        data = {key: ciphertext(len(base64.b64decode(value))) for key, value in secret["data"].items()}
        sealed = {
            "kind": "SealedSecret",
            "apiVersion": "bitnami.com/v1alpha1",
            "metadata": {**secret["metadata"], **changes.get("metadata", {})},
            "spec": {"template": {}, "encryptedData": changes.get("data", data)},
        }
        return said(json.dumps(sealed))

    return answer


def ciphertext(length):
    """As long as kubeseal's of so many bytes, and nothing else of it."""
    return base64.b64encode(BLOCK.to_bytes(2) + bytes(BLOCK + length + 16)).decode()


def secret(data=None, **metadata):
    return {
        "kind": "Secret",
        "metadata": {"name": "s3", "namespace": "kserve", **metadata},
        "stringData": data or {"k": VALUE},
    }


def sealed(**data):
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": "s3", "namespace": "kserve"},
        "spec": {"encryptedData": data or {"k": "AgA="}, "template": {"metadata": {"name": "s3"}}},
    }


def kubeseal(*answers):
    fake = Fake(*answers)
    return Kubeseal(PROGRAM, "0.36.6", fake), fake
