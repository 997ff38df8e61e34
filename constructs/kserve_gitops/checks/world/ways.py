"""The ways into a store: keys of a Secret, an identity of the pod, a mount, or nothing at all.

Sources: as in `access`; GKE and AKS documentation on the identities of pods.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.services import Component
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.checks.world.accounts import Account, accounts, secret_annotation, secret_keys
from kserve_gitops.checks.world.made import made
from kserve_gitops.checks.world.policies import Trust
from kserve_gitops.checks.world.secrets import Secret, secret
from kserve_gitops.checks.world.settings import Setting, Variable
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.credentials import AZURE_CLIENT, AZURE_KEYS, AZURE_USE, GOOGLE_ACCOUNT, GOOGLE_FILE
from kserve_gitops.serving.storage_uris import parse

_LEGACY = 4
"""So many of the keys of Azure had other names."""
_LAST_COUNTS = ("Azure", "Hugging Face")
ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod that loads something: its ServiceAccount, and the Secrets that KServe reads for it.

    Its spec stands `at` a path of its owner. `account` is None for one that is not in the tree; with `in_doubt` it may
    be in the cluster all the same. `missing` are Secrets of which nothing is known.
    """

    owner: Object
    at: Path
    namespace: str
    account_name: str
    account: Account | None
    secrets: tuple[Secret, ...]
    missing: tuple[str, ...]
    in_doubt: bool = False

    @property
    def spec(self) -> Mapping[str, Any]:
        """Its spec."""
        return self.owner.mapping(*self.at)

    def annotation(self, key: str) -> str:
        """An annotation of its account; "" for none."""
        found = self.account.found.annotations.get(key) if self.account else None
        return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True)
class Way:
    """A way in: a word for programs, a phrase for people, and what it is made of.

    `credential` is the one of platform.yaml that it belongs to, "" for none. `elsewhere` says that the store is not
    that of AWS.
    """

    code: str
    said: str
    secret: Secret | None = None
    key_names: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    variables: tuple[Variable, ...] = ()
    role: str = ""
    trust: Trust | None = None
    credential: str = ""
    elsewhere: bool = False


def to_google(tree: Tree, pod: Pod, _: str) -> Way:
    """By a key file, else as the account of Google that GKE gives."""
    found = chosen(pod, "GCS", secret_keys(tree)[1])
    if found is not None:
        variable = Variable("GOOGLE_APPLICATION_CREDENTIALS", f"/var/secrets/{GOOGLE_FILE}")
        said = f"the key file in Secret '{found.name}', mounted at /var/secrets"
        return Way("keys", said, found, (GOOGLE_FILE,), variables=(variable,))
    if who := pod.annotation(GOOGLE_ACCOUNT):
        return Way("workload-identity", f"as {who}, by Workload Identity of GKE")
    return without(pod, "anonymous: no key file")


def to_azure(tree: Tree, pod: Pod, _: str) -> Way:
    """By a service principal or the key of the storage account, else as the identity that AKS gives."""
    found = chosen(pod, "Azure", secret_keys(tree)[1])
    if found is not None:
        given = _azure_variables(found)
        return Way(
            "keys", f"the keys in Secret '{found.name}'", found, tuple(one.key for one in given), variables=given
        )
    who = pod.annotation(AZURE_CLIENT)
    if not who:
        return without(pod, "anonymous: no keys")
    if not uses_azure_identity(pod.owner, pod.spec):
        return Way(ANONYMOUS, f"anonymous: the account is {who}, but the pods have no label {AZURE_USE}")
    token = "/var/run/secrets/azure/tokens/azure-identity-token"  # noqa: S105  a path
    given = (Variable("AZURE_CLIENT_ID", who), Variable("AZURE_FEDERATED_TOKEN_FILE", token))
    return Way("workload-identity", f"as {who}, by Workload Identity of AKS", variables=given)


def uses_azure_identity(owner: Object, spec: Mapping[str, Any]) -> bool:
    """Whether the pods of a component have the label for it."""
    own = mapping(spec.get("labels"))
    return bool(own.get(AZURE_USE, owner.labels.get(AZURE_USE)) == "true")


def _azure_variables(found: Secret) -> tuple[Variable, ...]:
    keys = found.keys or frozenset()
    if keys.isdisjoint({"AZ_CLIENT_ID", "AZURE_CLIENT_ID", "AZURE_ACCESS_TOKEN"}):
        key = "AZURE_STORAGE_ACCESS_KEY"
        return (Variable(key, secret=found.name, key=key),)
    given = []
    for number, name in enumerate(AZURE_KEYS):
        legacy = name.replace("AZURE", "AZ")
        key = legacy if number < _LEGACY and legacy in keys else name
        if key in keys or name == "AZURE_TENANT_ID":  # the one that KServe does not leave out
            given.append(Variable(name, secret=found.name, key=key))
    return tuple(given)


