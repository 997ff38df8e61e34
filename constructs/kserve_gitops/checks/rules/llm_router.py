"""How requests come to an LLMInferenceService: which of its routes and Gateways go together."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.llm import ROUTER, SERVICE, is_since
from kserve_gitops.core.origins import Path

_ROUTE: Path = (*ROUTER, "route")
_HTTP: Path = (*_ROUTE, "http")
_GATEWAYS: Path = (*ROUTER, "gateway", "refs")
_RELAXED = "v0.17.0"
"""From here on KServe points its own route at the Gateways of `gateway.refs`."""
_SECTIONS = "v0.19.0"
"""From here on `sectionName` is compared too; of v0.18 that is not known."""
_GROUPS = "v0.20.0"


@rule("KG156")
def llm_router(tree: Tree) -> Iterator[Mistake]:
    """Routes and Gateways of an LLMInferenceService that do not go together.

    KServe makes an HTTPRoute, or takes those of `route.http.refs`. Its webhook refuses both at once, routes of your own
    with `gateway: {}` (the Gateway that KServe chooses), and parents in `route.http.spec` that contradict
    `gateway.refs`. v0.16 refuses `gateway.refs` with any route that KServe makes. From v0.20 on `group` and `weight` of
    a route belong together, and to a route that KServe makes.

    Fix: `router: {gateway: {}, route: {}}` for everything by KServe, or `gateway: {refs: […]}` with
    `route: {http: {refs: […]}}` for everything by yourself.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/controller/v1alpha1/llmisvc/validation/llminferenceservice_validator.go; v0.17.0
    to v0.20.0, llm_inference_service_validation.go in pkg/apis/serving/v1alpha1 and v1alpha2
    """
    relaxed, groups = is_since(tree, _RELAXED), is_since(tree, _GROUPS)
    for llm in tree.of(SERVICE):
        if not isinstance(llm.get(*_ROUTE), Mapping):
            continue
        yield from _routes(llm)
        if relaxed:
            yield from _parents(tree, llm)
        else:
            yield from _made_by_kserve(llm)
        if groups:
            yield from _group(llm)


def _routes(llm: Object) -> Iterator[Mistake]:
    refs = llm.sequence(*_HTTP, "refs")
    if refs and llm.get(*_HTTP, "spec") is not None:
        yield llm.error(_HTTP, "it has both refs, routes of your own, and a spec", hint="keep one of them")
    if refs and llm.get(*ROUTER, "gateway") is not None and not llm.sequence(*_GATEWAYS):
        hint = "name the Gateways in gateway.refs, or take gateway away"
        yield llm.error((*_HTTP, "refs"), "routes of your own do not go with the Gateway of KServe", hint=hint)


def _made_by_kserve(llm: Object) -> Iterator[Mistake]:
    """v0.16: its own route goes to its own Gateway only."""
    if llm.get(*_GATEWAYS) is None:
        return
    hint = "name your routes in route.http.refs, or take the refs away; it needs KServe v0.17 else"
    if llm.get(*_HTTP) is None:
        yield llm.error(_GATEWAYS, "the route of KServe does not go with a Gateway of your own", hint=hint)
    elif llm.get(*_HTTP, "spec") is not None and llm.sequence(*_GATEWAYS):
        yield llm.error((*_HTTP, "spec"), "a spec of the route does not go with gateway.refs", hint=hint)


def _parents(tree: Tree, llm: Object) -> Iterator[Mistake]:
    at = (*_HTTP, "spec", "parentRefs")
    parents, gateways = llm.sequence(*at), llm.sequence(*_GATEWAYS)
    if not parents or not gateways:
        return
    hint = "take parentRefs away: KServe fills them in from gateway.refs"
    if llm.api_version.endswith("/v1alpha1"):
        yield llm.error(at, "parentRefs do not go with gateway.refs", hint=hint)
    elif _same(parents, gateways, sections=True):
        yield llm.warning(at, "parentRefs repeat gateway.refs", hint=hint)
    elif is_since(tree, _SECTIONS) or not _same(parents, gateways, sections=False):
        yield llm.error(at, "parentRefs are others than gateway.refs", hint=hint)


def _same(parents: list[Any], gateways: list[Any], *, sections: bool) -> bool:
    fields = ("namespace", "name", *(["sectionName"] if sections else []))
    return _keys(parents, fields) == _keys(gateways, fields)


def _keys(refs: list[Any], fields: tuple[str, ...]) -> list[list[str]]:
    return sorted([str(mapping(ref).get(field) or "") for field in fields] for ref in refs)


def _group(llm: Object) -> Iterator[Mistake]:
    given = [field for field in ("group", "weight") if llm.get(*_ROUTE, field) is not None]
    if not given:
        return
    at = (*_ROUTE, given[0])
    if llm.get(*ROUTER, "ingress") is not None:
        yield llm.error(at, "requests are divided by HTTPRoutes, not by an Ingress", hint="take router.ingress away")
    elif given == ["group"]:
        yield llm.error(_ROUTE, "a group needs a weight", hint="add weight, 0 to 1000000")
    elif given == ["weight"]:
        yield llm.error(_ROUTE, "a weight needs a group", hint="add group, the same in each service that shares")
    elif llm.sequence(*_HTTP, "refs"):
        hint = "take route.http.refs away"
        yield llm.error(at, "requests are divided by routes that KServe makes, not by your own", hint=hint)
