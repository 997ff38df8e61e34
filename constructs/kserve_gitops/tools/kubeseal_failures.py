"""What kubeseal's failures mean, and what to do about each.

Source: bitnami-labs/sealed-secrets v0.36.6, cmd/kubeseal/main.go and pkg/kubeseal/kubeseal.go. A failure is a line
`error: …` on standard error and exit code 1; an unknown flag is the last line of standard output, with code 2.
"""

import re
from collections.abc import Collection

from kserve_gitops.core.errors import ToolError
from kserve_gitops.tools.process import Done
from kserve_gitops.tools.withheld import without_values

_CONTROLLER = (
    "can the cluster be reached, and are name and namespace the controller's? "
    "the Helm chart calls it sealed-secrets unless told otherwise"
)
_FETCH = "kserve-gitops seal --fetch-cert"
_CERTIFICATE = f"it must be the certificate of the controller: {_FETCH}"
_OTHER_FLAGS = "this kubeseal has other flags; v0.36.6 is proven"
_UNSEALABLE = "it is for another cluster, name, namespace or scope, or its key is gone: seal it again"
_KUBECONFIG = "set KUBECONFIG, or name a context: kubectl config get-contexts lists them"

_KNOWN = (
    ("open ", f"write the certificate of the controller there: {_FETCH}"),
    ("cannot fetch certificate", "is the controller's pod ready, and may you use the proxy of its service?"),
    ("cannot fetch", "is that the address of the controller's certificate?"),
    ("data does not contain any valid RSA or ECDSA certificates", _CERTIFICATE),
    ("failed to read any certificates", _CERTIFICATE),
    ("expected RSA public key", _CERTIFICATE),
    ("failed to encrypt using an expired certificate", f"fetch the controller's newest: {_FETCH}"),
    ("namespace mismatch", "the Secret and kubeseal's --namespace must agree"),
    ("missing metadata.name in input Secret", "write metadata.name"),
    ("secret.data is empty in input Secret", "write its keys under stringData"),
    ("no secrets found", "give it one Secret"),
    ("secret must declare a namespace", "write metadata.namespace"),
    ("unsupported output format", _OTHER_FLAGS),
    ("unknown flag", _OTHER_FLAGS),
    ("unknown shorthand flag", _OTHER_FLAGS),
    ("cannot get sealed secret service", _CONTROLLER),
    ("invalid configuration", _KUBECONFIG),
    ("context ", _KUBECONFIG),
    ("error loading config file", _KUBECONFIG),
    ("unable to rotate secret", _UNSEALABLE),
    ("cannot re-encrypt secret", _UNSEALABLE),
)
"""How a failure begins, in capitals or not, and what to do. The first that fits counts."""

_NOISE = re.compile(r"[IWEF]\d{4} \d\d:\d\d:\d\d|warning:|Flag --\S+ has been deprecated|\(tty detected", re.IGNORECASE)
"""What the Kubernetes client logs, and warnings: neither says why it failed."""
_BY_HAND = "run kubeseal by hand to see more"
_FLAG_ERROR = 2
_SHOWN = 300
"""Characters; an unfit public key is printed digit by digit."""


def failure(done: Done, values: Collection[bytes] = ()) -> ToolError:
    """The error for a run that failed: the reason in kubeseal's own words, unless one of `values` stands there."""
    if done.code < 0:
        return ToolError(f"kubeseal was ended by signal {-done.code}", hint="was there enough memory? run it again")
    told = _reason(done, values)
    heard = (told or _reason(done, ())).lower()
    start, hint = next(((start, hint) for start, hint in _KNOWN if heard.startswith(start.lower())), ("", _BY_HAND))
    if not told:
        # how a known failure begins is said by kubeseal of any Secret
        told = f"{start.strip()} …" if start else f"it ended with {done.code}, and said nothing that may be shown"
    shown = told if len(told) <= _SHOWN else f"{told[:_SHOWN]}…"
    return ToolError(f"kubeseal: {shown.rstrip('.')}", hint=hint)


def _reason(done: Done, values: Collection[bytes]) -> str:
    """Why it failed, as it says in the last line that is no noise; "" where it says nothing."""
    lines = [line for line in without_values(done.err, values) if not _NOISE.match(line)]
    marked = [line for line in lines if line.startswith(("error: ", "panic: "))]
    if not marked and done.code == _FLAG_ERROR:
        lines = without_values(done.out, values)
    return next(iter((marked or lines)[-1:]), "").removeprefix("error: ")
