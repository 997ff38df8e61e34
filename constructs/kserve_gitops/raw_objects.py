"""Objects that a person keeps under manifests/ beside the catalogue."""

from collections.abc import Iterable

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SKIP_DRY_RUN, Application
from kserve_gitops.inputs.environment import Environment, RawObject
from kserve_gitops.manifest import Manifest


class RawObjects(Application):
    """Those of one namespace, or, without `namespace`, those that name none: they go to the cluster or with the models.

    Before the models, which may need them.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        environment: Environment,
        namespace: str | None,
        objects: Iterable[RawObject],
        project: str,
    ) -> None:
        super().__init__(
            scope,
            f"manifests-{namespace}" if namespace else "manifests",
            environment=environment,
            project=project,
            namespace=namespace or environment.namespace,
            wave=waves.CREDENTIALS,
            manifests=True,
            sync_options=[SKIP_DRY_RUN],
            scopes_known=False,
            origin=environment.origin,
        )
        for number, found in enumerate(objects):
            # Numbered, so that the same object twice is told as what it is.
            id = f"{number}-{found.manifest['kind']}-{found.manifest['metadata']['name']}"  # noqa: A001  as everywhere
            Manifest(self, id, found.manifest, origin=found.origin)
