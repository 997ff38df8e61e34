"""PodDisruptionBudgets."""

from collections.abc import Mapping

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.manifest import Manifest


class PodDisruptionBudget(Manifest):
    """How many of the pods with the labels of `selector` a drain of nodes may take at once.

    `spec` is `minAvailable` or `maxUnavailable`, a number or a percentage.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        selector: Mapping[str, str],
        spec: Mapping[str, int | str],
        origin: Origin | None = None,
    ) -> None:
        manifest = {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": id, "namespace": namespace},
            "spec": {**spec, "selector": {"matchLabels": dict(selector)}},
        }
        super().__init__(scope, id, manifest, origin=origin)
