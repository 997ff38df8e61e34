"""What the constructs of KServe's own kinds have in common: a manifest from a spec, and patches over it."""

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct

from kserve_gitops.core.merging import merge
from kserve_gitops.core.origins import Origin
from kserve_gitops.core.patches import Patch, patched
from kserve_gitops.core.rendered import Fault
from kserve_gitops.manifest import Manifest

GROUP = "serving.kserve.io"


class KServeObject(Manifest):
    """An object of KServe's group, named like its id; without `namespace` a cluster-scoped one.

    `top` holds fields beside `spec`. `patches` are applied last. A patch that cannot be applied is reported with
    everything else that is wrong with the tree, as `problems` are.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        kind: str,
        version: str,
        namespace: str | None,
        spec: Mapping[str, Any],
        top: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        patches: Sequence[Patch] = (),
        problems: Sequence[Fault] = (),
        origin: Origin | None = None,
    ) -> None:
        metadata: dict[str, Any] = {"name": id}
        if namespace is not None:
            metadata["namespace"] = namespace
        metadata |= {key: dict(given) for key, given in (("labels", labels), ("annotations", annotations)) if given}
        manifest = {"apiVersion": f"{GROUP}/{version}", "kind": kind, "metadata": metadata, **(top or {}), "spec": spec}
        result = patched(manifest, patches)
        faults = [Fault("KG019", ("patches", number), problem) for number, problem in result.problems]
        super().__init__(scope, id, result.manifest, problems=[*problems, *faults], origin=origin)


def spec_of(given: Mapping[str, Any] | None, **typed: Any) -> dict[str, Any]:
    """A spec from typed values, those that are None left out, with `given` merged over them."""
    named = {key: value for key, value in typed.items() if value is not None}
    if not named:  # nothing to merge, and a null that a person wrote stays for the schema to tell
        return dict(given or {})
    spec: dict[str, Any] = merge(named, dict(given or {}))
    return spec
