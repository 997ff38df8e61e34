"""Texts with a form of their own where schemas say `string`: images, and host names."""

from collections.abc import Iterator
from typing import Any

from kserve_gitops.checks.names import problem_with_image
from kserve_gitops.checks.pods import Pod, pods
from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.core.names import problem_with_hostname
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.kinds import KINDS

_TEMPLATE = "{{"


@rule("KG138")
def image(tree: Tree) -> Iterator[Mistake]:
    """An image that no node can pull, for its reference is not written like one.

    The API server takes any text but an empty one; the node then reports InvalidImageName, and the pod never starts.
    A scheme, a space, a capital letter in the repository and a second `:` are what goes wrong most often.

    Fix: `registry.example.com/team/server:1.2.0`, or the same with `@sha256:` and the whole digest.

    Since: every release

    Source: github.com/distribution/reference v0.6.0, the grammar of a reference; Kubernetes v1.34, documentation,
    Images.
    """
    for pod in pods(tree):
        for at, container in pod.containers:
            given = container.get("image")
            if isinstance(given, str) and (given or _needs_image(pod, at)):
                if _TEMPLATE not in given and (wrong := problem_with_image(given)):
                    yield pod.owner.error((*at, "image"), wrong)
            elif given is None and _needs_image(pod, at):
                yield pod.owner.error(at, "the container has no image", hint="add image")


def _needs_image(pod: Pod, at: Path) -> bool:
    """Whether no image can come from a runtime or from a configuration: a container of its own has to say one."""
    if not isinstance(at[-1], int):
        return False
    if isinstance(pod.owner, Service):
        alone = all(isinstance(found[-1], int) for found, _ in pod.servers)
        return alone and "workerSpec" not in pod.at and pod.at[1] != "canary"
    return pod.owner.kind not in KINDS


@rule("KG139")
def host(tree: Tree) -> Iterator[Mistake]:
    """A host name that is none.

    An Ingress with such a host is refused, and a Certificate for it is never issued: a URL, a port, an IP address, a
    capital letter or an underscore stands in it.

    Fix: write the name alone, as in `iris.example.com`.

    Since: every release

    Source: Kubernetes v1.34, pkg/apis/networking/validation/validation.go; RFC 1123.
    """
    for found in tree.of("Ingress"):
        if found.group == "networking.k8s.io":
            yield from _hosts(found, _of_ingress(found))
    for found in tree.of("Certificate"):
        if found.group == "cert-manager.io":
            names = enumerate(found.sequence("spec", "dnsNames"))
            yield from _hosts(found, ((("spec", "dnsNames", number), name) for number, name in names))


def _of_ingress(found: Object) -> Iterator[tuple[Path, Any]]:
    for number, entry in enumerate(found.sequence("spec", "rules")):
        yield ("spec", "rules", number, "host"), mapping(entry).get("host")
    for number, entry in enumerate(found.sequence("spec", "tls")):
        for index, name in enumerate(sequence(mapping(entry).get("hosts"))):
            yield ("spec", "tls", number, "hosts", index), name


def _hosts(owner: Object, names: Iterator[tuple[Path, Any]]) -> Iterator[Mistake]:
    for at, name in names:
        if isinstance(name, str) and name and (wrong := problem_with_hostname(name)):
            yield owner.error(at, wrong)
