"""Objects with one container, and what is said about it, for the tests of rules about pods."""

from tests.checks.trees import places


def thing(kind, api_version, **rest):
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a", "namespace": "n"}, **rest}


def deployment(container=None, **pod):
    containers = [{"name": "c", "image": "x", **(container or {})}]
    return thing("Deployment", "apps/v1", spec={"template": {"spec": {"containers": containers, **pod}}})


def of_container(code, **container):
    """Places in the container of a Deployment, with severities."""
    found = places(code, deployment(container))
    return [(at.removeprefix("spec.template.spec.containers.0").lstrip("."), severity) for at, severity in found]


def of_pod(code, **pod):
    found = places(code, deployment(**pod))
    return [(at.removeprefix("spec.template.spec."), severity) for at, severity in found]


def runtime(**spec):
    return thing("ServingRuntime", "serving.kserve.io/v1alpha1", spec=spec) | {
        "metadata": {"name": "mine", "namespace": "kserve"}
    }
