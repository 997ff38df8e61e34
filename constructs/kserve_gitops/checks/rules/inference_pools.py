"""Routes of the Envoy AI Gateway that lead to the pools of LLMInferenceServices."""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Mistake, Tree

_STABLE_POOLS = order("v0.17.0")
_MADE, _WANTED = "inference.networking.x-k8s.io", "inference.networking.k8s.io"
_SUFFIX = "-inference-pool"


@rule("KG472")
def other_group(tree: Tree) -> Iterator[Mistake]:
    """A route to the InferencePool of an LLMInferenceService in a group in which KServe makes none.

    KServe v0.16 makes its pools in the group `inference.networking.x-k8s.io`. The Envoy AI Gateway knows that group up
    to v0.3, and from v0.4 on `inference.networking.k8s.io` alone. The route finds no pool, and is never accepted.

    Fix: KServe v0.17 or later with the Envoy AI Gateway v0.4 or later; v0.3 of it with KServe v0.16.

    Since: v0.16.0, and no longer in v0.17.0

    Source: kserve/kserve v0.16.0 and v0.17.0, config/llmisvcconfig/config-llm-router-route.yaml; envoyproxy/ai-gateway
    v0.3.0 and v0.4.0, the CRD of AIGatewayRoute.
    """
    if order(tree.kserve) >= _STABLE_POOLS:
        return
    made = {(llm.namespace, f"{llm.name}{_SUFFIX}") for llm in tree.of("LLMInferenceService")}
    for route in tree.of("AIGatewayRoute") if made else ():
        for number, rule_ in enumerate(route.sequence("spec", "rules")):
            for place, backend in enumerate(map(mapping, sequence(mapping(rule_).get("backendRefs")))):
                home, name = backend.get("namespace") or route.namespace, backend.get("name")
                known = isinstance(home, str) and isinstance(name, str) and (home, name) in made
                if known and backend.get("group") == _WANTED:
                    at = ("spec", "rules", number, "backendRefs", place, "group")
                    message = f"KServe {tree.kserve} makes the pool '{name}' in the group {_MADE}"
                    yield route.error(at, message, hint="take KServe v0.17.1 or later")
