"""Values of KServe's charts that its controller refuses, or that nothing reads.

Source for all: kserve/kserve v0.16.0 to v0.20.0, charts/*/templates and charts/*/files.
"""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.charts import charts, printed, shown
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving.renamed_values import UNREAD

_CONTROLLER = ("kserve", "kserve-resources")
_MODES = ("Knative", "ModelMesh", "RawDeployment", "Serverless", "Standard")
_SHARED = ("certManager", "inferenceServiceConfig", "storagecontainer")

_YES = frozenset({"1", "enabled", "on", "t", "true", "y", "yes"})
_NO = frozenset({"0", "disabled", "f", "false", "n", "no", "off"})
_WORDS: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "metricsaggregator.enableMetricAggregation": (_YES, ("true",)),
    "metricsaggregator.enablePrometheusScraping": (_YES, ("true",)),
    "storage.s3.useHttps": (_NO, ("0",)),
    "storage.s3.useAnonymousCredential": (_YES, ("true", "True", "TRUE")),
    "storage.s3.useVirtualBucket": (_YES, ("true", "True", "TRUE")),
    "storage.s3.verifySSL": (_NO, ("0", "false", "False", "FALSE")),
}
"""Words that people write for yes, or for no, and those of them that KServe takes for it: others mean the opposite."""


@rule("KG430")
def default_mode(tree: Tree) -> Iterator[Mistake]:
    """A default deployment mode that KServe does not know.

    The chart takes any text. The controller compares it with its modes, and with anything else refuses its whole
    configuration: it restarts for ever, and the webhooks refuse every InferenceService.

    Fix: `deploymentMode: Standard` or `Knative` under `kserve.controller`; in platform.yaml, `kserve.deploymentMode`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, NewDeployConfig in pkg/apis/serving/v1beta1/configmap.go.
    """
    path = ("kserve", "controller", "deploymentMode")
    for chart in charts(tree, *_CONTROLLER):
        for given in chart.given(*path):
            if given not in _MODES:
                hint = closest(str(given), _MODES) or "it is Standard or Knative"
                yield chart.error(path, f"{shown(given)} is no deployment mode", hint=hint)


@rule("KG431")
def url_scheme(tree: Tree) -> Iterator[Mistake]:
    """A scheme of the models' URLs that is neither http nor https.

    The controller writes it in front of the host in `status.url` without a look at it. Whoever takes the URL of a model
    from there, such as an InferenceGraph or a client, cannot call it.

    Fix: `urlScheme: http` or `https` under `kserve.controller.gateway`; in platform.yaml, `gateway.tls` decides.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, httproute_reconciler.go in
    pkg/controller/v1beta1/inferenceservice/reconcilers/ingress.
    """
    path = ("kserve", "controller", "gateway", "urlScheme")
    for chart in charts(tree, *_CONTROLLER):
        given = chart.get(*path)
        if given is not None and str(given).lower() not in ("", "http", "https"):
            yield chart.error(path, f"{shown(given)} is no scheme of a model's URL", hint="it is http or https")


@rule("KG432")
def required_setting(tree: Tree) -> Iterator[Mistake]:
    """A setting of KServe's controller is emptied that it cannot do without.

    The controller wants a name for Knative's gateway even in the mode Standard, where nothing uses it, and a Gateway
    as soon as routes are made by the Gateway API. Without one it refuses its whole configuration.

    Fix: leave the key out, so that the chart's default stands.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, NewIngressConfig in pkg/apis/serving/v1beta1/configmap.go.
    """
    owner = ("kserve", "controller", "gateway", "ingressGateway")
    for chart in charts(tree, *_CONTROLLER):
        keys = ["gateway", *(["kserveGateway"] if chart.on(*owner, "enableGatewayApi") else [])]
        for key in keys:
            if any(given in (None, "") for given in chart.given(*owner, key)):
                yield chart.error((*owner, key), "it is empty, and the controller requires it", hint="leave it out")


@rule("KG434")
def unread_value(tree: Tree) -> Iterator[Mistake]:
    """A value that stands in the chart and that none of its templates reads.

    The values.yaml of KServe's charts has keys left over from other charts of the release. Helm takes them, and nothing
    happens.

    Fix: take the key out, or set the one that the hint names.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, v0.17.0, v0.19.0 and v0.20.0, charts/*/templates and charts/*/files.
    """
    for chart in charts(tree, *UNREAD):
        for key, hint in UNREAD[chart.name].items():
            path = tuple(key.split("."))
            given = chart.get(*path)
            if given is not None and given not in ({}, [], chart.version):
                yield chart.warning(path, f"no template of chart '{chart.name}' reads it", hint=hint or "take it out")


@rule("KG435")
def shared_flag(tree: Tree) -> Iterator[Mistake]:
    """A shared resource of KServe is switched off by a flag that cannot switch it off.

    The templates ask for the flag or else for `createSharedResources`. False is taken for nothing there, so while
    `createSharedResources` is true, as it is by default, the resource is made all the same.

    Fix: `createSharedResources: false` under `kserve`, and `enabled: true` for each shared resource that this chart is
    to make.

    Since: v0.17.0

    Source: kserve/kserve v0.17.0 and v0.20.0, charts/kserve-resources/templates/common.
    """
    for chart in charts(tree, "kserve-resources", "kserve-llmisvc-resources"):
        if chart.get("kserve", "createSharedResources") is False:
            continue
        for name in _SHARED:
            path = ("kserve", name, "enabled")
            if chart.get(*path) is False:
                message = "false does nothing while 'kserve.createSharedResources' is true"
                hint = "set createSharedResources to false, and enabled to true for the others"
                yield chart.error(path, message, hint=hint)


@rule("KG436")
def flag_as_word(tree: Tree) -> Iterator[Mistake]:
    """A flag of KServe with a word that it does not know.

    These flags are texts. KServe compares them with `"true"`, or with `"0"`, and takes every other word for the
    opposite, so that `yes` or `on` leaves metrics off and `false` leaves HTTPS on.

    Fix: write "true" or "false" in quotes, and "0" or "1" for `useHttps`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/webhook/admission/pod/metrics_aggregate_injector.go, pkg/credentials/s3/utils.go
    and python/storage/kserve_storage/kserve_storage.py.
    """
    for chart in charts(tree, *_CONTROLLER):
        for key, (meant, known) in _WORDS.items():
            path = ("kserve", *key.split("."))
            given = printed(chart.get(*path))
            if given.lower() in meant and given not in known:
                message = f"KServe takes '{given}' for the opposite"
                yield chart.warning(path, message, hint=f'write "{known[0]}"')
