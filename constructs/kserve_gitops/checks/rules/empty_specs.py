"""Objects that their schemas let be empty, and that do nothing then."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree

_ISSUERS = ("acme", "ca", "selfSigned", "vault", "venafi")


@rule("KG461")
def kind_of_issuer(tree: Tree) -> Iterator[Mistake]:
    """An issuer of certificates that does not say how it signs them, or says it twice.

    cert-manager's webhook refuses it, and no Certificate that names it is ever ready.

    Fix: write one of `acme`, `ca`, `selfSigned`, `vault` and `venafi` under `spec`; for a test `selfSigned: {}`.

    Since: every release

    Source: cert-manager v1.21.1, ValidateIssuerConfig in internal/apis/certmanager/validation/issuer.go.
    """
    for found in tree.of("Issuer", "ClusterIssuer"):
        given = [name for name in _ISSUERS if found.get("spec", name) is not None]
        if found.group != "cert-manager.io":
            continue
        if not given:
            yield found.error(("spec",), "it does not say how it signs", hint=f"add one of {', '.join(_ISSUERS)}")
        elif len(given) > 1:
            yield found.error(("spec",), f"it signs in one way, not by {' and '.join(given)}", hint="keep one")


@rule("KG462")
def nothing_to_hand_over(tree: Tree) -> Iterator[Mistake]:
    """A TriggerAuthentication with nothing in it.

    KEDA takes it and hands nothing to the scaler that names it, which then asks its source without credentials.

    Fix: name the Secret under `secretTargetRef`, or the identity under `podIdentity`.

    Since: every release

    Source: KEDA documentation, Authentication, "Re-use credentials and delegate auth with TriggerAuthentication".
    """
    for found in tree.of("TriggerAuthentication", "ClusterTriggerAuthentication"):
        if found.group == "keda.sh" and not any(found.spec.values()):
            hint = "add secretTargetRef with the Secret and its keys"
            yield found.error(("spec",), "it hands nothing to the scaler", hint=hint)
