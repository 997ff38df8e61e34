"""Images of containers."""

from collections.abc import Iterator
from typing import Any

from kserve_gitops.checks.pods import pods
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.core.origins import Path


@rule("KG171")
def latest_image(tree: Tree) -> Iterator[Mistake]:
    """An image without a version.

    Without a tag, and with the tag `latest`, the image is looked up again at every start of a pod: two replicas can run
    different code, a restart at night is a release, and a rollback in Git brings back nothing.

    Fix: name a tag that is never pushed twice, `registry.example.com/ml/scorer:1.4.0`, or a digest.

    Since: every release

    Source: Kubernetes documentation, Images, on the tag latest and imagePullPolicy.
    """
    for pod in pods(tree):
        for at, container in pod.containers:
            yield from _image(pod.owner, (*at, "image"), container.get("image"))
            if container.get("runtimeVersion") == "latest":
                message = "the version of the runtime is 'latest', which is another image tomorrow"
                yield pod.owner.warning((*at, "runtimeVersion"), message, hint="name a version")
    for found in tree.of("ClusterStorageContainer"):
        at = ("spec", "container", "image")
        yield from _image(found, at, found.get(*at))


def _image(owner: Object, at: Path, image: Any) -> Iterator[Mistake]:
    if not isinstance(image, str) or not image.strip() or "@" in image or "{{" in image or "$" in image:
        return
    name, colon, tag = image.rpartition("/")[2].partition(":")
    if not colon or not tag:
        message = f"the image '{image}' has no tag, which means latest"
        yield owner.warning(at, message, hint=f"name a version, as in '{name}:1.4.0'")
    elif tag == "latest":
        message = f"the image '{image}' is another one after every push"
        yield owner.warning(at, message, hint=f"name a version, as in '{name}:1.4.0'")
