"""Applications that deliver charts, for the tests of rules about charts."""

from tests.checks.trees import said, values_row

REGISTRY = "ghcr.io/kserve/charts"
SERVER = "https://kubernetes.default.svc"


def application(
    chart, version, *, name="", namespace="", repo=REGISTRY, helm=None, values=False, server=SERVER, **spec
):
    """An Application of one chart; with `values`, it takes the file of that name from dist/."""
    name = name or chart
    given = {"releaseName": name, **({"valueFiles": [f"$values/{name}.yaml"]} if values else {}), **(helm or {})}
    source = {"repoURL": repo, "chart": chart, "targetRevision": version, "helm": given}
    destination = {"server": server, "namespace": namespace or chart}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {"project": "default", "destination": destination, "sources": [source], **spec},
    }


def folder(path, *, repo="https://github.com/kubernetes-sigs/gateway-api.git", name="gateway-api"):
    """An Application of a folder of somebody else's repository."""
    found = application("none", "v1.6.1", name=name)
    found["spec"]["sources"] = [{"repoURL": repo, "targetRevision": "v1.6.1", "path": path}]
    return found


def told(code, chart, version, content, *others, of=None, name="", values=(), **application_of):
    """(place, severity) of what a rule says about a chart with these values, delivered by an Application."""
    one = application(chart, version, name=name, values=True, **application_of)
    rows = [values_row(chart, version, content, application=name or chart), *values]
    return [(at, severity) for at, severity, _, _ in said(code, one, *others, of=of, values=rows)]


def nested(path, value):
    """A mapping with `value` at a.b.c."""
    for key in reversed(path.split(".")):
        value = {key: value}
    return value
