"""Trees of plain manifests, and what the rules say about them, for the tests of rules."""

from functools import cache
from pathlib import Path

import yaml

from kserve_gitops.checks import engine, serving
from kserve_gitops.checks.canaries import canary
from kserve_gitops.checks.rule import registered
from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.checks.tree import Cluster, Object, Tree, Values
from kserve_gitops.core.findings import Named
from kserve_gitops.core.origins import Origin
from kserve_gitops.core.places import Place
from kserve_gitops.core.rendered import Rendered

IMPORTS = Path(__file__).parents[2] / "imports"
MODE = "serving.kserve.io/deploymentMode"


@cache
def schemas(kserve="v0.16.0"):
    return Schemas(IMPORTS, kserve=kserve)


def cluster(kserve="v0.16.0", existing=(), **settings):
    """`existing` are texts Kind/namespace/name or Kind/name; `settings` have __ for a dot."""
    parts = [text.split("/") for text in existing]
    known = frozenset(Named(part[0], part[1] if len(part) > 2 else "", part[-1]) for part in parts)
    found = {key.replace("__", "."): value for key, value in settings.items()}
    return Cluster(schemas(kserve), {"controller.deploymentMode": "Standard", **found}, known)


def row(manifest, *, file="models/a.yaml", applications=("root", "models-kserve")):
    return Rendered("production/x", applications, Origin(file).to_text(), manifest=manifest)


def values_row(chart, version, content, *, application="app"):
    attachment = {"file": "values/x.yaml", "content": content, "chart": (chart, version)}
    origin = Origin("platform.yaml").to_text()
    return Rendered("production/x", ("root", application), origin, attachment=attachment)


def manifests(*given):
    """Manifests as mappings, from mappings or YAML text of one or several documents."""
    found = []
    for one in given:
        found += [one] if isinstance(one, dict) else [d for d in yaml.safe_load_all(one) if d is not None]
    return found


def tree(*given, of=None, values=()):
    """A tree of manifests or YAML text; `values` are rows of `values_row`."""
    things = [Object(row(manifest)) for manifest in manifests(*given)]
    return Tree("production", of or cluster(), [*things, *(Values(one) for one in values)])


def said(code, *given, of=None, values=()):
    """(path in the object, severity, message, hint) of everything that one rule says, without the engine."""
    [rule] = [rule for rule in registered() if rule.code == code]
    return [
        (".".join(map(str, (*m.at, *([m.key] if m.key else [])))), m.severity.value, m.message, m.hint)
        for m in rule.check(tree(*given, of=of, values=values))
    ]


def places(code, *given, of=None, values=()):
    """Paths and severities of what one rule says."""
    return [(at, severity) for at, severity, _, _ in said(code, *given, of=of, values=values)]


def findings(*given, of=None, values=(), file="manifests/a.yaml"):
    """Everything that the whole engine says; the file of a place carries the path in the object."""
    rows = [row(manifest, file=file) for manifest in manifests(*given)]
    return list(engine.findings([*rows, *values], {"production": of or cluster()}, _where))


def _where(origin, path, key):
    end = f"?{key}" if key else ""
    return Place(f"{origin.file}#{'.'.join(map(str, path))}{end}" if origin else "app.py")


def faults(manifest):
    """What is wrong with the scaling, the canaries and the implementations of one InferenceService."""
    for check in (serving.implementations, serving.autoscaling, canary):
        yield from check(manifest)


def service(predictor=None, *, name="iris", namespace="kserve", mode="Standard", annotations=None, **spec):
    """An InferenceService as the catalogue renders it, with a sound model."""
    given = {**({MODE: mode} if mode else {}), **(annotations or {})}
    model = {
        "modelFormat": {"name": "sklearn"},
        "runtime": "kserve-sklearnserver",
        "protocolVersion": "v2",
        "storageUri": "s3://bucket/iris/1",
        "resources": {"requests": {"cpu": "1", "memory": "2Gi"}, "limits": {"cpu": "1", "memory": "2Gi"}},
    }
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": name, "namespace": namespace, **({"annotations": given} if given else {})},
        "spec": {"predictor": {"model": model, **(predictor or {})} if predictor != {} else {}, **spec},
    }
