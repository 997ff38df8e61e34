"""The components of an InferenceService as typed mappings, under KServe's own names.

They exist for mypy: a misspelt field of a literal does not type-check. Nothing is checked when the program runs;
the schemas do that, for Python and YAML alike. A mapping that comes from elsewhere is handed in as `Untyped`.
Fields that few people write have no shape of their own below their name.

Sources: config/crd/full/serving.kserve.io_inferenceservices.yaml of kserve/kserve v0.20.0; the fields of v0.16.0 are
among them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NewType, Required, TypedDict

Untyped = NewType("Untyped", Mapping[str, Any])
"""A component read from a file: `predictor=Untyped(data)`."""

Quantity = str | int | float
"""As Kubernetes writes them: '500m', '2Gi', 1."""
Fields = Mapping[str, Any]
"""A part of Kubernetes' that has no shape here."""


class ResourceRequirements(TypedDict, total=False):
    """Of a container; a request must not be above its limit, and KServe's runtimes bring limits of 1 CPU and 2Gi."""

    requests: Mapping[str, Quantity]
    limits: Mapping[str, Quantity]
    claims: Sequence[Fields]


class EnvVar(TypedDict, total=False):
    """A variable of a container."""

    name: Required[str]
    value: str
    valueFrom: Fields


class Port(TypedDict, total=False):
    """A port of a container. KServe's Service leads to the first one; a name with h2c or grpc makes it HTTP/2."""

    name: str
    containerPort: Required[int]
    protocol: Literal["TCP", "UDP", "SCTP"]
    hostPort: int
    hostIP: str


class VolumeMount(TypedDict, total=False):
    """Where a container sees a volume."""

    name: Required[str]
    mountPath: Required[str]
    subPath: str
    subPathExpr: str
    readOnly: bool
    recursiveReadOnly: str
    mountPropagation: str


class Toleration(TypedDict, total=False):
    """A taint of nodes that pods put up with."""

    key: str
    operator: Literal["Exists", "Equal"]
    value: str
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
    tolerationSeconds: int


class _Container(TypedDict, total=False):
    """What a container has beside its name."""

    image: str
    imagePullPolicy: Literal["Always", "IfNotPresent", "Never"]
    command: Sequence[str]
    args: Sequence[str]
    workingDir: str
    env: Sequence[EnvVar]
    envFrom: Sequence[Fields]
    ports: Sequence[Port]
    resources: ResourceRequirements | None
    volumeMounts: Sequence[VolumeMount]
    volumeDevices: Sequence[Fields]
    livenessProbe: Fields
    readinessProbe: Fields
    startupProbe: Fields
    lifecycle: Fields
    securityContext: Fields
    resizePolicy: Sequence[Fields]
    restartPolicy: str
    restartPolicyRules: Sequence[Fields]
    stdin: bool
    stdinOnce: bool
    terminationMessagePath: str
    terminationMessagePolicy: str
    tty: bool


class Container(_Container, total=False):
    """A container; the one that serves is called kserve-container."""

    name: str


class ModelFormat(TypedDict, total=False):
    """What the model is: runtimes are chosen by it. `version` is compared as text."""

    name: Required[str]
    version: str


class StorageSpec(TypedDict, total=False):
    """A model found by a key of the Secret storage-config."""

    key: str
    path: str
    schemaPath: str
    parameters: Mapping[str, str]


class StorageUri(TypedDict, total=False):
    """One of several places to download from; `mountPath` is /mnt/models where it is not said."""

    uri: Required[str]
    mountPath: str


class Model(_Container, total=False):
    """A model served by a runtime. It has no `name`: KServe refuses one.

    `"resources": None` leaves them to the runtime; without the key, one CPU and 2Gi are written.
    """

    modelFormat: Required[ModelFormat]
    runtime: str
    runtimeVersion: str
    protocolVersion: Literal["v1", "v2", "grpc-v1", "grpc-v2"]
    storageUri: str
    storage: StorageSpec
    confidential: Fields


