"""Metadata of SealedSecrets: what they hand to their Secret, and what they were sealed for."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.sealed import HANDED_ON, METADATA, sealed_secrets
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.core.origins import Path
from kserve_gitops.core.sealed_secret import CLUSTER_WIDE, NAMESPACE_WIDE
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving.credentials import S3

_TEMPLATE: Path = ("spec", "template", "metadata")
_SCOPES = (CLUSTER_WIDE, NAMESPACE_WIDE)
_BOOLEANS = ("true", "false")


@rule("KG510")
def unknown_metadata(tree: Tree) -> Iterator[Mistake]:
    """A field in the template of a SealedSecret that no metadata has.

    The schema of SealedSecret lets anything stand in `spec.template.metadata`, and the controller passes over what it
    does not know: the Secret is made without the labels or annotations that were meant.

    Fix: write the field that the message gives: `labels`, `annotations` and `finalizers` are handed to the Secret.

    Since: every release

    Source: bitnami-labs/sealed-secrets v0.36.6, helm/sealed-secrets/crds; pkg/apis/sealedsecrets/v1alpha1/types.go.
    """
    for found in sealed_secrets(tree):
        for key in found.mapping(*_TEMPLATE):
            if key not in METADATA:
                hint = closest(str(key), HANDED_ON) or f"allowed here: {', '.join(HANDED_ON)}"
                yield found.error(_TEMPLATE, f"unknown field '{key}'", hint=hint, key=str(key))


@rule("KG511")
def other_name(tree: Tree) -> Iterator[Mistake]:
    """A SealedSecret whose template has another name or namespace.

    The Secret always gets name and namespace of the SealedSecret. kubeseal writes them in both places alike, and seals
    for them; where they differ, one was changed afterwards. Values are bound to the name they were sealed for, unless
    their scope is wider: under another one the controller says `no key could decrypt secret`.

    Fix: seal again for the name and namespace that are wanted; write those in both places.

    Since: every release

    Source: bitnami-labs/sealed-secrets v0.36.6, pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go, Unseal.
    """
    for found in sealed_secrets(tree):
        free = {"name": _scope(found) != "", "namespace": _scope(found) == CLUSTER_WIDE}
        for key, own in (("name", found.name), ("namespace", found.namespace)):
            written = found.text(*_TEMPLATE, key)
            if not written or not own or written == own:
                continue
            message = f"the template has the {key} '{written}', and the SealedSecret '{own}'"
            if free[key]:
                yield found.warning((*_TEMPLATE, key), f"{message}, which counts", hint=f"write '{own}'")
            else:
                hint = f"if it was sealed for '{written}', seal it again for '{own}'; write '{own}' in both places"
                yield found.error((*_TEMPLATE, key), message, hint=hint)


@rule("KG512")
def lost_metadata(tree: Tree) -> Iterator[Mistake]:
    """Labels or annotations of a SealedSecret that stand in its template alone.

    They are handed to the Secret, and all is well until the file is sealed again with `kubeseal --re-encrypt`: the
    controller then puts the metadata of the SealedSecret in place of that of its template, and what stands there alone
    is lost.

    Fix: write the same labels and annotations in `metadata` too.

    Since: every release

    Source: bitnami-labs/sealed-secrets v0.36.6, pkg/controller/controller.go, Rotate.
    """
    for found in sealed_secrets(tree):
        for word in ("labels", "annotations"):
            given, own = found.mapping(*_TEMPLATE, word), found.mapping("metadata", word)
            misspelt = [str(key) for key in own.keys() - given.keys() if str(key).startswith(S3)]
            for key, value in given.items():
                if key in _SCOPES or own.get(key) == value or (key not in own and closest(str(key), misspelt)):
                    continue
                what = "another value" if key in own else "nothing"
                message = f"'{key}' is lost on re-encryption: metadata has {what} there"
                yield found.warning((*_TEMPLATE, word, key), message, hint=f"write it in metadata.{word} too")


@rule("KG516")
def scope(tree: Tree) -> Iterator[Mistake]:
    """A scope of a SealedSecret that does not count as it stands.

    The controller reads the scope from the annotations of the SealedSecret: with both it takes `cluster-wide`, with
    another word than `true` none, and in the template alone they mean nothing. With another scope than the one they
    were sealed for, the values cannot be unsealed.

    Fix: write the one annotation that kubeseal wrote, as `"true"`, in `metadata`.

    Since: every release

    Source: bitnami-labs/sealed-secrets v0.36.6, pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go, SecretScope
    and Unseal.
    """
    for found in sealed_secrets(tree):
        handed = found.mapping(*_TEMPLATE, "annotations")
        if all(found.annotations.get(key) == "true" for key in _SCOPES):
            hint = "keep the one that it was sealed with"
            at = ("metadata", "annotations", NAMESPACE_WIDE)
            yield found.warning(at, f"'{CLUSTER_WIDE}' stands beside it, and wins", hint=hint)
        for key in _SCOPES:
            value = found.annotations.get(key)
            if isinstance(value, str) and value not in _BOOLEANS:
                message = f"'{value}' is not 'true', so the scope does not count"
                yield found.error(("metadata", "annotations", key), message, hint='write "true"')
            elif handed.get(key) == "true" and value is None and not _scope(found):
                hint = "write it in metadata.annotations too, as kubeseal does"
                yield found.error((*_TEMPLATE, "annotations", key), "the scope counts in metadata alone", hint=hint)


def _scope(found: Object) -> str:
    annotations: Mapping[str, Any] = mapping(found.annotations)
    return next((key for key in _SCOPES if annotations.get(key) == "true"), "")