def to_https(tree: Tree, pod: Pod, text: str) -> Way:
    """With the headers of the Secret for the host."""
    host = parse(text).host.partition(":")[0].lower()
    held = [one for one in pod.secrets if one.for_store(secret_keys(tree)[1]) == "HTTPS"]
    sure = [one for one in held if one.template.get("https-host") == host]
    unsure = [one for one in held if "https-host" not in one.template]
    for found in (*sure, *unsure)[:1]:
        which = "" if found in sure else ", if it is for that host"
        said = f"the headers in Secret '{found.name}'{which}"
        variable = Variable(f"{host}-headers", secret=found.name, key="headers")
        return Way("keys", said, found, ("https-host", "headers"), variables=(variable,))
    return without(pod, f"anonymous: no headers for '{host}'")


def to_hugging_face(tree: Tree, pod: Pod, _: str) -> Way:
    """With a token."""
    found = chosen(pod, "Hugging Face", secret_keys(tree)[1])
    if found is None:
        return without(pod, "anonymous: no token, so public models alone")
    variable = Variable("HF_TOKEN", secret=found.name, key="HF_TOKEN")
    return Way("keys", f"the token in Secret '{found.name}'", found, ("HF_TOKEN",), variables=(variable,))


def to_hdfs(tree: Tree, pod: Pod, _: str) -> Way:
    """By the files of a Secret, without which it does not know where HDFS is."""
    found = chosen(pod, "HDFS", secret_keys(tree)[1])
    if found is None:
        return without(pod, "nothing: no Secret says where HDFS is")
    said = f"the Secret '{found.name}', mounted at /var/secrets/kserve-hdfscreds"
    return Way("keys", said, found, tuple(sorted(found.keys or ())))


def to_claim(_: Tree, __: Pod, text: str) -> Way:
    """Mounted, so that nothing is asked."""
    return Way("claim", f"PersistentVolumeClaim '{parse(text).host}', mounted; nothing is downloaded")


def to_image(tree: Tree, pod: Pod, _: str) -> Way:
    """Pulled by the kubelet, with the logins that account and pod list."""
    accounts = pull_secrets(pod.account.found, ("imagePullSecrets",)) if pod.account else []
    names = [name for name, _ in (*accounts, *pull_secrets(pod.owner, (*pod.at, "imagePullSecrets")))]
    if not names:
        return Way(ANONYMOUS, "pulled as an image, with the logins of the nodes alone")
    listed = ", ".join(f"'{name}'" for name in names)
    return Way("image", f"pulled as an image, with the logins in {listed}", secret(made(tree), pod.namespace, names[0]))


def pull_secrets(owner: Object, at: Path) -> list[tuple[str, Path]]:
    """The Secrets with logins that are listed at a path, each with its place."""
    listed = enumerate(map(mapping, owner.sequence(*at)))
    return [(one["name"], (*at, number, "name")) for number, one in listed if isinstance(one.get("name"), str)]


def chosen(pod: Pod, kind: str, secret_key: str) -> Secret | None:
    """The Secret that counts for a store: of several the first, or the last where each overwrites the one before."""
    found = [one for one in pod.secrets if one.for_store(secret_key) == kind]
    return found[-1 if kind in _LAST_COUNTS else 0] if found else None


def without(pod: Pod, said: str) -> Way:
    """No way that can be seen here; one that cannot be seen where Secrets or the account are not known."""
    if pod.in_doubt:
        return Way("unknown", f"not known: ServiceAccount '{pod.account_name}' is not here")
    hidden = [*pod.missing, *(one.name for one in pod.secrets if one.keys is None)]
    if hidden:
        return Way("unknown", f"not known: nobody here knows the keys of Secret '{hidden[0]}'", _only(pod, hidden[0]))
    return Way(ANONYMOUS, said)


def _only(pod: Pod, name: str) -> Secret | None:
    return next((one for one in pod.secrets if one.name == name), None)


def pod_of(tree: Tree, owner: Object, component: Component | None) -> Pod:
    """The pod of a component of an InferenceService, or, without one, of an LLMInferenceService."""
    at: Path = component.at if component else ("spec", "template")
    spec = owner.mapping(*at)
    named = spec.get("serviceAccountName")
    if not named and "canary" in at:  # KServe lays a canary over the stable predictor
        named = owner.get("spec", "predictor", "serviceAccountName")
    name = named if isinstance(named, str) and named else "default"
    namespace = made(tree).namespace(owner)
    account = tree.once(_by_name).get((namespace, name))
    key = secret_annotation(tree)
    annotated = mapping(spec.get("annotations") if component else None).get(key, owner.annotations.get(key))
    if isinstance(annotated, str):
        listed = [annotated]
    else:
        listed = [reference.name for reference in account.secrets] if account else []
    held, missing = mounted(tree, namespace, listed)
    in_doubt = account is None and (name != "default" or tree.exists("ServiceAccount", namespace, name))
    return Pod(owner, at, namespace, name, account, held, missing, in_doubt=in_doubt)


def _by_name(tree: Tree) -> dict[tuple[str, str], Account]:
    return {(one.namespace, one.name): one for one in accounts(tree)}


def mounted(tree: Tree, namespace: str, names: Iterable[str]) -> tuple[tuple[Secret, ...], tuple[str, ...]]:
    """The Secrets of these names, and the names of those of which nothing is known."""
    found = {name: secret(made(tree), namespace, name) for name in names}
    known = tuple(one for one in found.values() if one is not None)
    return known, tuple(name for name, one in found.items() if one is None)