class LoggerStorage(TypedDict, total=False):
    """Where a logger stores what it saw."""

    path: str
    key: str
    parameters: Mapping[str, str]
    serviceAccountName: str


class Logger(TypedDict, total=False):
    """A copy of what is asked and answered, sent to `url`."""

    url: str
    mode: Required[Literal["all", "request", "response"]]
    metadataHeaders: Sequence[str]
    metadataAnnotations: Sequence[str]
    storage: LoggerStorage
    batchSize: int
    batchInterval: str
    marshallerUrl: str


class Batcher(TypedDict, total=False):
    """Requests gathered to one; `maxLatency` in milliseconds, `timeout` in seconds."""

    maxBatchSize: int
    maxLatency: int
    timeout: int


class _Pod(TypedDict, total=False):
    """Of the pods, beside the containers."""

    activeDeadlineSeconds: int
    affinity: Fields
    automountServiceAccountToken: bool
    containers: Sequence[Container]
    dnsConfig: Fields
    dnsPolicy: str
    enableServiceLinks: bool
    hostAliases: Sequence[Fields]
    hostIPC: bool
    hostNetwork: bool
    hostPID: bool
    hostUsers: bool
    hostname: str
    hostnameOverride: str
    imagePullSecrets: Sequence[Mapping[str, str]]
    initContainers: Sequence[Container]
    nodeName: str
    nodeSelector: Mapping[str, str]
    os: Fields
    overhead: Mapping[str, Quantity]
    preemptionPolicy: str
    priority: int
    priorityClassName: str
    readinessGates: Sequence[Fields]
    resourceClaims: Sequence[Fields]
    resources: ResourceRequirements
    restartPolicy: str
    runtimeClassName: str
    schedulerName: str
    schedulingGates: Sequence[Fields]
    securityContext: Fields
    serviceAccount: str
    serviceAccountName: str
    setHostnameAsFQDN: bool
    shareProcessNamespace: bool
    subdomain: str
    terminationGracePeriodSeconds: int
    tolerations: Sequence[Toleration]
    topologySpreadConstraints: Sequence[Fields]
    volumes: Sequence[Fields]


class WorkerSpec(_Pod, total=False):
    """The other nodes of a model that is too large for one."""

    ephemeralContainers: Sequence[Fields]
    pipelineParallelSize: int
    tensorParallelSize: int


class _Component(_Pod, total=False):
    """What predictor, transformer and explainer have in common. `timeout` is in seconds."""

    annotations: Mapping[str, str]
    autoScaling: Fields
    batcher: Batcher
    canaryTrafficPercent: int
    containerConcurrency: int
    deploymentStrategy: Fields
    labels: Mapping[str, str]
    logger: Logger
    maxReplicas: int
    minReplicas: int
    scaleMetric: Literal["cpu", "memory", "concurrency", "rps"]
    scaleMetricType: Literal["Utilization", "Value", "AverageValue"]
    scaleTarget: int
    storageUris: Sequence[StorageUri]
    timeout: int


class Predictor(_Component, total=False):
    """What serves the model: `model`, or `containers` of one's own. `name` needs KServe v0.20.0.

    The keys of single frameworks (`sklearn`, `pytorch` …) are KServe's former way to write `model`, and become that.
    """

    model: Model
    name: str
    storageContainerName: str
    workerSpec: WorkerSpec
    huggingface: Fields
    lightgbm: Fields
    onnx: Fields
    paddle: Fields
    pmml: Fields
    pytorch: Fields
    sklearn: Fields
    tensorflow: Fields
    triton: Fields
    xgboost: Fields


class Transformer(_Component, total=False):
    """What is asked first, and asks the predictor: `containers`."""


class Art(Container, total=False):
    """An explainer of the Adversarial Robustness Toolbox."""

    type: str
    config: Mapping[str, str]
    runtimeVersion: str
    storageUri: str
    storage: StorageSpec


class Explainer(_Component, total=False):
    """What answers to `:explain`: `art`, or `containers` of one's own."""

    art: Art
