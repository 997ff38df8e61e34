"""JupyterHub's chart under Argo CD and behind a Gateway.

Source for all: jupyterhub/zero-to-jupyterhub-k8s 4.4.0, jupyterhub/.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.charts import Chart, charts
from kserve_gitops.checks.world.made import keys_of, made
from kserve_gitops.serving import hub_secrets

_CHART = "jupyterhub"
_RESPECT = "RespectIgnoreDifferences=true"
_PROXY = "proxy-public"
_DUMMIES = ("dummy", "jupyterhub.auth.DummyAuthenticator", "jupyterhub.authenticators.dummy.DummyAuthenticator")
_ENFORCE = "pod-security.kubernetes.io/enforce"


@rule("KG448")
def random_tokens(tree: Tree) -> Iterator[Mistake]:
    """JupyterHub gets new tokens at every sync.

    The chart draws them by chance where it cannot look up those of the cluster, and Argo CD never lets it look. The
    Application is never in sync; with self-healing, hub and proxy restart again and again, and everybody is logged out.

    A Secret of one's own under `hub.existingSecret` decides what the hub signs cookies and keeps logins with. The chart
    draws its tokens all the same, and that of the proxy is taken from nowhere else.

    Fix: `ignoreDifferences` on the data of Secret `hub`, with `RespectIgnoreDifferences=true` under `syncOptions`, as
    the `JupyterHub` of this package has it; or write all tokens into the values, those of `hub.services` too, where
    they stand in Git.

    Since: every release

    Source: zero-to-jupyterhub 4.4.0, templates/hub/_helpers-passwords.tpl; Argo CD v3.5.1, docs/user-guide/helm.md.
    """
    for chart in charts(tree, _CHART):
        application = chart.application
        if application is None or not chart.known or not hub_secrets.drawn(chart.written):
            continue
        ignored = list(map(mapping, application.sequence("spec", "ignoreDifferences")))
        if not all(one.get("kind") for one in ignored):
            continue
        if not any(one.get("kind") == "Secret" and one.get("name") in (None, "", "hub") for one in ignored):
            hint = "ignore the differences in the data of Secret 'hub'"
            yield chart.warning_at_source("the chart draws new tokens at every sync", hint=hint)
        elif _RESPECT not in application.sequence("spec", "syncPolicy", "syncOptions"):
            message = "every sync writes new tokens, although their differences are ignored"
            yield application.warning(("spec", "syncPolicy"), message, hint=f"add {_RESPECT} to syncOptions")


@rule("KG449")
def needless_load_balancer(tree: Tree) -> Iterator[Mistake]:
    """JupyterHub has a load balancer of its own beside its route.

    The chart's Service is of type LoadBalancer unless it is told. The hub can then be reached past the Gateway, without
    its TLS; and where nothing gives addresses to such Services, the Application never becomes healthy.

    Fix: `proxy: {service: {type: ClusterIP}}`.

    Since: every release

    Source: zero-to-jupyterhub 4.4.0, values.yaml.
    """
    path = ("proxy", "service", "type")
    for chart in charts(tree, _CHART):
        if chart.known and chart.text(*path, default="LoadBalancer") == "LoadBalancer" and _is_routed(tree, chart):
            message = "the hub is behind a route and has a LoadBalancer too"
            yield chart.warning(path, message, hint="set it to ClusterIP")


@rule("KG450")
def image_puller(tree: Tree) -> Iterator[Mistake]:
    """JupyterHub pulls its images to all nodes before every sync.

    The chart does so in a hook of Helm, which is one of Argo CD: no sync begins before every node has every image, and
    one node that cannot pull stops all changes.

    Fix: `prePuller: {hook: {enabled: false}}`; `prePuller.continuous` pulls images without holding anything up.

    Since: every release

    Source: zero-to-jupyterhub 4.4.0, templates/image-puller/job.yaml; Argo CD v3.5.1, docs/user-guide/helm.md.
    """
    path = ("prePuller", "hook", "enabled")
    for chart in charts(tree, _CHART):
        if chart.known and chart.application is not None and chart.get(*path) is not False:
            yield chart.warning(path, "images are pulled to all nodes before every sync", hint="set it to false")


@rule("KG451")
def unreachable(tree: Tree) -> Iterator[Mistake]:
    """Notebooks cannot reach a service of the cluster that they are told about.

    The chart's NetworkPolicy lets notebooks call public addresses, and private ones only where a rule says so. Calls of
    MLflow or of a model wait until they time out.

    Fix: a rule for the namespace under `singleuser.networkPolicy.egress`; or
    `singleuser.networkPolicy.egressAllowRules: {privateIPs: true}`.

    Since: every release

    Source: zero-to-jupyterhub 4.4.0, values.yaml and templates/singleuser/netpol.yaml.
    """
    policy = ("singleuser", "networkPolicy")
    homes = {one.text("spec", "destination", "namespace") for one in tree.of("Application")}
    for chart in charts(tree, _CHART):
        open_ = chart.on(*policy, "egressAllowRules", "privateIPs") or chart.get(*policy, "enabled") is False
        if not chart.known or open_ or chart.sequence(*policy, "egress"):
            continue
        for name, value in chart.mapping("singleuser", "extraEnv").items():
            if isinstance(value, str) and "://" in value and _inside(value, homes):
                message = "notebooks may not call addresses of the cluster"
                hint = "add its namespace under singleuser.networkPolicy.egress"
                yield chart.warning(("singleuser", "extraEnv", name), message, hint=hint)


@rule("KG452")
def privileged_notebooks(tree: Tree) -> Iterator[Mistake]:
    """Notebooks are privileged in a namespace that refuses such pods.

    The chart blocks the cloud's metadata server with a privileged init container in every notebook. A namespace that
    enforces the Pod Security level baseline or restricted refuses the pod, and nobody gets a notebook.

    Fix: `singleuser: {cloudMetadata: {blockWithIptables: false}}`; the chart's NetworkPolicy blocks it too.

    Since: every release

    Source: zero-to-jupyterhub 4.4.0, files/hub/jupyterhub_config.py.
    """
    path = ("singleuser", "cloudMetadata", "blockWithIptables")
    for chart in charts(tree, _CHART):
        level = _labels(tree, chart).get(_ENFORCE)
        if chart.known and level in ("baseline", "restricted") and chart.get(*path) is not False:
            message = f"namespace '{chart.namespace}' enforces '{level}' and refuses the privileged container"
            yield chart.error(path, message, hint="set it to false")


@rule("KG453")
def anybody(tree: Tree) -> Iterator[Mistake]:
    """Anybody who reaches JupyterHub gets a notebook.

    Unless it is told, the chart takes every name with every password. Whoever finds the page runs code in the cluster,
    with what notebooks may reach: MLflow, the models, and the credentials of the ServiceAccount.

    Fix: `hub.config.JupyterHub.authenticator_class` with the settings of that authenticator; secrets of it belong into
    the Secret that `hub.existingSecret` names.

    Since: every release

    Source: zero-to-jupyterhub 4.4.0, values.yaml; JupyterHub 5.5.0, jupyterhub/authenticators/dummy.py.
    """
    path = ("hub", "config", "JupyterHub", "authenticator_class")
    for chart in charts(tree, _CHART):
        elsewhere = bool(chart.get("hub", "extraConfig")) or _may_say_more(chart, tree) or not chart.known
        dummy = chart.text(*path, default="dummy") in _DUMMIES
        password = chart.get("hub", "config", "DummyAuthenticator", "password")
        if dummy and not password and not elsewhere and _is_routed(tree, chart):
            message = "the hub is behind a route, and takes every name with every password"
            yield chart.warning(path, message, hint="set an authenticator under hub.config.JupyterHub")


def _may_say_more(chart: Chart, tree: Tree) -> bool:
    """Whether the hub has a Secret of its own that may hold values."""
    name = chart.text("hub", "existingSecret")
    found = made(tree).find("Secret", chart.namespace, name) if name else None
    keys = keys_of(found) if found else None
    return bool(name) and (keys is None or "values.yaml" in keys)


def _is_routed(tree: Tree, chart: Chart) -> bool:
    return (
        chart.on("httpRoute", "enabled")
        or chart.on("ingress", "enabled")
        or any(_leads_there(found.data, found.namespace, chart) for found in tree.of("HTTPRoute"))
    )


def _leads_there(route: Mapping[str, Any], namespace: str, chart: Chart) -> bool:
    rules = map(mapping, sequence(mapping(route.get("spec")).get("rules")))
    backends = (mapping(one) for given in rules for one in sequence(given.get("backendRefs")))
    return any(one.get("name") == _PROXY and (one.get("namespace") or namespace) == chart.namespace for one in backends)


def _inside(url: str, homes: Collection[str]) -> bool:
    """Whether it names a Service in another namespace; `homes` are namespaces that there are."""
    host = url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
    _, _, home = host.partition(".")
    return host.endswith((".svc", ".svc.cluster.local")) or (home != "" and home in homes)


def _labels(tree: Tree, chart: Chart) -> Mapping[str, Any]:
    """The labels of the chart's namespace, as far as the tree has them."""
    namespace = tree.find("Namespace", "", chart.namespace)
    if namespace is not None:
        return namespace.labels
    application = chart.application
    return application.mapping("spec", "syncPolicy", "managedNamespaceMetadata", "labels") if application else {}
