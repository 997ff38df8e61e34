"""Annotations and labels of KServe's groups: which it knows, what it makes of their values, and what it never reads."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from kserve_gitops.checks.metadata import Tags, tags
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving import annotations as known
from kserve_gitops.serving.kinds import KINDS, MODEL

_MISSPELT = 0.85
"""As similar as this, one key is the other one written wrong; anything less may be somebody else's."""
_SECRET_NAME = "storage.storageSecretNameAnnotation"  # noqa: S105  the name of a setting
_SECRET_NAMES = (f"{known.SERVING}/secretName", f"{known.SERVING}/storageSecretName")

_NAMES = tuple(key.partition("/")[2] for key in known.KEYS if key not in (known.METRICS, known.TARGET))
"""What may be suggested."""


@rule("KG116")
def unknown_key(tree: Tree) -> Iterator[Mistake]:
    """An annotation or label of KServe's groups that KServe does not know.

    KServe looks for the keys that it knows and passes over all others without a word: what the key was meant to change
    stays as it is. A key of a newer release, a label that is written as an annotation, and a key in a misspelt group
    are no better.

    Fix: write the key that is suggested, or take it away; keys of your own belong into a group of your own.

    Since: v0.16.0; keys that came later are known from the release that brought them

    Source: kserve/kserve v0.16.0, v0.17.0, v0.19.0 and v0.20.0, pkg/constants/constants.go and
    pkg/credentials/s3/s3_secret.go.
    """
    release = order(tree.kserve)
    newer = {key: one.since for key, one in known.KEYS.items() if one.since and order(one.since) > release}
    configured = tree.setting(_SECRET_NAME)
    for found in tags(tree):
        for key in found.given:
            if not isinstance(key, str) or key in _SECRET_NAMES or key == configured:
                continue
            group, slash, name = key.rpartition("/")
            if key in known.KEYS:
                yield from _misplaced(found, key, known.KEYS[key])
                if key in newer:
                    message = f"'{key}' is read from KServe {newer[key]} on"
                    hint = f"this platform deploys {tree.kserve}"
                    yield found.owner.warning(found.at, message, hint=hint, key=key)
            elif group in known.GROUPS:
                yield _unknown(found, key, name)
            elif group in known.FORMER_GROUPS or (slash and _is_misspelt(group, known.GROUPS)):
                yield from _wrong_group(found, key, name)
            elif not slash and found.own and found.owner.kind == MODEL and name in known.WITHOUT_GROUP:
                hint = f"write {known.WITHOUT_GROUP[name]}"
                yield found.owner.error(
                    (*found.at, key), f"'{key}' lacks its group: KServe does not read it", hint=hint
                )


def _misplaced(found: Tags, key: str, meant: known.Key) -> Iterator[Mistake]:
    if not (meant.label if found.labels else meant.annotation):
        written, wanted = ("a label", "an annotation") if found.labels else ("an annotation", "a label")
        message = f"'{key}' is {wanted} to KServe, which does not read {written} of that name"
        hint = f"write it below {'annotations' if found.labels else 'labels'}"
        severe = found.owner.error if found.owner.kind in KINDS else found.owner.warning
        yield severe(found.at, message, hint=hint, key=key)


def _unknown(found: Tags, key: str, name: str) -> Mistake:
    near = closest(name, _NAMES)
    message = f"KServe knows no {'label' if found.labels else 'annotation'} '{key}'"
    if near and _is_misspelt(name, _NAMES):
        return found.owner.error(found.at, message, hint=near, key=key)
    return found.owner.warning(found.at, message, hint=near or "take it away, or use a group of your own", key=key)


def _wrong_group(found: Tags, key: str, name: str) -> Iterator[Mistake]:
    meant = next((one for one in known.KEYS if one.partition("/")[2] == name), None)
    if meant is not None:
        message = f"'{key}' is in no group of KServe's: nothing reads it"
        severe = found.owner.error if found.owner.kind in KINDS else found.owner.warning
        yield severe((*found.at, key), message, hint=f"did you mean '{meant}'?")


@lru_cache(maxsize=1000)
def _is_misspelt(word: str, choices: tuple[str, ...]) -> bool:
    plain = _plain(word)
    return any(SequenceMatcher(None, plain, _plain(choice)).ratio() >= _MISSPELT for choice in choices)


def _plain(word: str) -> str:
    return word[:100].lower().replace("-", "").replace("_", "")


@rule("KG123")
def value(tree: Tree) -> Iterator[Mistake]:
    """A value of an annotation or label that KServe does not understand.

    KServe compares most of these values with one word, such as `true`, and takes anything else for the opposite;
    `yes`, `True` or `1` switch nothing on. A list of GPU resources that is no JSON makes its webhook refuse the model.

    Fix: write one of the values that the message names, in quotes.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/utils/utils.go, metrics_aggregate_injector.go and
    storage_initializer_injector.go in pkg/webhook/admission/pod, and httproute_reconciler.go of the controller.
    """
    for found in tags(tree):
        for key, given in found.given.items():
            if isinstance(given, str) and key in known.KEYS and (wrong := known.misread(key, given)):
                # Only the multi-node checks of the webhook read the list, so elsewhere it is not refused.
                severe = found.owner.warning if key in (known.VISIBILITY, known.GPU_TYPES) else found.owner.error
                yield severe((*found.at, key), f"'{given}' {wrong}")


@rule("KG124")
def ignored(tree: Tree) -> Iterator[Mistake]:
    """An annotation that does nothing where it stands.

    Some annotations have a name in KServe's code that nothing reads, some are read in one deployment mode only, some in
    the metadata of the InferenceService but not in those of a component, and some are KServe's own to write. In
    Standard, `enable-prometheus-scraping` sends Prometheus to a port of Knative's queue proxy, where nobody listens.

    Fix: say it where it is read: `scaleMetric` and `scaleTarget` for a target of scaling, a PodMonitor on port 8080 and
    `/metrics` for scraping in Standard, `metadata.annotations` for what concerns the whole InferenceService.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/constants/constants.go,
    pkg/webhook/admission/pod/metrics_aggregate_injector.go; kserve/website issue 315.
    """
    modes = {id(service.row): service.mode for service in tree.services}
    for found in tags(tree):
        if found.labels:
            continue
        mode = modes.get(id(found.owner.row), "")
        for key, given in found.given.items():
            if isinstance(key, str) and (said := _does_nothing(found, key, given, mode)):
                message, hint = said
                yield found.owner.warning((*found.at, key), message, hint=hint)


_READ_BY_NOTHING = {
    key: (f"nothing in KServe reads '{key}'", "use scaleMetric and scaleTarget of the component")
    for key in (known.METRICS, known.TARGET)
}
_NOT_IN_STANDARD = {
    known.SCRAPING: (
        "port 9091, to which this sends Prometheus, is Knative's",
        "use a PodMonitor: port 8080, /metrics",
    ),
    known.AGGREGATION: ("Knative's queue proxy alone aggregates metrics", "take it away"),
}


def _does_nothing(found: Tags, key: str, given: object, mode: str) -> tuple[str, str] | None:
    """Message and hint for an annotation that is passed over; None for one that counts."""
    if key in _READ_BY_NOTHING:
        return _READ_BY_NOTHING[key]
    if key.startswith(f"{known.INTERNAL}/"):
        return f"KServe writes '{key}' itself, and may write over it", "take it away"
    if found.owner.kind == MODEL and not found.own and key in known.ON_THE_OBJECT:
        return f"KServe reads '{key}' in metadata.annotations alone", "move it there"
    return _NOT_IN_STANDARD.get(key) if mode == "Standard" and given == "true" else None
