"""Host names and who answers for them."""

import json
from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree


@rule("KG301")
def one_host_twice(tree: Tree) -> Iterator[Mistake]:
    """Two routes for one host.

    Of two routes that match the same requests the older one wins, and the other is never reached, whoever of the two
    was meant.

    Fix: give each route a host of its own, or matches that differ.

    Since: every release

    Source: Gateway API v1.6.1, HTTPRouteRule.matches, on precedence.
    """
    hosts: dict[tuple[str, str], tuple[Object, int]] = {}
    for route in tree.of("HTTPRoute"):
        matches = [rule.get("matches") for rule in route.sequence("spec", "rules") if isinstance(rule, dict)]
        key = json.dumps(matches, sort_keys=True, default=str)
        for number, host in enumerate(route.sequence("spec", "hostnames")):
            first, its_number = hosts.setdefault((str(host), key), (route, number))
            if first is not route:
                other = (first, ("spec", "hostnames", its_number))
                yield route.error(("spec", "hostnames", number), f"a second route for host '{host}'", other=other)
