"""What operators make of single objects of the tree: Secrets of what is sealed or signed, claims of a StatefulSet.

Sources: sealed-secrets v0.36.6, pkg/apis/sealedsecrets/v1alpha1; cert-manager v1.21.1, Certificate and its
gateway-shim; external-secrets v1.3.2, pkg/controllers/externalsecret/externalsecret_controller_template.go;
secrets-store-csi-driver v1.5, SecretProviderClass; Kubernetes, StatefulSet; Crossplane 2.0, connection details.
"""

from collections.abc import Iterator
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence, whole
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.checks.world.making import Made
from kserve_gitops.core.origins import Path

_TLS = frozenset({"tls.crt", "tls.key", "ca.crt"})
_ISSUERS = ("cert-manager.io/issuer", "cert-manager.io/cluster-issuer")


def made_by_objects(tree: Tree) -> Iterator[Made]:
    """Everything that follows from one object, KServe's own kinds apart."""
    for kind, make in _MAKERS.items():
        for found in tree.of(kind):
            yield from make(found)
    for found in tree.objects:
        if _CONNECTION in found.spec:
            yield from _connection(found)


def _sealed_secret(found: Object) -> Iterator[Made]:
    template = found.mapping("spec", "template")
    keys = {*found.mapping("spec", "encryptedData"), *mapping(template.get("data"))}
    # One in which nothing is sealed is told itself (KG513).
    known = found.sound and found.get("spec", "data") is None and bool(keys)
    yield Made(
        "Secret",
        found.namespace,
        found.name,
        found,
        ("spec", "encryptedData"),
        keys=_texts(keys) if known else None,
        annotations=mapping(mapping(template.get("metadata")).get("annotations")),
    )


def _external_secret(found: Object) -> Iterator[Made]:
    target = found.mapping("spec", "target")
    template = mapping(target.get("template"))
    # Without a template the Secret gets the annotations of the ExternalSecret.
    holder = mapping(template.get("metadata")) if template else found.mapping("metadata")
    yield Made(
        "Secret",
        found.namespace,
        found.text("spec", "target", "name") or found.name,
        found,
        ("spec",),
        keys=_fetched(found),
        annotations=mapping(holder.get("annotations")),
    )


def _fetched(found: Object) -> frozenset[str] | None:
    """The keys of the Secret of an ExternalSecret; other groups than its own have a kind of that name too."""
    template = found.mapping("spec", "target", "template")
    ours = found.group.startswith("external-secrets.")
    adds = found.get("spec", "target", "creationPolicy") in ("Merge", "None")
    more = found.get("spec", "dataFrom") or template.get("templateFrom")
    if not (ours and found.sound) or adds or more:
        return None
    written = _texts(mapping(template.get("data")))
    if written and template.get("mergePolicy") != "Merge":
        return written
    return written | _texts(mapping(entry).get("secretKey") for entry in found.sequence("spec", "data"))


def _certificate(found: Object) -> Iterator[Made]:
    if name := found.text("spec", "secretName"):
        more = found.get("spec", "keystores") or found.get("spec", "additionalOutputFormats")
        annotations = found.mapping("spec", "secretTemplate", "annotations")
        at = ("spec", "secretName")
        keys = None if more else _TLS
        yield Made("Secret", found.namespace, name, found, at, keys=keys, annotations=annotations)


def _issuer(found: Object) -> Iterator[Made]:
    at = ("spec", "acme", "privateKeySecretRef", "name")
    if name := found.text(*at):
        yield Made("Secret", found.namespace or "cert-manager", name, found, at, keys=frozenset({"tls.key"}))


def _gateway(found: Object) -> Iterator[Made]:
    """Where an annotation names an issuer, cert-manager makes the Secrets that the listeners name."""
    if not any(key in found.annotations for key in _ISSUERS):
        return
    for number, listener in enumerate(found.sequence("spec", "listeners")):
        references = sequence(mapping(mapping(listener).get("tls")).get("certificateRefs"))
        for place, reference in enumerate(map(mapping, references)):
            at = ("spec", "listeners", number, "tls", "certificateRefs", place)
            yield from _signed(found, reference.get("name"), at, reference.get("namespace"))


def _ingress(found: Object) -> Iterator[Made]:
    if any(key in found.annotations for key in (*_ISSUERS, "kubernetes.io/tls-acme")):
        for number, entry in enumerate(found.sequence("spec", "tls")):
            yield from _signed(found, mapping(entry).get("secretName"), ("spec", "tls", number))


def _signed(found: Object, name: Any, at: Path, namespace: Any = None) -> Iterator[Made]:
    if isinstance(name, str) and name:
        where = namespace if isinstance(namespace, str) and namespace else found.namespace
        yield Made("Secret", where, name, found, at, keys=_TLS)


def _secret_provider_class(found: Object) -> Iterator[Made]:
    for number, entry in enumerate(map(mapping, found.sequence("spec", "secretObjects"))):
        name = entry.get("secretName")
        if isinstance(name, str) and name:
            keys = _texts(mapping(one).get("key") for one in sequence(entry.get("data")))
            yield Made("Secret", found.namespace, name, found, ("spec", "secretObjects", number), keys=keys)


_CONNECTION = "writeConnectionSecretToRef"
"""In the spec of what Crossplane manages: the Secret that it writes logins into."""


def _connection(found: Object) -> Iterator[Made]:
    at = ("spec", _CONNECTION, "name")
    if name := found.text(*at):
        namespace = found.text("spec", _CONNECTION, "namespace") or found.namespace
        yield Made("Secret", namespace, name, found, at)


_MOST = 100
"""Claims of a StatefulSet that are told apart: nobody refers to a later one by its name."""


def _stateful_set(found: Object) -> Iterator[Made]:
    replicas = found.get("spec", "replicas")
    count = replicas if whole(replicas) else 1
    for number, template in enumerate(map(mapping, found.sequence("spec", "volumeClaimTemplates"))):
        name = mapping(template.get("metadata")).get("name")
        for ordinal in range(min(count, _MOST)):
            claim = f"{name}-{found.name}-{ordinal}"
            yield Made("PersistentVolumeClaim", found.namespace, claim, found, ("spec", "volumeClaimTemplates", number))


def _texts(keys: Any) -> frozenset[str]:
    return frozenset(key for key in keys if isinstance(key, str))


_MAKERS = {
    "SealedSecret": _sealed_secret,
    "ExternalSecret": _external_secret,
    "Certificate": _certificate,
    "Issuer": _issuer,
    "ClusterIssuer": _issuer,
    "Gateway": _gateway,
    "Ingress": _ingress,
    "SecretProviderClass": _secret_provider_class,
    "StatefulSet": _stateful_set,
}
