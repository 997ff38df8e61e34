"""Which names Kubernetes, KServe, DNS and S3 accept, and the nearest legal form of those that they do not.

Every function returns "" for a legal name, else a phrase that says what is wrong, to stand after
the field's name in a message. Lengths count characters; all of these names are ASCII.
"""

import re
import unicodedata
from ipaddress import AddressValueError, IPv4Address

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_LETTER_FIRST = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?)?")
_BUCKET = re.compile(r"[a-z0-9][-.a-z0-9]*[a-z0-9]")

_LABEL_LENGTH = 63
_DNS_LENGTH = 253
_BUCKET_LENGTH = range(3, 64)

_BUCKET_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_BUCKET_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3")


def problem_with_label(value: str) -> str:
    """DNS-1123 label: namespaces and most names that become a part of a host name; at most 63."""
    if not _LABEL.fullmatch(value):
        near = _nearest(value)
        return _phrase(value, "lower-case letters, digits and '-', a letter or digit at both ends", near)
    return _too_long(value, _LABEL_LENGTH, _nearest(value))


def problem_with_subdomain(value: str) -> str:
    """DNS-1123 subdomain: labels with dots between, the name of most objects; at most 253."""
    labels = value.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        near = ".".join(filter(None, map(_nearest, labels)))
        wanted = "lower-case letters, digits, '-' and '.', a letter or digit around each '.'"
        return _phrase(value, wanted, near if near and not problem_with_subdomain(near) else "")
    return _too_long(value, _DNS_LENGTH, "")


def problem_with_service_name(value: str) -> str:
    """DNS-1035 label: as a label, but a letter comes first; names of Services; at most 63."""
    return problem_with_inference_service_name(value) or _too_long(
        value, _LABEL_LENGTH, _nearest(value, letter_first=True)
    )


def problem_with_inference_service_name(value: str) -> str:
    """What KServe's webhook demands of an InferenceService or InferenceGraph.

    The webhook has no bound on length; what the controller derives from the name has one, and it
    depends on the namespace and the components, so it is not a property of the name alone.
    """
    if not _LETTER_FIRST.fullmatch(value):
        near = _nearest(value, letter_first=True)
        return _phrase(value, "lower-case letters, digits and '-', a letter first and no '-' last", near)
    return ""


def problem_with_label_value(value: str) -> str:
    """The value of a Kubernetes label; may be empty; at most 63."""
    if not _LABEL_VALUE.fullmatch(value):
        near = re.sub(r"[^-_.A-Za-z0-9]+", "-", _ascii(value))[:_LABEL_LENGTH].strip("-_.")
        return _phrase(value, "letters, digits, '-', '_' and '.', a letter or digit at both ends", near)
    return _too_long(value, _LABEL_LENGTH, value[:_LABEL_LENGTH].rstrip("-_."))


def problem_with_hostname(value: str) -> str:
    """A host name as routes and listeners take it: a leading `*.` is legal, an IP address and a port are not."""
    name = value.removeprefix("*.")
    if re.fullmatch(r"[a-z][-+.a-z0-9]*://.*", value, re.IGNORECASE | re.DOTALL):
        return f"'{value}' is a URL; write only its host name"
    if _is_ipv4(name):
        return f"'{value}' is an IP address; a host name is needed"
    labels = name.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        near = ".".join(filter(None, map(_nearest, labels)))
        near = f"*.{near}" if value.startswith("*.") else near
        wanted = "lower-case letters, digits, '-' and '.', and '*.' only in front"
        return _phrase(value, wanted, "" if near in ("", "*.") or problem_with_hostname(near) else near)
    long = next((label for label in labels if len(label) > _LABEL_LENGTH), "")
    return _too_long(long, _LABEL_LENGTH, "") or _too_long(value, _DNS_LENGTH, "")


def problem_with_bucket(value: str) -> str:
    """A general purpose S3 bucket, by AWS's naming rules; whether it exists or is free is another matter."""
    if not _BUCKET.fullmatch(value) or ".." in value:
        near = re.sub(r"\.{2,}", ".", re.sub(r"[^-.a-z0-9]+", "-", _ascii(value).lower())).strip("-.")
        near = near[: _BUCKET_LENGTH[-1]].rstrip("-.")
        wanted = "lower-case letters, digits, '-' and single dots, a letter or digit at both ends"
        legal = near != value and "@" not in value and not problem_with_bucket(near)  # a login is not repeated
        return _phrase(value, wanted, near if legal else "")
    if len(value) not in _BUCKET_LENGTH:
        return f"'{value}' has {len(value)} characters; a bucket has {_BUCKET_LENGTH[0]} to {_BUCKET_LENGTH[-1]}"
    if _is_ipv4(value):
        return f"'{value}' is an IP address, which no bucket may look like"
    reserved = [f"begins with '{p}'" for p in _BUCKET_PREFIXES if value.startswith(p)]
    reserved += [f"ends in '{s}'" for s in _BUCKET_SUFFIXES if value.endswith(s)]
    return f"'{value}' {reserved[0]}, which AWS keeps for itself" if reserved else ""


def _phrase(value: str, wanted: str, near: str) -> str:
    wrong = f"'{value}' is not legal" if value else "must not be empty"
    return f"{wrong}: only {wanted}" + (f"; '{near}' would do" if near else "")


def _too_long(value: str, most: int, near: str) -> str:
    if len(value) <= most:
        return ""
    return f"'{value}' has {len(value)} characters, at most {most} are legal" + (f"; '{near}' would do" if near else "")


def _nearest(value: str, *, letter_first: bool = False) -> str:
    """The label that looks most like `value`, or "" when nothing of it is legal."""
    dashed = re.sub(r"[^a-z0-9]+", "-", _ascii(value).lower())
    start = dashed.lstrip("-0123456789") if letter_first else dashed.lstrip("-")
    return start[:_LABEL_LENGTH].rstrip("-")


def _ascii(value: str) -> str:
    """Accents taken off, so that 'Modèle' suggests 'modele' and not 'mod-le'."""
    plain = unicodedata.normalize("NFKD", value)
    return "".join(char for char in plain if not unicodedata.combining(char))


def _is_ipv4(value: str) -> bool:
    try:
        IPv4Address(value)
    except AddressValueError:
        return False
    return True
