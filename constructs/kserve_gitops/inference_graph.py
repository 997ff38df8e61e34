"""KServe's InferenceGraph: several models behind one address, one after the other, side by side or by choice.

Sources: kserve/kserve v0.16.0, pkg/apis/serving/v1alpha1/inference_graph.go, inference_graph_validation.go and
pkg/controller/v1alpha1/inferencegraph.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.core.patches import Patch
from kserve_gitops.kserve_object import KServeObject, spec_of


class Step(TypedDict, total=False):
    """One request of a node: to another node, to an InferenceService or to a URL, exactly one of the three.

    `data` is the body that is sent: `$request` or `$response` of the step before. `weight` is a share of a Splitter,
    which add up to 100; `condition` is a GJSON path over the data: a step of a Switch is taken when it finds something,
    a Sequence ends when it does not. A `Hard` step that fails ends the graph. The CRD in KServe's chart of v0.16 lacks
    `mapPredictionsToInstances` and drops it in silence.
    """

    name: str
    nodeName: str
    serviceName: str
    serviceUrl: str
    data: str
    mapPredictionsToInstances: bool
    weight: int
    condition: str
    dependency: Literal["Soft", "Hard"]


class Node(TypedDict, total=False):
    """How the steps of a node are taken."""

    routerType: Required[Literal["Sequence", "Splitter", "Ensemble", "Switch"]]
    steps: Required[Sequence[Step]]


class RouterTimeouts(TypedDict, total=False):
    """Of the router's HTTP server and of its client to the steps, in seconds."""

    serverRead: int
    serverWrite: int
    serverIdle: int
    serviceClient: int


class InferenceGraph(KServeObject):
    """A graph of models, by nodes; the one that is called `root` comes first.

    `timeout` is in seconds. `resources` are those of the router's container. `spec` holds anything else under KServe's
    names, and goes over the rest. `service` is the Service of the router, in Standard mode and in Knative's, and `url`
    its address inside the cluster.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        nodes: Mapping[str, Node] | None = None,
        resources: Mapping[str, Any] | None = None,
        timeout: int | None = None,
        router_timeouts: RouterTimeouts | None = None,
        min_replicas: int | None = None,
        max_replicas: int | None = None,
        scale_metric: Literal["cpu", "memory", "concurrency", "rps"] | None = None,
        scale_target: int | None = None,
        spec: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        patches: Sequence[Patch] = (),
        version: str = "v1alpha1",
        origin: Origin | None = None,
    ) -> None:
        self.namespace = namespace
        self.service = id
        self.url = f"http://{id}.{namespace}.svc.cluster.local"
        super().__init__(
            scope,
            id,
            kind="InferenceGraph",
            version=version,
            namespace=namespace,
            spec=spec_of(
                spec,
                nodes=nodes,
                resources=resources,
                timeout=timeout,
                routerTimeouts=router_timeouts,
                minReplicas=min_replicas,
                maxReplicas=max_replicas,
                scaleMetric=scale_metric,
                scaleTarget=scale_target,
            ),
            labels=labels,
            annotations=annotations,
            patches=patches,
            origin=origin,
        )
