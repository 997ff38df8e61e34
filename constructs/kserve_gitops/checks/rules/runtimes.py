"""Whether the runtime is there that a model needs, and serves it."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.asked import asked
from kserve_gitops.checks.world.runtimes import Found, runtimes, table
from kserve_gitops.checks.world.unserved import misfit, provide, unserved
from kserve_gitops.serving.selection import Wanted, obstacles, undecided
from kserve_gitops.serving.webhook import KSERVE_CONTAINER

_MLSERVER = "kserve-mlserver"


@rule("KG101", whole=True)
def absent(tree: Tree) -> Iterator[Mistake]:
    """A runtime that nothing provides.

    KServe looks for a ServingRuntime of that name in the namespace of the InferenceService, then for a
    ClusterServingRuntime. With neither it makes no pod: the status stays at `RuntimeNotRecognized`, waiting for the
    runtime to become available.

    Fix: write the name of a runtime that is there. A ServingRuntime counts in its own namespace alone. List one that
    others made under `existing` in platform.yaml: `- {kind: ClusterServingRuntime, name: our-server}`.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, reconcileModel in
    pkg/controller/v1beta1/inferenceservice/components/predictor.go and GetServingRuntime in utils/utils.go beside it.
    """
    found = runtimes(tree)
    for one in asked(tree):
        namespace = found.namespace(one.service)
        if not one.runtime or not namespace or not table(tree.cluster.schemas.directory, tree.kserve):
            continue
        known = found.find(namespace, one.runtime) or found.exists(namespace, one.runtime)
        if not known and not found.open(namespace):
            say = one.service.error if found.complete else one.service.warning
            hint, possible = provide(tree, found, namespace, one.runtime)
            missing = ("ClusterServingRuntime", "", one.runtime) if possible else None
            yield say(one.at("runtime"), f"there is no runtime '{one.runtime}'", hint=hint, missing=missing)


@rule("KG102", whole=True)
def none_fits(tree: Tree) -> Iterator[Mistake]:
    """A model that no runtime serves.

    Where a model names no runtime, KServe takes the first that lists its format, with `autoSelect`, and its version
    if it has one, speaks its protocol (v1 where none is said), and has a workerSpec if the model has. With none it
    makes no pod, and the status says `NoSupportingRuntime`.

    Fix: write the format and version as the runtime lists them, letter by letter; for `onnx`, `tensorrt` and `mlflow`
    add `protocolVersion: v2`; or name a runtime of your own with `runtime`.

    Since: every release; which formats and versions there are depends on it

    Source: kserve/kserve v0.16.0 and v0.20.0, GetSupportingRuntimes in pkg/apis/serving/v1beta1/predictor_model.go;
    the built-in runtimes are in config/runtimes. Issues 2372, 3176, 3632, 4298 and 4464.
    """
    found = runtimes(tree)
    for one in asked(tree):
        wanted, namespace = one.wanted, found.namespace(one.service)
        if one.runtime or wanted is None or not found.closed(namespace):
            continue
        if table(tree.cluster.schemas.directory, tree.kserve) and not found.candidates(namespace, wanted):
            yield unserved(tree, one, wanted, found.visible(namespace), complete=found.complete)


@rule("KG103")
def unfit(tree: Tree) -> Iterator[Mistake]:
    """A runtime that cannot serve the model that names it.

    KServe holds the model against the runtime: it must not be disabled, and must list the format, its version if one
    is said, and the protocol. A model over several nodes needs a runtime with a workerSpec. Otherwise no pod is made,
    and the status says `NoSupportingRuntime` or `RuntimeDisabled`.

    Fix: name a runtime that serves it, or leave `runtime` out for KServe to choose one. Leave the version out where it
    does not matter.

    Since: every release; which formats and versions there are depends on it

    Source: kserve/kserve v0.16.0 and v0.20.0, reconcileModel and multiNodeProcess in
    pkg/controller/v1beta1/inferenceservice/components/predictor.go.
    """
    found = runtimes(tree)
    for one in asked(tree):
        chosen = found.find(found.namespace(one.service), one.runtime) if one.runtime else None
        if chosen is None or not chosen.clear or one.wanted is None:
            continue
        for obstacle in obstacles(chosen.runtime, one.wanted, named=True):
            yield misfit(tree, one, one.wanted, chosen, obstacle)
        if chosen.runtime.multi_model and not chosen.server:
            hint = f"name one with a container {KSERVE_CONTAINER}, or use the deployment mode ModelMesh"
            yield one.service.error(one.at("runtime"), f"'{one.runtime}' serves models by ModelMesh alone", hint=hint)


@rule("KG104")
def unsaid(tree: Tree) -> Iterator[Mistake]:
    """Several runtimes fit a model, and it does not say which one it means.

    Of runtimes with the same priority KServe takes the youngest, so another may serve the model after a new
    installation. With protocol v2 scikit-learn, XGBoost and LightGBM go to MLServer, which wants other file names than
    KServe's own servers and gives other names to its outputs.

    Fix: name the runtime, as in `runtime: kserve-sklearnserver`.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, sortServingRuntimeList and sortSupportedRuntimeByPriority in
    pkg/apis/serving/v1beta1/predictor_model.go; config/runtimes.
    """
    found = runtimes(tree)
    doubts: dict[tuple[str, Wanted], tuple[str, str]] = {}
    for one in asked(tree):
        wanted, namespace = one.wanted, found.namespace(one.service)
        if one.runtime or wanted is None or not found.closed(namespace):
            continue
        key = (namespace, wanted)
        if key not in doubts:
            doubts[key] = _doubt(found.candidates(*key), wanted)
        message, hint = doubts[key]
        if message:
            yield one.service.warning(one.at(), message, hint=hint)


def _doubt(chosen: list[Found], wanted: Wanted) -> tuple[str, str]:
    """Why it is not plain which candidate will serve, and what to do about it; two empty texts where it is."""
    level = undecided([fitting.runtime for fitting in chosen], wanted)
    if level:
        names = " and ".join(f"'{fitting.name}'" for fitting in level)
        return f"{names} fit alike: KServe takes the youngest", "name one of them with runtime"
    builtin = [fitting.name for fitting in chosen if fitting.source is None]
    if len(builtin) > 1 and builtin[0] == chosen[0].name == _MLSERVER:
        message = f"'{_MLSERVER}' will serve it, with file names and outputs other than '{builtin[1]}'"
        return message, f"say which one is meant: runtime: {_MLSERVER}, or runtime: {builtin[1]}"
    return "", ""
