"""Whether the address of a model says which version it is.

KServe rolls out a model when its address changes, and only then: new files under the old address are loaded by new
pods alone. So every version needs an address of its own. A part of the path counts as a version if it is

- a number, a version or a date: 7, v3, 1.2.0, 2025-01-31, run-12, version=3,
- or ends in one: iris-1.2.joblib, model_v2,
- or an identifier that is never used twice: a UUID, a Git commit, `m-…` of MLflow, a random name of 16 and more.
"""

import re
from functools import lru_cache

from kserve_gitops.serving.storage_uris import parse

_NUMBER = r"v?\d+([._-]\d+)*([-+._]?(rc|alpha|beta|dev|post|a|b)[-.]?\d*)?(\+[\w.]+)?"
_WHOLE = re.compile(
    rf"{_NUMBER}|\d{{8}}t?\d*z?|\d{{4}}-\d{{2}}-\d{{2}}[t_ -].*"
    rf"|(version|ver|v|run|rev|revision|release|build|step|epoch|iter|iteration|checkpoint|ckpt|r|m)[-_=.]?{_NUMBER}"
    rf"|\w+=.*\d.*"
    r"|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
    r"|(m|sha|sha1|sha256|git|commit|run)[-_:][0-9a-f]{7,64}"
)
_ENDS = re.compile(rf".*[-_.@:]{_NUMBER}")
_HEX = re.compile(r"(?=.*\d)[0-9a-f]{7,64}")
_RANDOM = re.compile(r"(?=(\D*\d){3})(?=\d*[a-z])[0-9a-z]{16,}")
_EXTENSION = re.compile(r"(\.[a-z]{2,11})+$")

_LONGEST = 255
"""Characters: no file system has longer names, and it bounds the search."""

_NEWEST = frozenset({"latest", "current", "newest", "champion", "head", "@latest", "@champion"})
_STAGES = frozenset({"prod", "production", "live", "stable", "staging", "main", "master", "release", "default"})
_BRANCHES = frozenset({"main", "master", "head", "latest"})


def versioned(text: str) -> bool:
    """Whether an address says a version that nobody has to guess."""
    address = parse(text)
    if address.scheme == "hf":
        revision = address.path.partition(":")[2]
        return bool(revision) and revision.lower() not in _BRANCHES
    if address.scheme.startswith("oci"):
        return _image_versioned(address.path or address.host)
    segments = address.segments + ([address.host] if address.scheme == "pvc" else [])
    if not address.scheme and not segments:
        return False
    return not _newest_last(address.segments) and (
        any(map(_is_version, segments)) or any(map(_is_version, re.split(r"[?&#]", address.rest)))
    )


def moving(text: str) -> str:
    """The part of an address that says that what it leads to changes, such as `latest`; "" for none."""
    address = parse(text)
    if address.scheme == "hf" or address.scheme.startswith("oci"):
        word = address.path.rpartition(":")[2]
        return word if ":" in address.path and word.lower() in _BRANCHES else ""
    newest = [segment for segment in address.segments if segment.lower() in _NEWEST]
    directories = [segment for segment in address.segments if "." not in segment]
    stages = [segment for segment in directories[-1:] if segment.lower() in _STAGES]
    return next(reversed(newest + stages), "")


def _newest_last(segments: list[str]) -> bool:
    """Whether a word such as `latest` comes after every version: in mlflow/1/latest the 1 is no version of a model."""
    places = [n for n, segment in enumerate(segments) if segment.lower() in _NEWEST]
    return bool(places) and not any(map(_is_version, segments[places[-1] + 1 :]))


@lru_cache(maxsize=1024)
def _is_version(segment: str) -> bool:
    if len(segment) > _LONGEST:
        return False
    text = segment.lower()
    stem = _EXTENSION.sub("", text)
    return any(
        _WHOLE.fullmatch(part) or _ENDS.fullmatch(part) or _HEX.fullmatch(part) or _RANDOM.fullmatch(part)
        for part in {text, stem}
        if part
    )


def _image_versioned(reference: str) -> bool:
    if "@" in reference:
        return True
    _, colon, tag = reference.rpartition("/")[2].partition(":")
    return bool(colon) and bool(tag) and tag.lower() != "latest"
