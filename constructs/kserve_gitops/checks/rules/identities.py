"""Whom the pods of a model are taken for: roles of AWS by ServiceAccount, identities of Azure by label."""

import re
from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Component, Service
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.accounts import Account, accounts, secret_keys
from kserve_gitops.checks.world.model_addresses import of_service
from kserve_gitops.checks.world.policies import Trust, credential_of, documents
from kserve_gitops.checks.world.runtimes import KINDS
from kserve_gitops.checks.world.ways import Pod, pod_of, uses_azure_identity
from kserve_gitops.core.origins import Path
from kserve_gitops.inputs import aws
from kserve_gitops.serving import credentials
from kserve_gitops.serving.credential_types import store
from kserve_gitops.serving.credentials import AZURE_CLIENT, AZURE_USE

_ARN = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[!-~]{1,576}")
_ANNOTATIONS: Path = ("metadata", "annotations")
_REGION, _ENDPOINT = f"{credentials.S3}region", f"{credentials.S3}endpoint"
_CLIENT_ID = "AZURE_CLIENT_ID"


@rule("KG240")
def role(tree: Tree) -> Iterator[Mistake]:
    """A role of AWS that no pod can take on.

    EKS hands the annotation `eks.amazonaws.com/role-arn` of the ServiceAccount on to the pods as it stands. AWS refuses
    what is no ARN of a role, and keys of one partition open nothing in another: a role of `aws` reads no bucket in
    China. The download is answered with 403, and the model never starts.

    Fix: write `arn:<partition>:iam::<account of 12 digits>:role/<name>`, with the partition of the region in
    `serving.kserve.io/s3-region`.

    Since: every release

    Source: IAM User Guide, IAM ARNs and partitions; EKS User Guide, IAM roles for service accounts; botocore 1.44.5,
    data/partitions.json.
    """
    for found in tree.of("ServiceAccount"):
        given = found.annotations.get(credentials.ROLE)
        if not isinstance(given, str):
            continue
        at = (*_ANNOTATIONS, credentials.ROLE)
        if not _ARN.fullmatch(given):
            hint = "it looks like arn:aws:iam::123456789012:role/models"
            yield found.error(at, f"'{given}' is no ARN of a role", hint=hint)
        elif said := _elsewhere(found, aws.partition_of(given)):
            yield found.error(at, said, hint="take a role of the partition of the bucket", other=_region(found))


def _elsewhere(found: Object, partition: str) -> str:
    """Why the region of a store is out of reach; "" where it is not."""
    region = found.text(*_ANNOTATIONS, _REGION)
    home = aws.partition(region) if region and not found.text(*_ANNOTATIONS, _ENDPOINT) else None
    if home is None or home.name == partition:
        return ""
    return f"the role is in partition '{partition}', and the region '{region}' in '{home.name}'"


def _region(found: Object) -> tuple[Object, Path]:
    return found, (*_ANNOTATIONS, _REGION)


@rule("KG249", whole=True)
def untrusted(tree: Tree) -> Iterator[Mistake]:
    """A role of a credential on a ServiceAccount that it does not trust.

    A role says in its trust policy which ServiceAccounts may take it on, by namespace and name. The document in `iam/`
    lists those that platform.yaml makes for the credential. To pods of any other account AWS says `Not authorized to
    perform sts:AssumeRoleWithWebIdentity`, and the download fails.

    Fix: name the credential in the model, or list the namespace under its `namespaces`, and use its account. Suppress
    this where the role trusts others too.

    Since: every release

    Source: EKS User Guide, IAM roles for service accounts, on the trust policy; STS, AssumeRoleWithWebIdentity.
    """
    known = documents(tree)
    trusts: dict[str, Trust] = {}
    for account in accounts(tree):
        given = account.found.annotations.get(credentials.ROLE)
        trust = known.trusts.get(credential_of(account.found))
        if isinstance(given, str) and trust and (account.namespace, account.name) in trust.subjects:
            trusts[given] = trust
    for account in accounts(tree) if trusts else ():
        given = account.found.annotations.get(credentials.ROLE)
        trust = trusts.get(given) if isinstance(given, str) else None
        if trust and (account.namespace, account.name) not in trust.subjects and account.namespace:
            message = f"{trust.file} does not let system:serviceaccount:{account.namespace}:{account.name} take it on"
            hint = f"list '{account.namespace}' under namespaces of credentials.{trust.credential}, and use its account"
            yield account.found.warning((*_ANNOTATIONS, credentials.ROLE), message, hint=hint)


