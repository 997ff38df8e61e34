"""What stands in Secrets and on ServiceAccounts beside what is sealed: settings that KServe reads, and templates.

A template is a Go template over the sealed keys: the controller of Sealed Secrets and that of External Secrets fill it
in alike. What in it is no secret can so be reviewed in dist/, and be changed without sealing anew. What a person wrote
stands in it as it is: a `{{` of theirs begins no action.

Sources: kserve/kserve v0.16.0 and v0.20.0, pkg/credentials and python/storage; sealed-secrets v0.36.6,
pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go, Unseal; external-secrets v1.3.2, target.template; the
documentation of EKS, GKE and AKS on the identities of pods.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from kserve_gitops.inputs.credential import Credential, Need, Storage
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.serving import hub_secrets
from kserve_gitops.serving.credential_types import ENTRY_KEYS, sealed_keys
from kserve_gitops.serving.credentials import (
    AZURE_CLIENT,
    AZURE_TENANT,
    AZURE_USE,
    CA_CONFIG_MAP,
    GOOGLE_ACCOUNT,
    ROLE,
    S3,
    S3_KEYS,
    SECRET_NAMES,
)

Options = Mapping[str, Any]
"""Those of a credential, as platform.yaml has them."""

_PLACEHOLDER = "anonymous"
"""Of a bucket that is read without keys: KServe takes a Secret for one of S3 by its keys, and then signs nothing."""


def fetched_keys(credential: Credential, environment: Environment | None = None) -> list[str]:
    """The keys that External Secrets fetches: those that would be sealed, but for those that may be left out.

    Of the latter, the password of JupyterHub's database is wanted where the values of the hub leave it to a Secret.
    """
    hub = environment.parts.get("jupyterhub") if environment else None
    wanted = hub_secrets.PASSWORD if hub and hub_secrets.wants_password(hub.values) else None
    keys = sealed_keys(credential.type, credential.options)
    return [key.name for key in keys if not key.optional or key.name == wanted]


def checksum(needs: Iterable[Need]) -> str:
    """What changes whenever one of their Secrets was sealed anew or gets another template; "" where there is none.

    On a pod it has the pod start anew: what a pod reads of a Secret when it starts, it never reads again.
    """
    made = {
        need.credential.name: [dict(need.encrypted_data), templates(need.credential)]
        for need in needs
        if need.credential.kind.has_secret
    }
    return hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest() if made else ""


def templates(credential: Credential) -> dict[str, str]:
    """What stands in the Secret beside the sealed keys, by key: Go templates."""
    make = _TEMPLATES.get(credential.type)
    return make(credential.options) if make else {}


def literal(text: str) -> str:
    """The template that prints a text as it is."""
    return text.replace("{{", '{{ "{{" }}')


def secret_annotations(credential: Credential) -> dict[str, str]:
    """On the Secret: how KServe speaks to S3."""
    return s3_annotations(credential) if credential.type == "s3" else {}


def account_annotations(credential: Credential) -> dict[str, str]:
    """On the ServiceAccount: whom the pods of a model are taken for."""
    options = credential.options
    if credential.type == "irsa":
        return {ROLE: options["roleArn"], **s3_annotations(credential)}
    if credential.type == "gke-workload-identity":
        return {GOOGLE_ACCOUNT: options["gcpServiceAccount"]}
    if credential.type == "azure-workload-identity":
        tenant = {AZURE_TENANT: options["tenantId"]} if "tenantId" in options else {}
        return {AZURE_CLIENT: options["clientId"], **tenant}
    return {}


def pod_labels(credential: Credential) -> dict[str, str]:
    """On the pods of a model: Azure gives its identity to those that ask for it."""
    return {AZURE_USE: "true"} if credential.type == "azure-workload-identity" else {}


def service_annotations(credential: Credential) -> dict[str, str]:
    """On the InferenceService: the Secret of its `storage`, where that has another name than KServe looks for."""
    other = credential.type == "storage-config" and credential.name != "storage-config"
    return {SECRET_NAMES[0]: credential.name} if other else {}


def s3_annotations(credential: Credential) -> dict[str, str]:
    """KServe's settings for S3. The endpoint has no scheme: KServe v0.16 puts one before it, and later ones allow that.

    Without an endpoint none is written, and the downloader finds the region's own.
    """
    storage = credential.storage
    assert isinstance(storage, Storage)  # noqa: S101  of every type that opens S3
    found = {f"{S3}region": storage.region}
    if storage.endpoint:
        url = urlsplit(storage.endpoint)
        found[f"{S3}endpoint"] = url.netloc
        found[f"{S3}usehttps"] = "1" if url.scheme == "https" else "0"
    options = credential.options
    if "verifySSL" in options:
        found[f"{S3}verifyssl"] = "1" if options["verifySSL"] else "0"
    for key, name in (("useVirtualBucket", "usevirtualbucket"), ("useAccelerate", "useaccelerate")):
        if key in options:
            found[f"{S3}{name}"] = "true" if options[key] else "false"
    if options.get("anonymous"):
        found[f"{S3}useanoncredential"] = "true"
    if "caBundleConfigMap" in options:
        found[CA_CONFIG_MAP] = options["caBundleConfigMap"]
    return found


def _s3(options: Options) -> dict[str, str]:
    return dict.fromkeys(S3_KEYS, _PLACEHOLDER) if options.get("anonymous") else {}


def _azure(options: Options) -> dict[str, str]:
    named = {"CLIENT": "clientId", "TENANT": "tenantId", "SUBSCRIPTION": "subscriptionId"}
    return _said(options, {f"AZURE_{key}_ID": option for key, option in named.items()})


def _https(options: Options) -> dict[str, str]:
    return _said(options, {"https-host": "host"})


def _hdfs(options: Options) -> dict[str, str]:
    return _said(options, {"HDFS_NAMENODE": "namenode", "HDFS_ROOTPATH": "rootPath", "USER_PROXY": "userProxy"})


def _registry(options: Options) -> dict[str, str]:
    """A login as the kubelet reads it."""
    login = _Action('printf "%s:%s" .username .password | b64enc | toJson')
    return {".dockerconfigjson": _json({"auths": {options["server"]: {"auth": login}}})}


def _storage_config(options: Options) -> dict[str, str]:
    return {name: _json(_entry(name, entry or {})) for name, entry in sorted(options["entries"].items())}


def _entry(name: str, entry: Options) -> dict[str, Any]:
    """KServe's words for a store, every value a text, with its keys filled in by the controller."""
    said: dict[str, Any] = {
        key: json.dumps(value) if isinstance(value, bool) else value for key, value in sorted(entry.items())
    }
    said["type"] = entry.get("type", "s3")
    if not entry.get("anonymous"):
        said |= {key: _Action(f'index . "{name}.{key}" | toJson') for key in ENTRY_KEYS}
    return said


