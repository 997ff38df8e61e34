"""The hosts that KServe gives models: that DNS allows them, and that the settings they are made from are usable."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Thing, Tree
from kserve_gitops.checks.world.addresses import GATEWAY, Addresses, written
from kserve_gitops.core.names import problem_with_inference_service_name, problem_with_subdomain
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving import charts, hosts

_EXAMPLE = "example.com"


@rule("KG303")
def model_host(tree: Tree) -> Iterator[Mistake]:
    """A model whose host name DNS does not allow.

    In the mode Standard KServe makes a host from `domainTemplate` for the InferenceService and for each component, such
    as `<name>-predictor-<namespace>.<domain>`, and goes no further when a part between two dots has more than 63
    characters: the model never becomes ready. That holds even for a model that is not reached from outside.

    Fix: a shorter name or namespace; name and namespace together have at most 52 characters with the default template,
    50 with a transformer. Or another `controller.gateway.domainTemplate` in the values of KServe.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, domain.go and httproute_reconciler.go in
    pkg/controller/v1beta1/inferenceservice/reconcilers/ingress, raw_kube_reconciler.go beside them; issue 4807.
    """
    addresses = Addresses.of(tree)
    if _unusable(addresses.domain):
        return  # KG305 tells it once, instead of every model
    for service in tree.services:
        if service.mode != "Standard" or problem_with_inference_service_name(service.name):
            continue  # KG125 tells of a name that no host can be made from
        wrong = [found for found in addresses.hosts(service) if hosts.problem(found.host)]
        if wrong:
            worst = max(wrong, key=lambda found: len(found.host))
            whose = f"the host of its {worst.of}" if worst.of else "its host"
            message = f"KServe refuses {whose}: {hosts.problem(worst.host)}"
            hint = f"from '{addresses.template}'; shorten the name, the namespace or the template"
            yield service.error(("metadata", "name"), message, hint=hint)


@rule("KG304")
def example_domain(tree: Tree) -> Iterator[Mistake]:
    """Models below example.com.

    It is the default of KServe's chart, and nobody's domain: every model gets the URL `<name>-<namespace>.example.com`,
    which leads nowhere.

    Fix: write the domain of the environment, `domain: ml.acme.org` in platform.yaml, which becomes
    `kserve.controller.gateway.domain`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, charts/kserve-resources/values.yaml; issues 1880 and 3956.
    """
    addresses = Addresses.of(tree)
    if addresses.domain != _EXAMPLE or not any(map(addresses.reach, tree.services)):
        return
    for values in written(tree, "controller"):
        at = _written_at(values, "domain")
        hint = "write the domain that leads to your Gateway"
        yield values.warning(at, f"the models get hosts below '{_EXAMPLE}', the default of the chart", hint=hint)
        return


@rule("KG305")
def host_settings(tree: Tree) -> Iterator[Mistake]:
    """A domain or a template of host names that KServe cannot use.

    With a `domain` or a `domainTemplate` that gives no host name no model in the mode Standard becomes ready. A bad
    entry of `additionalIngressDomains` is left out, with nothing but a line in the controller's log.

    Fix: write domains in lower case, without scheme, port or `*.`. A template has .Name, .Namespace, .IngressDomain,
    .Annotations and .Labels.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/controller/v1beta1/inferenceservice/reconcilers/ingress/domain.go.
    """
    for values in tree.values_of(*charts.KSERVE):
        at: Path = ("kserve", *GATEWAY.split("."))
        domain = values.text(*at, "domain")
        if domain and _unusable(domain):
            yield values.error((*at, "domain"), problem_with_subdomain(domain))
        template = values.text(*at, "domainTemplate")
        if unknown := hosts.unknown_field(template):
            hint = closest(unknown, hosts.FIELDS) or f"one of {', '.join(hosts.FIELDS)}"
            yield values.error((*at, "domainTemplate"), f"KServe has no '.{unknown}' for host names", hint=hint)
        for number, other in enumerate(values.sequence(*at, "additionalIngressDomains")):
            if isinstance(other, str) and _unusable(other):
                message = f"KServe leaves this domain out: {problem_with_subdomain(other)}"
                yield values.error((*at, "additionalIngressDomains", number), message)


def _unusable(domain: str) -> bool:
    return bool(problem_with_subdomain(domain))


def _written_at(values: Thing, key: str) -> Path:
    """The path of a setting of the gateway, or of the nearest mapping above it that is there."""
    path: Path = ("kserve", *GATEWAY.split("."), key)
    while path and values.get(*path) is None:
        path = path[:-1]
    return path