@rule("KG241", whole=True)
def azure(tree: Tree) -> Iterator[Mistake]:
    """Workload Identity of Azure of which one half is missing.

    AKS gives a pod a token where two things come together: the annotation `azure.workload.identity/client-id` on its
    ServiceAccount, and the label `azure.workload.identity/use: "true"` on the pod. With one of them alone KServe asks
    Azure as nobody, and a container that is not public answers with 404 or 403.

    Fix: put the label on the InferenceService, or under `labels` of the predictor, and the annotation on its account.

    Since: v0.16.0

    Source: AKS documentation, Workload Identity overview, pod labels and service account annotations; kserve/kserve
    v0.16.0, buildObjectMeta in pkg/controller/v1beta1/inferenceservice/components/predictor.go; kserve_storage.py,
    _get_azure_storage_token.
    """
    for service in tree.services:
        for component in service.components if service.sound else ():
            pod = pod_of(tree, service, component)
            if pod.account is not None and pod.account.found.sound and not _has_keys(tree, pod):
                yield from _halves(tree, service, component, pod.account)


def _has_keys(tree: Tree, pod: Pod) -> bool:
    """Whether a Secret may have keys for Azure; one that nobody knows may have any."""
    secret_key = secret_keys(tree)[1]
    held = (one.keys is None or one.for_store(secret_key) == "Azure" for one in pod.secrets)
    return bool(pod.missing) or any(held)


def _halves(tree: Tree, service: Service, component: Component, account: Account) -> Iterator[Mistake]:
    identity = bool(account.found.annotations.get(AZURE_CLIENT))
    labelled = uses_azure_identity(service, component.spec)
    if identity and not labelled and not _runtimes_label(tree):
        yield from _no_label(service, component, account)
    elif labelled and not identity and not _has_variable(component):
        message = f"the account '{account.name}' has no annotation {AZURE_CLIENT}, and gives its pods no identity"
        hint = "add it to the ServiceAccount, with the client id of the identity"
        yield service.warning(_label(component), message, hint=hint, other=(account.found, ("metadata", "name")))


def _runtimes_label(tree: Tree) -> bool:
    """Whether some runtime has the label, which its pods then get."""
    return any(AZURE_USE in runtime.mapping("spec", "labels") for runtime in tree.of(*KINDS))


def _no_label(service: Service, component: Component, account: Account) -> Iterator[Mistake]:
    for address in of_service(service):
        if address.component is component and store(address.text.strip()) == "azure":
            message = f"the pods have no label {AZURE_USE}, so the account '{account.name}' gives them no identity"
            other = (account.found, (*_ANNOTATIONS, AZURE_CLIENT))
            hint = f'write {AZURE_USE}: "true" under labels of the InferenceService'
            yield service.error(address.at, message, hint=hint, other=other)
            return


def _has_variable(component: Component) -> bool:
    listed = (one for _, server in component.servers for one in sequence(server.get("env")))
    return any(mapping(one).get("name") == _CLIENT_ID for one in listed)


def _label(component: Component) -> Path:
    """Where the label stands."""
    own = AZURE_USE in mapping(component.spec.get("labels"))
    return (*component.at, "labels", AZURE_USE) if own else ("metadata", "labels", AZURE_USE)