def _jupyterhub(options: Options) -> dict[str, str]:
    """Values that the hub lays over those of the chart: the secret of the OAuth client."""
    if "authenticator" not in options:
        return {}
    config = {options["authenticator"]: {"client_secret": _Action(".client_secret | toJson")}}
    return {"values.yaml": _json({"hub": {"config": config}})}


@dataclass(frozen=True, slots=True)
class _Action:
    """A pipeline of a template that prints JSON."""

    pipeline: str


def _json(value: Any) -> str:
    """The template of a JSON document: actions as they are, everything else as text."""
    if isinstance(value, _Action):
        return f"{{{{ {value.pipeline} }}}}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_json(key)}: {_json(one)}" for key, one in value.items()) + "}"
    return literal(json.dumps(value, ensure_ascii=False))


def _said(options: Options, named: Mapping[str, str]) -> dict[str, str]:
    """The options that are given, each under its key of the Secret."""
    return {key: literal(options[option]) for key, option in named.items() if option in options}


_TEMPLATES: dict[str, Callable[[Options], dict[str, str]]] = {
    "azure": _azure,
    "hdfs": _hdfs,
    "https": _https,
    "jupyterhub": _jupyterhub,
    "registry": _registry,
    "s3": _s3,
    "storage-config": _storage_config,
}
