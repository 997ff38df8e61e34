"""The controller of SealedSecrets."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.charts import charts

_NAME, _NAMESPACE = "sealed-secrets-controller", "kube-system"


@rule("KG458")
def where_kubeseal_looks(tree: Tree) -> Iterator[Mistake]:
    """The controller of SealedSecrets is not where kubeseal looks for it.

    kubeseal asks `sealed-secrets-controller` in `kube-system` for its certificate unless it is told otherwise, and the
    chart gives the controller another name. Everybody who seals must then know the name and say it each time.

    Fix: `fullnameOverride: sealed-secrets-controller`, and `destination: {namespace: kube-system}` in the Application.

    Since: every release

    Source: bitnami-labs/sealed-secrets v0.36.6, cmd/kubeseal/main.go; chart 2.18.5, templates/_helpers.tpl.
    """
    for chart in charts(tree, "sealed-secrets"):
        if not chart.known or chart.application is None:
            continue
        if chart.fullname != _NAME:
            message = f"the controller is called '{chart.fullname}', and kubeseal looks for '{_NAME}'"
            yield chart.warning(("fullnameOverride",), message, hint=f"set it to {_NAME}")
        namespace = chart.text("namespace", default=chart.namespace)
        if namespace not in (_NAMESPACE, ""):
            message = f"the controller is in '{namespace}', and kubeseal looks for it in '{_NAMESPACE}'"
            at = ("spec", "destination", "namespace")
            yield chart.application.warning(at, message, hint=f"deliver it to '{_NAMESPACE}'")


@rule("KG473")
def no_status(tree: Tree) -> Iterator[Mistake]:
    """SealedSecrets that Argo CD never sees as healthy.

    Argo CD waits for the condition Synced in the status of a SealedSecret. With `updateStatus: false` the controller
    writes none, so the Application stays Progressing for ever, and later waves never begin.

    Fix: take `updateStatus: false` out; true is the default.

    Since: every release

    Source: bitnami-labs/sealed-secrets chart 2.18.5, values.yaml; Argo CD v3.5.1,
    resource_customizations/bitnami.com/SealedSecret/health.lua.
    """
    for chart in charts(tree, "sealed-secrets"):
        if chart.application is not None and chart.get("updateStatus") is False and tree.of("SealedSecret"):
            message = "without a status no SealedSecret ever becomes healthy"
            yield chart.error(("updateStatus",), message, hint="take it out: true is the default")
