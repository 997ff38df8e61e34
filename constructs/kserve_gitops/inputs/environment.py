"""What platform.yaml says about one environment, after its overlay was merged: plain frozen data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kserve_gitops.core.findings import Named
from kserve_gitops.core.origins import Origin
from kserve_gitops.core.patches import Patch
from kserve_gitops.inputs.credential import Credential, Eks, Need, Secrets, Storage
from kserve_gitops.serving.canary import Canary
from kserve_gitops.serving.runtimes import WITHOUT_V1


@dataclass(frozen=True, slots=True)
class Repository:
    """The Git repository that Argo CD reads; `path` leads from its root to this project, "" when it is the root."""

    repo_url: str
    target_revision: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class KServe:
    """KServe's release (with its v), the mode models run in, and Helm values of the person."""

    origin: Origin
    values_origin: Origin
    version: str
    deployment_mode: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tls:
    """The Secret of the Gateway's certificate, and the ClusterIssuer that fills it (None: it exists already)."""

    secret_name: str
    cluster_issuer: str | None = None


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """The one Gateway that everything is reached through."""

    origin: Origin
    gateway_class_name: str
    name: str
    namespace: str
    tls: Tls | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A container image by tag."""

    repository: str
    tag: str

    def __str__(self) -> str:
        return f"{self.repository}:{self.tag}"


@dataclass(frozen=True, slots=True)
class Clients:
    """Where the pages of models run, and their one image."""

    image: Image
    namespace: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part by version; `options` are the keys of its own; the origins point at its block and at its values."""

    name: str
    version: str
    origin: Origin
    values_origin: Origin
    values: Mapping[str, Any]
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Destination:
    """A cluster as Argo CD knows it: by the address of its API server or by name."""

    server: str | None
    name: str | None

    def manifest(self) -> dict[str, str]:
        """As in an Application's spec.destination."""
        return {"name": self.name} if self.name else {"server": str(self.server)}


@dataclass(frozen=True, slots=True)
class ClientPage:
    """The page of one model; `labels` maps a class, as text, to the word for it."""

    origin: Origin
    title: str
    hostname: str
    inputs: tuple[str, ...]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """A friendly address of one model."""

    origin: Origin
    hostname: str


@dataclass(frozen=True, slots=True)
class DisruptionBudget:
    """How many pods of a model's predictor a drain may take; `spec` is minAvailable or maxUnavailable."""

    origin: Origin
    spec: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Metadata:
    """Labels and annotations of an object, beside those that are written for it."""

    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the catalogue in one environment; components are KServe's own mappings, long form.

    `canary` is a rollout, or KServe's own list. `patches` go over the finished InferenceService.
    """

    name: str
    namespace: str
    origin: Origin
    predictor: Mapping[str, Any]
    transformer: Mapping[str, Any] | None = None
    explainer: Mapping[str, Any] | None = None
    credential: Credential | None = None
    route: Route | None = None
    client: ClientPage | None = None
    disruption_budget: DisruptionBudget | None = None
    deployment_mode: str = "Standard"
    autoscaler_class: str | None = None
    canary: Canary | Sequence[Any] | None = None
    metadata: Metadata = Metadata()
    patches: tuple[Patch, ...] = ()

    @property
    def protocol(self) -> str:
        """The protocol of the predictor; unsaid it is v1, or v2 where format or runtime know that alone."""
        model = self.predictor.get("model")
        if not isinstance(model, Mapping):
            return "v1"
        form = model.get("modelFormat")
        only_v2 = model.get("runtime") in WITHOUT_V1 or (isinstance(form, Mapping) and form.get("name") == "triton")
        return str(model.get("protocolVersion", "v2" if only_v2 else "v1"))


@dataclass(frozen=True, slots=True)
class Entry:
    """An object of the catalogue that is no InferenceService; without `namespace` a cluster-scoped one.

    `top` are fields that KServe has beside `spec`.
    """

    kind: str
    version: str
    name: str
    namespace: str | None
    origin: Origin
    spec: Mapping[str, Any]
    top: Mapping[str, Any]
    metadata: Metadata
    patches: tuple[Patch, ...]


@dataclass(frozen=True, slots=True)
class RawObject:
    """An object from manifests/, delivered as it stands there."""

    origin: Origin
    manifest: Mapping[str, Any]

    @property
    def namespace(self) -> str | None:
        """What its metadata says."""
        found: str | None = self.manifest["metadata"].get("namespace")
        return found


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything that is deployed to one cluster under one name."""

    name: str
    repository: Repository
    domain: str
    destination: Destination
    kserve: KServe
    gateway: GatewaySettings
    storage: Storage
    credentials: Mapping[str, Credential]
    clients: Clients | None
    parts: Mapping[str, Part]
    mlflow_credential: Credential | None
    models: tuple[Model, ...]
    needs: tuple[Need, ...]
    origin: Origin
    entries: tuple[Entry, ...] = ()
    raw: tuple[RawObject, ...] = ()
    namespace: str = "kserve"
    existing: tuple[Named, ...] = ()
    secrets: Secrets = field(default=Secrets())
    eks: Eks | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of KServe's that the catalogue deploys."""
        return frozenset([*(entry.kind for entry in self.entries), *(["InferenceService"] if self.models else ())])

    @property
    def model_namespaces(self) -> list[str]:
        """Namespaces with models or other objects of the catalogue, sorted."""
        entries = {entry.namespace for entry in self.entries if entry.namespace is not None}
        return sorted({model.namespace for model in self.models} | entries)

    def entries_in(self, namespace: str | None) -> list[Entry]:
        """Objects of the catalogue beside models in a namespace; those of the cluster for None."""
        return [entry for entry in self.entries if entry.namespace == namespace]

    def models_in(self, namespace: str) -> list[Model]:
        """Models of a namespace, by name."""
        return [model for model in self.models if model.namespace == namespace]

    def accounts_of(self, credential: str) -> list[tuple[str, str]]:
        """Namespace and name of every ServiceAccount that gives a credential, MLflow's own among them; sorted."""
        found = {
            (need.namespace, need.credential.service_account_name)
            for need in self.needs
            if need.has_account and credential in (need.credential.name, *need.credential.also)
        }
        if self.mlflow_credential is not None and self.mlflow_credential.name == credential:
            found.add(("mlflow", "mlflow"))
        return sorted(found)

    @property
    def credential_namespaces(self) -> list[str]:
        """Namespaces with a Secret or a ServiceAccount of a credential, sorted."""
        return sorted({n.namespace for n in self.needs if n.credential.kind.has_secret or n.has_account})

    def needs_in(self, namespace: str) -> list[Need]:
        """The credentials that something uses in a namespace, by name."""
        return [need for need in self.needs if need.namespace == namespace]
