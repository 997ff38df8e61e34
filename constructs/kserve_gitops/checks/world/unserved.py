"""What to say about a model that has no runtime: what stands in its way, and which runtime comes nearest."""

from functools import lru_cache
from pathlib import Path

from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.asked import Asked
from kserve_gitops.checks.world.listing import LIST
from kserve_gitops.checks.world.runtimes import Found, Runtimes, built_in, table, values_key
from kserve_gitops.core.suggestions import closest
from kserve_gitops.inputs.releases import RELEASES, older
from kserve_gitops.serving import selection
from kserve_gitops.serving.selection import Obstacle, Wanted, obstacles

_SAID = {Obstacle.PROTOCOL: ("protocolVersion",), Obstacle.VERSION: ("modelFormat", "version")}
_NAME = ("modelFormat", "name")


def provide(tree: Tree, found: Runtimes, namespace: str, name: str) -> tuple[str, bool]:
    """What to do about a runtime that is not there, and whether it may be in the cluster all the same."""
    release = RELEASES.get(tree.kserve)
    row = table(tree.cluster.schemas.directory, tree.kserve).get(name)
    if others := found.elsewhere(name):
        return f"the one in namespace '{others[0]}' counts there alone; make a ClusterServingRuntime", True
    if row and row.get("installed") is not True:
        return "KServe does not install it, although it has one of that name; make it", True
    if row and release and release.runtimes_chart:
        chart = f"the chart {release.runtimes_chart}, with servingruntime.enabled"
        return f"add {chart}, which brings it", True
    having = [tag for tag in RELEASES if name in table(tree.cluster.schemas.directory, tag)]
    if having:
        return f"KServe {having[0]} has it, and this is {tree.kserve}; name another", False
    if near := closest(name, [one.name for one in found.visible(namespace)]):
        return f"{near} If not, make it", True
    return f"make a ServingRuntime in namespace '{namespace}'", True


def unserved(tree: Tree, one: Asked, wanted: Wanted, there: list[Found], *, complete: bool) -> Mistake:
    """The mistake at what is easiest to mend, by the runtime that is nearest to serving the model."""
    say = one.service.error if complete else one.service.warning
    near = [(obstacles(found.runtime, wanted), found) for found in there]
    near = [(against, found) for against, found in near if Obstacle.FORMAT not in against]
    if not there:
        return say(one.at(), "there is no runtime for it", hint=_none_at_all(tree))
    if not near:
        names = {form.name for found in there for form in found.runtime.formats} - {""}
        hint = closest(wanted.format, names) or _elsewhere(*_platform(tree), wanted)
        hint = hint or f"there are {', '.join(sorted(names))}"
        return say(one.at(*_NAME), f"no runtime serves the model format '{wanted.format}'", hint=hint)
    against, found = min(near, key=lambda pair: _distance(pair[0], pair[1], wanted))
    workers = against[0] is Obstacle.WORKERS and wanted.workers
    at = (*one.component.at, "workerSpec") if workers else one.at(*_SAID.get(against[0], ()))
    hint = f"{found.name} {' and '.join(_advice(obstacle, wanted, found) for obstacle in against)}"
    if Obstacle.VERSION in against and (elsewhere := _elsewhere(*_platform(tree), wanted)):
        hint = f"{hint}; {elsewhere}"
    return say(at, f"no runtime serves {_described(wanted, against)}", hint=hint)


def _distance(against: tuple[Obstacle, ...], found: Found, wanted: Wanted) -> tuple[int, list[int], bool, str]:
    """How much must change for a runtime to serve the model; one that is never chosen unasked comes last."""
    unasked = any(form.auto_select for form in found.runtime.formats if form.name == wanted.format)
    return len(against), sorted(one.value for one in against), not unasked, found.name


