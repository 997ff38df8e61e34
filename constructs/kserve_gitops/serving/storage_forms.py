"""What follows the scheme in the address of a model: what each scheme demands.

KServe's controller does not look at it: a mistake shows later, when the init container downloads or the pod is made.
Nothing here looks whether a bucket or a model is there.

Sources: kserve/kserve v0.16.0 and v0.20.0: python/storage/kserve_storage/kserve_storage.py and pkg/utils/storage.go;
boto3 for the names of buckets that it takes; Google Cloud documentation, bucket names.
"""

import re
from collections.abc import Callable, Iterator

from kserve_gitops.core import names
from kserve_gitops.serving.storage_uris import NATIVE_OCI, Address, Wrong, parse


def malformed(text: str) -> Iterator[Wrong]:
    """What is wrong with an address whose scheme is legal, by the rules of that scheme."""
    if text != text.strip():
        yield Wrong("the address begins or ends with white space")
        return
    if any(character in "\n\r\t" for character in text):
        yield Wrong("the address has a line break or a tab in it")
        return
    address = parse(text)
    yield from _CHECKS.get(address.scheme, _anything)(address)


def _anything(_: Address) -> Iterator[Wrong]:
    yield from ()


_SDK_BUCKET = re.compile(r"[a-zA-Z0-9.\-_]{1,255}|arn:.+")
_GOOGLE_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_RESERVED = "which AWS keeps for itself"


def _s3(address: Address) -> Iterator[Wrong]:
    if not address.host:
        yield Wrong("the address names no bucket", "write s3://<bucket>/<path>")
    elif not _SDK_BUCKET.fullmatch(address.host):
        yield Wrong(f"bucket {names.problem_with_bucket(address.host) or 'has an illegal name'}")
    else:
        wrong = names.problem_with_bucket(address.host)
        if wrong and _RESERVED not in wrong and not address.host.startswith("arn:"):
            hint = "AWS makes no such bucket; other stores may"
            yield Wrong(f"bucket {wrong}", hint, certain=False)
    if address.rest:
        said = f"what follows '{address.rest[0]}' is not read: the path ends there"
        yield Wrong(said, "take it away; KServe loads no version of an object but the last", certain=False)


def _google(address: Address) -> Iterator[Wrong]:
    if not address.host:
        yield Wrong("the address names no bucket", "write gs://<bucket>/<path>")
    elif not _GOOGLE_BUCKET.fullmatch(address.host):
        wanted = "3 or more lower-case letters, digits, '-', '_' and '.', a letter or digit at both ends"
        yield Wrong(f"bucket '{address.host}' is not legal: {wanted}")


_REPOSITORY = re.compile(r"[\w.-]+")


def _hugging_face(address: Address) -> Iterator[Wrong]:
    wanted = "write hf://<organisation>/<model>, with :<revision> behind it to pin one"
    model, _, revision = address.path.partition(":")
    if not address.host or not model:
        yield Wrong("the address needs an organisation and a model", wanted)
    elif "/" in address.path:
        yield Wrong("the address has more than an organisation and a model", wanted)
    elif "@" in address.path:
        yield Wrong("a revision stands behind ':', not behind '@'", wanted)
    elif not _REPOSITORY.fullmatch(address.host) or not _REPOSITORY.fullmatch(model):
        yield Wrong(f"'{address.host}/{model}' cannot be a model of Hugging Face", wanted)
    elif ":" in revision:
        yield Wrong("the address has more than one revision", wanted)


def _claim(address: Address) -> Iterator[Wrong]:
    wanted = "write pvc://<claim>/<directory>"
    if not address.host:
        yield Wrong("the address names no PersistentVolumeClaim", wanted)
    elif wrong := names.problem_with_subdomain(address.host):
        yield Wrong(f"claim {wrong}")
    if address.path.startswith("/"):
        yield Wrong("the directory in the claim begins with '/', which no subPath may", wanted)
    if ".." in address.path.split("/"):
        yield Wrong("the directory in the claim has '..' in it, which no subPath may", wanted)


def _image(address: Address) -> Iterator[Wrong]:
    reference = f"{address.host}/{address.path}" if address.path else address.host
    if not address.host:
        yield Wrong("the address names no image", "write oci://<image>:<tag>")
    elif any(character.isspace() for character in reference):
        yield Wrong(f"'{reference}' is no image", "write oci://<image>:<tag>")
    elif re.search(r"[A-Z]", re.split(r"[:@]", address.path, maxsplit=1)[0]):
        yield Wrong(f"the image '{reference}' has upper-case letters", "names of images are lower-case")


def is_azure(host: str, service: str = "") -> bool:
    """Whether a host is that of a storage account of Azure, and of its `service`: blob or file."""
    found = _AZURE.fullmatch(host)
    return found is not None and service in ("", found[2].lower())


_AZURE = re.compile(r"[^.]+(\.z[0-9]{1,2})?\.(blob|file)\.(core\.windows|storage\.azure)\.net", re.IGNORECASE)


def _web(address: Address) -> Iterator[Wrong]:
    host = address.host
    if not host:
        yield Wrong("the address names no host")
    elif is_azure(host):
        if "/" not in address.path or not address.path.partition("/")[0]:
            hint = f"write https://{host}/<container>/<path>"
            yield Wrong("an address of Azure needs a container and a path", hint)
    elif not address.path or address.path.endswith("/"):
        hint = "write the address of one file or archive"
        yield Wrong("the address names no file, and KServe downloads one file over HTTP", hint)
    elif host == "huggingface.co" and len(address.segments) == 2:  # noqa: PLR2004  organisation and model
        yield Wrong("this is a page, not a file", f"did you mean 'hf://{'/'.join(address.segments)}'?")


_CHECKS: dict[str, Callable[[Address], Iterator[Wrong]]] = {
    "s3": _s3,
    "gs": _google,
    "hf": _hugging_face,
    "pvc": _claim,
    "oci": _image,
    NATIVE_OCI: _image,
    "http": _web,
    "https": _web,
}
