"""Which names and references the API server takes in places where schemas only say `string`.

As in `core.names`, each function returns "" for what is legal, else a phrase that says what is wrong.
Sources: Kubernetes v1.34, pkg/apis/*/validation and k8s.io/apimachinery/pkg/util/validation;
github.com/distribution/reference v0.6.0 for images.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from kserve_gitops.core.names import problem_with_label, problem_with_service_name, problem_with_subdomain

_NAME_PART = re.compile(r"[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?")
_LONGEST_PART = 63
_LONGEST_CRON_JOB = 52

_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_PORT_NAME = 15

_VARIABLE = re.compile(r"[ -<>-~]+")
"""Printable ASCII but `=`, which Kubernetes takes since 1.32; older ones take less."""

_HOST = r"(?:[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])"
_SEGMENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    rf"(?:{_HOST}(?::[0-9]+)?/)?{_SEGMENT}(?:/{_SEGMENT})*"
    r"(?::[A-Za-z0-9_][-.A-Za-z0-9_]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
)
_LONGEST_IMAGE = 1000
"""Characters: longer ones are not judged, for looking at them costs the square of the length."""


@lru_cache(maxsize=1000)
def problem_with_key(value: str, *, any_case: bool = False) -> str:
    """The key of a label or, with `any_case`, of an annotation: a name, maybe with a DNS name and `/` before it."""
    prefix, slash, name = value.rpartition("/")
    if slash and (not prefix or problem_with_subdomain(prefix.lower() if any_case else prefix)):
        return f"'{value}' is not legal: before its '/' stands a DNS name, as in example.com/{name or 'team'}"
    if not name:
        return f"'{value}' is not legal: a name stands behind its '/'" if slash else "a key must not be empty"
    if not _NAME_PART.fullmatch(name):
        return f"'{value}' is not legal: only letters, digits, '-', '_' and '.', a letter or digit at both ends"
    if len(name) > _LONGEST_PART:
        return f"the name of '{value}' has {len(name)} characters, at most {_LONGEST_PART} are legal"
    return ""


def problem_with_path_segment(value: str) -> str:
    """The name of a Role and its relatives: anything that can stand in a path."""
    wrong = value in (".", "..") or "/" in value or "%" in value
    return f"'{value}' is not legal: it has no '/' and no '%', and is not '.' or '..'" if wrong else ""


def problem_with_cron_job_name(value: str) -> str:
    """As other objects, with room for the suffix of its Jobs."""
    wrong = problem_with_subdomain(value)
    if wrong or len(value) <= _LONGEST_CRON_JOB:
        return wrong
    return f"'{value}' has {len(value)} characters, a CronJob's name at most {_LONGEST_CRON_JOB}"


_BY_KIND: dict[tuple[str, str], Callable[[str], str]] = {
    ("", "Namespace"): problem_with_label,
    ("", "Service"): problem_with_service_name,
    ("batch", "CronJob"): problem_with_cron_job_name,
    **{
        ("rbac.authorization.k8s.io", kind): problem_with_path_segment
        for kind in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")
    },
}


def problem_with_object_name(group: str, kind: str, value: str) -> str:
    """`metadata.name` of an object of that group and kind."""
    return _BY_KIND.get((group, kind), problem_with_subdomain)(value)


def problem_with_port_name(value: str) -> str:
    """The name of a container's port, and what a Service or a probe calls it by."""
    if not _PORT_NAME.fullmatch(value):
        return (
            f"'{value}' is no name of a port: only lower-case letters, digits and single '-', and one letter at least"
        )
    if len(value) > _LONGEST_PORT_NAME:
        return f"'{value}' has {len(value)} characters, the name of a port at most {_LONGEST_PORT_NAME}"
    return ""


def problem_with_variable(value: str) -> str:
    """The name of an environment variable."""
    return (
        "" if _VARIABLE.fullmatch(value) else f"'{value}' is no name of a variable: no '=', and no character but ASCII"
    )


def problem_with_image(value: str) -> str:
    """The reference to a container image; the registry, the tag and the digest may be missing."""
    if len(value) > _LONGEST_IMAGE or _IMAGE.fullmatch(value):
        return ""
    if not value.strip():
        return "the image is empty"
    if "://" in value:
        return f"'{value}' is a URL; an image has no scheme"
    if value != value.strip() or " " in value:
        return f"'{value}' is no image: it has a space in it"
    if _IMAGE.fullmatch(value.lower()):
        return f"'{value}' is no image: all but registry and tag is lower case"
    return f"'{value}' is no image: it is written registry/path:tag, or registry/path@sha256:…"
