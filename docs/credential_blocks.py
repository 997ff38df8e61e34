"""The blocks of the page about credentials: what is declared, what comes of it, and the table of the types.

Of an output the page shows what the credential makes of it: ciphertext is cut, what stands twice is shown once, and of
a model there remains how it names its account. The whole files lie in the example's `dist/`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from kserve_gitops.core.rendering import to_yaml
from kserve_gitops.inputs.sealed import is_ciphertext
from kserve_gitops.serving.credential_types import ENTRY_KEYS, TYPES, CredentialType, sealed_keys

EXAMPLES = Path(__file__).parent / "examples"

_TOP = re.compile(r"^(?=\w)", re.MULTILINE)
"""Where a block of platform.yaml begins."""
_SAME = "the-same-as-above"
_LONG = 240
"""Characters of a text that the page shows whole; of a longer one it shows the beginning."""
_MODELS = ("InferenceService", "LLMInferenceService")
_ORDER = ("SealedSecret", "ExternalSecret", "ServiceAccount", *_MODELS)
_ANNOTATIONS = ("serving.kserve.io/secretName",)
_OPENED = {
    "s3": "`s3://`",
    "gs": "`gs://`",
    "azure": "Azure blobs",
    "azure-file": "Azure file shares",
    "https": "`https://`",
    "hdfs": "`hdfs://`, `webhdfs://`",
    "hf": "`hf://`",
    "oci": "`oci://`, images",
    "storage": "`storage` with a key",
}
_ACCOUNT = {
    "irsa": "`eks.amazonaws.com/role-arn`",
    "pod-identity": "nothing: EKS names it",
    "gke-workload-identity": "`iam.gke.io/gcp-service-account`",
    "azure-workload-identity": "`azure.workload.identity/client-id`",
    "storage-config": "nothing: it is not asked",
}
_OPTIONS = {"jupyterhub": {"authenticator": ""}, "opaque": {"keys": ()}, "storage-config": {"entries": {}}}
"""With which a type has all of its keys."""
_READ = frozenset({"registry"})
"""Types of which a test proves less than a download: their store is the kubelet's business."""


def _given(folder: str, _: Mapping[Path, str]) -> Iterator[str]:
    """What an example says: of platform.yaml the blocks that are not those of the shared one, and its other inputs."""
    case = EXAMPLES / folder
    shared = yaml.safe_load((EXAMPLES / "platform.yaml").read_text(encoding="utf-8"))
    blocks = _TOP.split((case / "platform.yaml").read_text(encoding="utf-8"))
    own = [block for block in blocks if block and not yaml.safe_load(block).items() <= shared.items()]
    if own:
        yield _file("platform.yaml", "yaml", "".join(own))
    for path in sorted(case.glob("m*/*.yaml"), key=lambda path: (path.parent.name != "models", path)):
        yield _file(str(path.relative_to(case)), "yaml", path.read_text(encoding="utf-8"))


def _made(folder: str, outputs: Mapping[Path, str]) -> Iterator[str]:
    """What an example becomes: Secrets and ServiceAccounts, and what models say of them, if that is not one line."""
    case = EXAMPLES / folder
    found = [(path, yaml.safe_load(text)) for path, text in outputs.items() if path.is_relative_to(case / "dist")]
    told = [(path, data) for path, data in found if data.get("kind") in _ORDER]
    if len(list(case.glob("models/*.yaml"))) == 1:
        told = [(path, data) for path, data in told if data["kind"] not in _MODELS or "metadata" in _named(data)]
    yield "becomes"
    for path, data in sorted(told, key=lambda one: (_ORDER.index(one[1]["kind"]), one[0])):
        if shown := _shown(data):
            yield _file(str(path.relative_to(case)), "yaml", shown)


