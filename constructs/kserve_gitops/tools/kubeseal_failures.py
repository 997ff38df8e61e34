"""What kubeseal's failures mean, and what to do about each.

Source: bitnami-labs/sealed-secrets v0.36.6, cmd/kubeseal/main.go and pkg/kubeseal/kubeseal.go. A failure is a line
`error: …` on standard error and exit code 1; an unknown flag is the last line of standard output, with code 2.
"""

import re
from collections.abc import Iterable

from kserve_gitops.core.errors import ToolError
from kserve_gitops.tools.process import Done
from kserve_gitops.tools.withheld import without_values

CONTROLLER = (
    "say the name and the namespace of the controller: the Helm chart calls it sealed-secrets unless told otherwise"
)
_CERTIFICATE = "it must be the certificate of the controller: kubeseal --fetch-cert"
_OTHER_FLAGS = "this kubeseal has other flags; v0.36.6 is proven"
_UNSEALABLE = "it is for another cluster, name, namespace or scope, or its key is gone: seal it again"
_KUBECONFIG = "set KUBECONFIG, or name a context: kubectl config get-contexts lists them"

_KNOWN = (
    ("open ", "write the certificate of the controller there: kubeseal --fetch-cert"),
    ("cannot fetch certificate", "is the controller's pod ready, and may you use the proxy of its service?"),
    ("cannot fetch", "is that the address of the controller's certificate?"),
    ("data does not contain any valid RSA or ECDSA certificates", _CERTIFICATE),
    ("failed to read any certificates", _CERTIFICATE),
    ("expected RSA public key", _CERTIFICATE),
    ("failed to encrypt using an expired certificate", "fetch the controller's newest: kubeseal --fetch-cert"),
    ("namespace mismatch", "the Secret and kubeseal's --namespace must agree"),
    ("missing metadata.name in input Secret", "write metadata.name"),
    ("secret.data is empty in input Secret", "write its keys under stringData"),
    ("no secrets found", "give it one Secret"),
    ("secret must declare a namespace", "write metadata.namespace"),
    ("unsupported output format", _OTHER_FLAGS),
    ("unknown flag", _OTHER_FLAGS),
    ("unknown shorthand flag", _OTHER_FLAGS),
    ("cannot get sealed secret service", CONTROLLER),
    ("invalid configuration", _KUBECONFIG),
    ("context ", _KUBECONFIG),
    ("error loading config file", _KUBECONFIG),
    ("unable to rotate secret", _UNSEALABLE),
    ("cannot re-encrypt secret", _UNSEALABLE),
    ("unable to decrypt sealed secret", _UNSEALABLE),
    ("cannot validate sealed secret", "is the controller's pod ready, and may you use the proxy of its service?"),
)
"""How a failure begins, and what to do. The first that fits counts."""

_NOISE = re.compile(r"[IWEF]\d{4} \d\d:\d\d:\d\d|warning:|Flag --\S+ has been deprecated|\(tty detected", re.IGNORECASE)
"""What the Kubernetes client logs, and warnings: neither says why it failed."""
_FLAG_ERROR = 2
_SHOWN = 300
"""Characters; an unfit public key is printed digit by digit."""


def failure(done: Done, values: Iterable[bytes] = ()) -> ToolError:
    """The error for a run that failed, with the reason in kubeseal's own words unless one of `values` stands there."""
    if done.code < 0:
        hint = "was there enough memory? run it again"
        return ToolError(f"kubeseal was ended by signal {-done.code}", hint=hint)
    told = _last(_reasons(done.out, done.err, done.code, values))
    known = next(((start, hint) for start, hint in _KNOWN if told.startswith(start)), None)
    if known is None and not told:
        known = _held_back(done)
    reason = told or (known[0].strip() if known else f"it ended with {done.code}, and said nothing that may be shown")
    shown = reason if len(reason) <= _SHOWN else f"{reason[:_SHOWN]}…"
    return ToolError(f"kubeseal: {shown.rstrip('.')}", hint=known[1] if known else "run kubeseal by hand to see more")


def _reasons(out: bytes, err: bytes, code: int, values: Iterable[bytes]) -> list[str]:
    """Why it failed, as it says; the last counts."""
    lines = [line for line in without_values(err, values) if not _NOISE.match(line)]
    marked = [line for line in lines if line.startswith(("error: ", "panic: "))]
    if marked:
        return [marked[-1].removeprefix("error: ")]
    return without_values(out, values)[-1:] if code == _FLAG_ERROR else lines


def _held_back(done: Done) -> tuple[str, str] | None:
    """The failure that kubeseal's words begin like, where they cannot be repeated; that much of them is ours."""
    told = _last(_reasons(done.out, done.err, done.code, ()))
    return next(((start, hint) for start, hint in _KNOWN if told.startswith(start)), None)


def _last(reasons: list[str]) -> str:
    return reasons[-1] if reasons else ""
