"""How a model comes to its files: the store of each address, the ServiceAccount, and what lets it in.

Sources: kserve/kserve v0.16.0 and v0.20.0, pkg/credentials, pkg/webhook/admission/pod/storage_initializer_injector.go,
pkg/controller/v1alpha1/llmisvc/workload_storage.go, and python/storage/kserve_storage/kserve_storage.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.checks.world import entries, ways, ways_by_entry
from kserve_gitops.checks.world.model_addresses import Downloaders, ModelAddress, addresses
from kserve_gitops.checks.world.policies import Policy, documents
from kserve_gitops.checks.world.settings import certificates
from kserve_gitops.checks.world.ways import Pod, Way, pod_of
from kserve_gitops.checks.world.ways_to_s3 import to_s3
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.credential_types import store
from kserve_gitops.serving.storage_uris import parse, shown

KINDS = ("InferenceService", "LLMInferenceService")
"""Kinds whose access can be told."""
_MOUNTED = ("pvc", "oci", "file")
"""Schemes that nothing is downloaded for."""
_STORES = {
    "s3": "S3",
    "gs": "Google Cloud Storage",
    "azure": "Azure Storage",
    "hf": "Hugging Face Hub",
    "hdfs": "HDFS",
    "pvc": "a claim of the cluster",
    "oci": "a container registry",
    "file": "the image of the container that downloads",
}


@dataclass(frozen=True, slots=True)
class Access:
    """One address at a path of its model, the pod that wants it, and its way there.

    `policy` is the document that should let it in, and `covered` whether it does.
    """

    component: str
    at: Path
    address: str
    store: str
    pod: Pod
    way: Way
    needs: tuple[str, ...] = ()
    policy: Policy | None = None
    covered: bool = True


def models(tree: Tree) -> list[Object]:
    """The models of a tree whose access can be told."""
    return [*tree.services, *tree.of("LLMInferenceService")]


def accesses(tree: Tree, model: Object) -> list[Access]:
    """What a model loads, in the order in which it stands there."""
    found = [_access(tree, address) for address in addresses(tree) if address.owner is model]
    if isinstance(model, Service):
        found += _of_storage(tree, model)
    return found


def _access(tree: Tree, address: ModelAddress) -> Access:
    label = address.component.name if address.component else "model"
    if address.component and "canary" in address.at:
        label = f"canary '{address.component.spec.get('name', '')}'"
    pod = pod_of(tree, address.owner, address.component)
    text = address.text.strip()
    scheme = parse(text).scheme
    kind = store(text) or ("file" if not scheme and text.startswith("/") else scheme)
    way = _way(tree, pod, kind, text)
    asked = _storage_beside(tree, address)
    if asked is not None and kind not in _MOUNTED:
        way = ways_by_entry.by_entry(tree, asked, kind)
    if kind not in _MOUNTED:
        more = certificates(tree, pod.namespace, way.variables)
        way = _loaded(tree, address, replace(way, variables=(*way.variables, *more)))
    return _judged(tree, Access(label, address.at, shown(text), _store(kind, text), pod, way), kind, text)


def _loaded(tree: Tree, address: ModelAddress, way: Way) -> Way:
    """With the ClusterStorageContainer that loads it, whose own variables may be a way in."""
    by = tree.once(Downloaders).of(address)
    if not by:
        return way
    name = f"ClusterStorageContainer '{by[0].name}'"
    container = by[0].mapping("spec", "container")
    if way.code == ways.ANONYMOUS and (container.get("env") or container.get("envFrom")):
        return replace(way, code="container", said=f"what {name} brings along")
    return replace(way, said=f"{way.said}; loaded by {name}")


def _storage_beside(tree: Tree, address: ModelAddress) -> entries.Asked | None:
    """The `storage` beside an address: with it KServe asks no account."""
    model = address.component.model if address.component else None
    return entries.asked(tree, address.owner, model) if model and isinstance(address.owner, Service) else None


def _of_storage(tree: Tree, service: Service) -> Iterator[Access]:
    """What is named by `storage` alone, without an address."""
    for component in service.everything:
        asked = entries.asked(tree, service, component.model) if component.model else None
        if component.model is None or asked is None or component.model.storage_uri:
            continue
        entry = ways_by_entry.entry_of(tree, asked)
        kind = ways_by_entry.type_of(asked, entry)
        bucket = asked.parameters.get("bucket") or entry.get("bucket") or ""
        path = asked.path.lstrip("/")
        place = f"{bucket}/{path}" if kind == "s3" else path
        address = f"{kind}://{place}" if kind and (bucket or kind != "s3") else f"path {asked.path}"
        pod = pod_of(tree, service, component)
        label = f"canary '{component.spec.get('name', '')}'" if "canary" in component.at else component.name
        said = _store(kind, address) if kind else "what the entry of the Secret says"
        way = ways_by_entry.by_entry(tree, asked, kind)
        way = replace(way, variables=(*way.variables, *certificates(tree, pod.namespace, way.variables)))
        yield Access(label, (*component.model.at, "storage"), address, said, pod, way)


_Find = Callable[[Tree, Pod, str], Way]
_WAYS: dict[str, _Find] = {
    "s3": to_s3,
    "gs": ways.to_google,
    "azure": ways.to_azure,
    "https": ways.to_https,
    "hf": ways.to_hugging_face,
    "hdfs": ways.to_hdfs,
    "oci": ways.to_image,
    "pvc": ways.to_claim,
}


def _way(tree: Tree, pod: Pod, kind: str, text: str) -> Way:
    find = _WAYS.get(kind)
    return find(tree, pod, text) if find else Way("none", "nothing is asked for")


def _store(kind: str, text: str) -> str:
    address = parse(text)
    if kind in ("s3", "gs"):
        return f"{_STORES[kind]}, bucket '{address.host}'"
    if kind in ("https", "azure"):
        return f"{_STORES.get(kind, 'a web server')}, host '{address.host}'"
    return _STORES.get(kind, "none that KServe knows")


def _judged(tree: Tree, access: Access, kind: str, text: str) -> Access:
    """With what has to be allowed, and whether the policy of the credential allows it."""
    address = parse(text)
    path = address.path.lstrip("/")
    if kind == "gs" and access.way.code in ("keys", "workload-identity"):
        return replace(access, needs=(f"storage.objects.list and storage.objects.get on bucket '{address.host}'",))
    if kind != "s3" or access.way.code == "anonymous" or access.way.elsewhere:
        return access
    below = f"{address.host}/{path.rstrip('/')}" if path else address.host
    needs = [f"s3:ListBucket on '{address.host}' with s3:prefix '{path}'", f"s3:GetObject on '{below}/*'"]
    policy = documents(tree).policy(access.way.credential) if access.way.credential else None
    if policy and policy.decrypts:
        needs.append("kms:Decrypt on the key of the bucket")
    covered = policy is None or policy.covers(address.host, path)
    return replace(access, needs=tuple(needs), policy=policy, covered=covered)
