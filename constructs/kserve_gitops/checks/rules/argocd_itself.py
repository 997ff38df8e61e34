"""An Argo CD that is delivered from here too: whether it knows what is healthy."""

import re
from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree, Values
from kserve_gitops.checks.world.applications import applications, nearest, wave

_CHART = "argo-cd"
_HEALTH = "resource.customizations.health."
_APPLICATION_HEALTH = f"{_HEALTH}argoproj.io_Application"
_SERVICE_HEALTH = f"{_HEALTH}serving.kserve.io_InferenceService"
_ANY_HEALTH = "resource.customizations"
_FIXED = {(3, 0): 21, (3, 1): 10, (3, 2): 1}
"""The first patch release of Argo CD that knows the condition Stopped, by minor release; all later ones do."""
_FIRST_FIXED = 3
"""The first major release of Argo CD that has a patch release which knows it."""
_FIRST_OF_3 = 8
"""The first major version of the chart argo-cd that brings Argo CD 3."""
_RELEASE = re.compile(r"v?([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})(?![0-9])")


@rule("KG421")
def waves_without_health(tree: Tree) -> Iterator[Mistake]:
    """Waves of Applications that Argo CD does not keep.

    Argo CD has had no health check for Applications since v1.8, so the waves between them do nothing: all of them start
    at once. This repository deploys Argo CD itself, and its values do not bring the check back.

    Fix: `configs.cm` of the chart argo-cd with `resource.customizations.health.argoproj.io_Application`, as in Argo
    CD's documentation on health.

    Since: every release

    Source: Argo CD v3.5.1, docs/operator-manual/health.md.
    """
    waves = {wave(application) for application in applications(tree)}
    for values in tree.values_of(_CHART) if len(waves) > 1 else ():
        if not _customized(values, _APPLICATION_HEALTH):
            hint = f"add {_APPLICATION_HEALTH} to configs.cm"
            at = nearest(values, ("configs", "cm"))
            yield values.warning(at, "Argo CD does not wait for the waves of Applications", hint=hint)


@rule("KG424")
def old_argocd(tree: Tree) -> Iterator[Mistake]:
    """An Argo CD that never sees a model as healthy.

    KServe writes the condition Stopped=False for every model that runs. The health check of older releases of Argo CD
    takes it for a failure: the Application stays Progressing for ever, and later waves never begin.

    Fix: Argo CD v3.0.21, v3.1.10, v3.2.1, v3.3.0 or newer; or a health check of your own in `configs.cm`, under
    `resource.customizations.health.serving.kserve.io_InferenceService`.

    Since: v0.16.0

    Source: Argo CD v3.5.1, resource_customizations/serving.kserve.io/InferenceService/health.lua; argo-cd issue 25263.
    """
    if not tree.services:
        return
    for values in tree.values_of(_CHART):
        tag = values.text("global", "image", "tag")
        old = _unfixed(tag) if tag else _major(values.version) in range(1, _FIRST_OF_3)
        if old and not _customized(values, _SERVICE_HEALTH):
            said = f"Argo CD {tag}" if tag else f"the Argo CD of chart {values.version}"
            hint = "take v3.3.0 or newer, or add a health check to configs.cm"
            at = nearest(values, ("global", "image", "tag"))
            yield values.error(at, f"{said} never sees an InferenceService as healthy", hint=hint)


def _unfixed(tag: str) -> bool:
    release = _RELEASE.match(tag)
    if release is None:
        return False
    major, minor, patch = map(int, release.groups())
    return major < _FIRST_FIXED or patch < _FIXED.get((major, minor), 0)


def _major(version: str) -> int:
    release = _RELEASE.match(version)
    return int(release[1]) if release else 0


def _customized(values: Values, key: str) -> bool:
    given = values.mapping("configs", "cm")
    return key in given or _ANY_HEALTH in given