def misfit(tree: Tree, one: Asked, wanted: Wanted, found: Found, obstacle: Obstacle) -> Mistake:
    """What is wrong between a model and the runtime that it names."""
    listed = sorted({form.name for form in found.runtime.formats})
    if obstacle is Obstacle.FORMAT:
        hint = closest(wanted.format, listed) or f"it serves {', '.join(listed) or 'no format'}"
        return one.service.error(
            one.at(*_NAME), f"the runtime '{found.name}' does not serve '{wanted.format}'", hint=hint
        )
    if obstacle is Obstacle.DISABLED:
        hint = "enable it, or name another"
        if found.source is None:
            hint = f"take servingruntime.{values_key(found.name)}.disabled out of KServe's values, or name another"
        return one.service.error(one.at("runtime"), f"the runtime '{found.name}' is disabled", hint=hint)
    if obstacle is Obstacle.WORKERS:
        message = f"the runtime '{found.name}' has no workerSpec"
        hint = "name one that serves over several nodes, such as kserve-huggingfaceserver-multinode"
        return one.service.error((*one.component.at, "workerSpec"), message, hint=hint)
    hint = f"it {_advice(obstacle, wanted, found)}"
    if obstacle is Obstacle.VERSION and (elsewhere := _elsewhere(*_platform(tree), wanted, found.name)):
        hint = f"{hint}; {elsewhere}"
    what = f"version '{wanted.version}' of {wanted.format}"
    if obstacle is Obstacle.PROTOCOL:
        what = f"protocolVersion {wanted.protocol}"
    return one.service.error(one.at(*_SAID[obstacle]), f"the runtime '{found.name}' does not serve {what}", hint=hint)


def _described(wanted: Wanted, against: tuple[Obstacle, ...]) -> str:
    """The model, by what is said of it and what stands in the way."""
    said = f"'{wanted.format}'"
    if wanted.version:
        said += f" version '{wanted.version}'"
    if wanted.workers:
        said += " over several nodes"
    if wanted.protocol or Obstacle.PROTOCOL in against:
        said += f" with protocolVersion {wanted.protocol or 'v1, which KServe takes where none is said'}"
    return said


def _advice(obstacle: Obstacle, wanted: Wanted, found: Found) -> str:
    """What the runtime would do instead, as the end of a sentence that begins with its name."""
    versions = [form.version for form in found.runtime.formats if form.name == wanted.format and form.version]
    said = {
        Obstacle.PROTOCOL: f"speaks {' or '.join(found.runtime.protocols)}: write that as protocolVersion",
        Obstacle.VERSION: f"serves version {' or '.join(repr(one) for one in versions)}: write that, or leave it out"
        if versions
        else "serves it without a version: leave it out",
        Obstacle.AUTO_SELECT: f"is never chosen unasked: write runtime: {found.name}",
        Obstacle.WORKERS: "has no workerSpec" if wanted.workers else "wants a workerSpec",
        Obstacle.DISABLED: "is disabled",
        Obstacle.MULTI_MODEL: "serves models by ModelMesh alone",
    }
    return said[obstacle]


def _platform(tree: Tree) -> tuple[Path, str]:
    return tree.cluster.schemas.directory, tree.kserve


@lru_cache(maxsize=256)
def _elsewhere(directory: Path, kserve: str, wanted: Wanted, name: str = "") -> str:
    """The nearest release whose built-in runtime of this name, or any, serves what this one's do not; "" for none."""
    before = [tag for tag in reversed(RELEASES) if older(tag, kserve)]
    for tag in (*before, *(tag for tag in RELEASES if older(kserve, tag))):
        for row_name, row in table(directory, tag).items():
            right = name in ("", row_name) and row.get("installed") is True
            if right and not obstacles(selection.runtime(row_name, "", row), wanted, named=bool(name)):
                return f"{row_name} of KServe {tag} {'did' if tag in before else 'does'}, and this is {kserve}"
    return ""


def _none_at_all(tree: Tree) -> str:
    release = RELEASES.get(tree.kserve)
    if release and release.runtimes_chart and not built_in(tree):
        return f"add the chart {release.runtimes_chart}, with servingruntime.enabled, or a ServingRuntime"
    return f"make a ServingRuntime, or {LIST}"
