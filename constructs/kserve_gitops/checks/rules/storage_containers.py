"""ClusterStorageContainers: which addresses of models they are for."""

import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cache

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.llm import is_since
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest

_FORMATS: Path = ("spec", "supportedUriFormats")
_WORK = ("initContainer", "localModelDownloadJob")
_NAMED_SINCE = "v0.20.0"
"""From here on a predictor may name the container that it wants."""
_OURS = ("gs://", "s3://", "hdfs://", "hf://", "webhdfs://")
"""Prefixes of the container that KServe's chart brings."""
_DEFAULT = "default"

_CLASS_OR_ESCAPE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")
_NEVER_IN_GO = re.compile(r"\(\?(?:=|!|<=|<!|>|#|P=|\()|[*+?}]\+")
_BACK_REFERENCE = re.compile(r"(?:^|[^\\])(?:\\\\)*\\[1-9]")
_ONLY_IN_GO = re.compile(r"\\[QECpPx]|\(\?[A-Za-z]|\(\?<[A-Za-z]|\[\[:")
_NOTHING_BEFORE = re.compile(r"(^|[(|])[*+]|^\?")
_AGREED = (
    "missing )",
    "unbalanced parenthesis",
    "unterminated character set",
    "bad escape (end",
    "bad character range",
)
"""How Python begins to say what Go says too; a range with an escape in it Go may accept."""


@rule("KG168")
def storage_container(tree: Tree) -> Iterator[Mistake]:
    """A ClusterStorageContainer that is never chosen, chosen by chance, or breaks what asks for it.

    KServe goes through all of them in no fixed order, and takes the first with a format that fits the model's address.
    A format with a `prefix` does not look at its `regex`, and one without either fits nothing. A regex that Go cannot
    compile stops every pod whose model has an address that came so far. `workloadType` is compared letter by letter.

    Fix: one of `prefix` and `regex` in each format, a prefix that no other container has, and a regex without
    lookaround and back references.

    Since: v0.16.0; by chance until v0.19

    Source: kserve/kserve v0.16.0, pkg/apis/serving/v1alpha1/storage_container_types.go and GetStorageContainerSpec in
    pkg/webhook/admission/pod/storage_initializer_injector.go; charts/kserve-resources/templates
    """
    enabled = [one for one in tree.of("ClusterStorageContainer") if one.get("disabled") is not True]
    for container in enabled:
        yield from _work(container)
        for number, given in enumerate(container.sequence(*_FORMATS)):
            yield from _format(container, (*_FORMATS, number), mapping(given))
    if not is_since(tree, _NAMED_SINCE):
        ours = () if tree.setting("storagecontainer.enabled") is False else _OURS
        yield from _shared(enabled, ours)


def _shared(enabled: list[Object], ours: tuple[str, ...]) -> Iterator[Mistake]:
    """Prefixes that two containers for the same work have, or one and KServe's own."""
    hint = "give them prefixes of their own, or disable one"
    first: dict[tuple[str, str], tuple[Object, Path]] = {}
    for container in enabled:
        work = str(container.get("spec", "workloadType") or _WORK[0])
        for number, given in enumerate(container.sequence(*_FORMATS)):
            prefix, at = mapping(given).get("prefix"), (*_FORMATS, number, "prefix")
            if not isinstance(prefix, str) or not prefix:
                continue
            other = first.setdefault((work, prefix), (container, at))
            if other[0] is not container:
                message = f"another container is for '{prefix}' too: which of them is taken changes"
                yield container.warning(at, message, hint=hint, other=other)
            elif prefix in ours and work == _WORK[0] and container.name != _DEFAULT:
                message = f"KServe's own '{_DEFAULT}' is for '{prefix}' too: which of them is taken changes"
                yield container.warning(at, message, hint=hint)


def _work(container: Object) -> Iterator[Mistake]:
    at: Path = ("spec", "workloadType")
    work = container.get(*at)
    if isinstance(work, str) and work not in _WORK:
        hint = closest(work, _WORK) or f"it is {' or '.join(_WORK)}"
        yield container.error(at, f"'{work}' is no workload: the container is never chosen", hint=hint)
    if work == _WORK[1] and not container.text("spec", "container", "image"):
        yield container.error(("spec", "container"), "the job to download a model has no image", hint="add image")


def _format(container: Object, at: Path, given: Mapping[str, object]) -> Iterator[Mistake]:
    prefix, regex = given.get("prefix"), given.get("regex")
    if not prefix and not regex:
        yield container.error(at, "it fits no address", hint="add prefix or regex")
    elif prefix and regex:
        yield container.warning((*at, "regex"), "beside a prefix a regex is not looked at", hint="keep one of them")
    elif isinstance(regex, str) and (wrong := _problem_with_regex(regex)):
        hint = "Go's regular expressions are those of RE2"
        yield container.error((*at, "regex"), f"'{regex}' is no regular expression: {wrong}", hint=hint)


@cache
def _problem_with_regex(regex: str) -> str:
    """What Go's dialect is sure to refuse; "" for the rest, whatever Python thinks of it."""
    bare = _CLASS_OR_ESCAPE.sub("_", regex)
    if _NEVER_IN_GO.search(bare):
        return "lookaround and the like are unknown to Go"
    if _ONLY_IN_GO.search(regex):
        return ""
    if _BACK_REFERENCE.search(regex):
        return "back references are unknown to Go"
    if _NOTHING_BEFORE.search(bare):
        return "nothing to repeat"
    return _agreed(regex)


def _agreed(regex: str) -> str:
    """What Python refuses for a reason that Go has too."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python may read otherwise
            re.compile(regex)
    except re.error as error:
        return error.msg if error.msg.startswith(_AGREED) and "\\" not in error.msg else ""
    except (OverflowError, RecursionError):
        return ""
    return ""