def _output(which: str, outputs: Mapping[Path, str]) -> Iterator[str]:
    """One output; behind a `#` those of its keys that are shown, with a `.` before what is below one."""
    name, _, keys = which.partition("#")
    path = EXAMPLES / name
    relative = name.split("/", 2)[2]
    if path.suffix == ".json":
        yield _file(relative, "json", outputs[path])
        return
    data = yaml.safe_load(outputs[path])
    yield _file(relative, "yaml", _shown(_chosen(data, keys.split(",")) if keys else data))


def _chosen(data: Mapping[str, Any], keys: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in keys:
        above, _, below = key.partition(".")
        found[above] = {**found.get(above, {}), below: data[above][below]} if below else data[above]
    return found


def _types(which: str, _: Mapping[Path, str]) -> Iterator[str]:
    """A table of the types for `models`, or of the `others`."""
    if which == "models":
        head = ["type", "for", "sealed", "its ServiceAccount has", "proven"]
        rows = [_for_models(type_) for type_ in TYPES.values() if type_.stores]
    else:
        head = ["type", "what", "sealed"]
        rows = [[f"`{type_.name}`", type_.what, _sealed(type_)] for type_ in TYPES.values() if not type_.stores]
    yield "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _for_models(type_: CredentialType) -> list[str]:
    return [
        f"[`{type_.name}`](#{type_.name})",
        ", ".join(_OPENED[store] for store in type_.stores),
        _sealed(type_),
        _ACCOUNT.get(type_.name, f"`{type_.listed}`"),
        "read" if type_.name in _READ else "download",
    ]


def _sealed(type_: CredentialType) -> str:
    if type_.name == "storage-config":
        return ", ".join(f"`<entry>.{key}`" for key in ENTRY_KEYS)
    keys = sealed_keys(type_.name, _OPTIONS.get(type_.name, {}))
    if not keys:
        return "what `keys` lists" if type_.has_secret else "nothing"
    by_use = {
        "": [key for key in keys if not key.made and not key.optional],
        "drawn: ": [key for key in keys if key.made],
        "optional: ": [key for key in keys if key.optional],
    }
    return "; ".join(use + ", ".join(f"`{key.name}`" for key in found) for use, found in by_use.items() if found)


def _shown(data: Mapping[str, Any]) -> str:
    """The part that counts, "" for none."""
    kind = data.get("kind", "")
    if kind in _MODELS:
        return _text(_named(data))
    cut = _cut(data)
    if kind == "SealedSecret" and data["metadata"] == data["spec"]["template"]["metadata"]:
        cut["spec"]["template"]["metadata"] = _SAME
    return _text(cut)


def _named(data: Mapping[str, Any]) -> dict[str, Any]:
    """How a model names its account, or its Secret; what an LLMInferenceService says stands in its own file."""
    metadata, predictor = data["metadata"], data["spec"].get("predictor", {})
    told = {
        "annotations": {key: value for key, value in metadata.get("annotations", {}).items() if key in _ANNOTATIONS},
        "labels": metadata.get("labels", {}),
    }
    shown = {key: value for key, value in told.items() if value}
    account = predictor.get("serviceAccountName")
    return {
        **({"metadata": shown} if shown else {}),
        **({"spec": {"predictor": {"serviceAccountName": account}}} if account else {}),
    }


def _cut(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _cut(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_cut(one) for one in value]
    if isinstance(value, str) and is_ciphertext(value):
        return f"{value[:4]}…"
    if isinstance(value, str) and len(value) > _LONG:
        return f"{_one_line(value)[:72]}…"
    return value


def _one_line(text: str) -> str:
    try:
        return json.dumps(json.loads(text))
    except ValueError:
        return " ".join(text.split())


def _text(data: Mapping[str, Any]) -> str:
    text = to_yaml(dict(data)).decode() if data else ""
    return text.replace(f" {_SAME}", " {…}  # the same as above")


def _file(name: str, language: str, text: str) -> str:
    return f"`{name}`\n\n```{language}\n{text.rstrip()}\n```"


WRITERS: dict[str, Callable[[str, Mapping[Path, str]], Iterator[str]]] = {
    "given": _given,
    "made": _made,
    "output": _output,
    "types": _types,
}
