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
from kserve_gitops.serving.credential_types import TYPES, CredentialType

EXAMPLES = Path(__file__).parent / "examples"

_BLOCK = re.compile(r"^(?=\w)", re.MULTILINE)
_SAME = "‹the same›"
_LONG = 240
"""Characters of a text that the page shows whole; of a longer one it shows the beginning."""
_ORDER = ("SealedSecret", "ExternalSecret", "ServiceAccount", "InferenceService", "LLMInferenceService")
_ANNOTATIONS = ("serving.kserve.io/secretName",)
_OPENED = {
    "s3": "`s3://…`",
    "gs": "`gs://…`",
    "azure": "`https://<account>.blob.core.windows.net/…`, `…file.core…`",
    "https": "`https://…`",
    "hdfs": "`hdfs://…`, `webhdfs://…`",
    "hf": "`hf://…`",
    "oci": "`oci://…`, images",
    "storage": "`storage: {key: …}`",
}
_ACCOUNT = {
    "irsa": "annotation `eks.amazonaws.com/role-arn`",
    "pod-identity": "nothing: EKS names the account",
    "gke-workload-identity": "annotation `iam.gke.io/gcp-service-account`",
    "azure-workload-identity": "annotation `azure.workload.identity/client-id`",
}
_READ = "`read`"
_PROVEN = {
    **dict.fromkeys(
        ("s3", "irsa", "gcs", "azure", "azure-storage-key", "huggingface", "https", "hdfs", "registry"), _READ
    ),
    "storage-config": _READ,
}
"""What a test has KServe's own code do with a type; the schemas alone are behind the others."""


def _given(folder: str, _: Mapping[Path, str]) -> Iterator[str]:
    """What an example says: of platform.yaml the blocks that are not those of the shared one, and its other inputs."""
    case = EXAMPLES / folder
    shared = yaml.safe_load((EXAMPLES / "platform.yaml").read_text(encoding="utf-8"))
    blocks = _BLOCK.split((case / "platform.yaml").read_text(encoding="utf-8"))
    own = [block for block in blocks if block and not yaml.safe_load(block).items() <= shared.items()]
    if own:
        yield _file("platform.yaml", "yaml", "".join(own))
    for path in sorted(case.glob("m*/*.yaml"), key=lambda path: (path.parent.name != "models", path)):
        yield _file(str(path.relative_to(case)), "yaml", path.read_text(encoding="utf-8"))


def _made(folder: str, outputs: Mapping[Path, str]) -> Iterator[str]:
    """What an example becomes: Secrets, ServiceAccounts, and how models name those."""
    case = EXAMPLES / folder
    found = [(path, yaml.safe_load(text)) for path, text in outputs.items() if path.is_relative_to(case / "dist")]
    told = [(path, data) for path, data in found if data.get("kind") in _ORDER]
    for path, data in sorted(told, key=lambda one: (_ORDER.index(one[1]["kind"]), one[0])):
        if shown := _shown(data):
            yield _file(str(path.relative_to(case)), "yaml", shown)


def _output(which: str, outputs: Mapping[Path, str]) -> Iterator[str]:
    """One output, long texts cut; behind a `#` those of its keys that are shown."""
    name, _, keys = which.partition("#")
    path = EXAMPLES / name
    relative = name.split("/", 2)[2]
    if path.suffix == ".json":
        yield _file(relative, "json", outputs[path])
        return
    data = yaml.safe_load(outputs[path])
    wanted = {key: data[key] for key in keys.split(",")} if keys else data
    yield _file(relative, "yaml", _text(_cut(wanted)))


def _types(_which: str, _: Mapping[Path, str]) -> Iterator[str]:
    """A table of the types that give models a store or an image, or of the `others`."""
    for_models = _which == "models"
    head = ["type", "for", "sealed", "its ServiceAccount has", "proven"] if for_models else ["type", "what", "sealed"]
    rows = [_row(type_, for_models=for_models) for type_ in TYPES.values() if bool(type_.stores) == for_models]
    yield "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _row(type_: CredentialType, *, for_models: bool) -> list[str]:
    name = f"[`{type_.name}`](#{type_.name})" if for_models else f"`{type_.name}`"
    keys = ", ".join(_key(key.name, optional=key.optional) for key in type_.keys) or _unsealed(type_)
    if not for_models:
        return [name, type_.what, keys]
    account = _ACCOUNT.get(type_.name) or (f"`{type_.listed}`" if type_.listed else "nothing: KServe finds the Secret")
    return [
        name,
        ", ".join(_OPENED[store] for store in type_.stores),
        keys,
        account,
        _PROVEN.get(type_.name, "`schema`"),
    ]


def _key(name: str, *, optional: bool) -> str:
    return f"`{name}`" + (" (optional)" if optional else "")


def _unsealed(type_: CredentialType) -> str:
    if type_.name == "storage-config":
        return "`<entry>.access_key_id`, `<entry>.secret_access_key`"
    return "those under `keys`" if type_.has_secret else "nothing"


def _shown(data: Mapping[str, Any]) -> str:
    """The part that counts, "" for none."""
    if data["kind"].endswith("InferenceService"):
        return _text(_named(data))
    cut = _cut(data)
    if data["kind"] == "SealedSecret" and data["metadata"] == data["spec"]["template"]["metadata"]:
        cut["spec"]["template"]["metadata"] = _SAME
    return _text(cut)


def _named(data: Mapping[str, Any]) -> dict[str, Any]:
    """How a model names its account, or its Secret."""
    metadata: dict[str, Any] = {}
    annotations = {key: value for key, value in data["metadata"]["annotations"].items() if key in _ANNOTATIONS}
    if annotations:
        metadata["annotations"] = annotations
    if labels := data["metadata"].get("labels"):
        metadata["labels"] = labels
    predictor = data["spec"].get("predictor", {})
    account = {key: predictor[key] for key in ("serviceAccountName",) if key in predictor}
    return {**({"metadata": metadata} if metadata else {}), **({"spec": {"predictor": account}} if account else {})}


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
    return text.replace(f" {_SAME}", " {…}  # the same as above").replace(f" '{_SAME}'", " {…}  # the same as above")


def _file(name: str, language: str, text: str) -> str:
    return f"`{name}`\n\n```{language}\n{text.rstrip()}\n```"


WRITERS: dict[str, Callable[[str, Mapping[Path, str]], Iterator[str]]] = {
    "given": _given,
    "made": _made,
    "output": _output,
    "types": _types,
}
