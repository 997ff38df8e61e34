"""The parameters of a `storage`: text that no schema knows the keys of."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.values import one_letter_off
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.serving.credentials import PARAMETERS


@rule("KG463")
def unknown_parameter(tree: Tree) -> Iterator[Mistake]:
    """A parameter of `storage` that is misspelt.

    `parameters` is a map of texts, so any key is taken. KServe reads the ones that it knows, and passes over the rest:
    without the type or the bucket the pod is refused, without the others the download goes elsewhere.

    Fix: write the key that the message gives.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, CreateStorageSpecSecretEnvs in
    pkg/credentials/service_account_credentials.go; kserve_storage.py, _update_with_storage_spec.
    """
    for service in tree.services:
        for model in service.models:
            at = (*model.at, "storage", "parameters")
            given = service.mapping(*at)
            missing = [key for key in PARAMETERS if key not in given]
            for key in given if given.get("type") in (None, "s3") else ():
                near = next((name for name in missing if one_letter_off(str(key), name)), "")
                if near and key not in PARAMETERS:
                    message = f"KServe reads no parameter '{key}'"
                    yield service.error(at, message, hint=f"did you mean '{near}'?", key=str(key))
