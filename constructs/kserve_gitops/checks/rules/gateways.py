"""Gateways: their class, their certificates, and the ports of Traefik."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree, Values
from kserve_gitops.checks.world.addresses import Addresses
from kserve_gitops.checks.world.gateways import GROUP, listeners, traefik_classes
from kserve_gitops.checks.world.made import made
from kserve_gitops.core.origins import Path

_ENTRY_POINTS: Mapping[str, int] = {"web": 8000, "websecure": 8443, "traefik": 8080, "metrics": 9100}
"""Those of Traefik's chart and the ports they have inside the pod."""


@rule("KG318", whole=True)
def unknown_class(tree: Tree) -> Iterator[Mistake]:
    """A Gateway of a class that nobody serves.

    The class says which controller makes the Gateway. Without it the Gateway waits for ever, and every route that
    hangs on it too. Traefik's chart brings the class `traefik`; some clusters bring classes of their own, so nothing is
    said where no class is known at all.

    Fix: take the class of the controller that is deployed, or list the GatewayClass under `existing` in platform.yaml:
    `- {kind: GatewayClass, name: gke-l7-gxlb}`.

    Since: every release

    Source: Gateway API v1.6.1, GatewaySpec.gatewayClassName; traefik-helm-chart v41.3.0, gatewayClass.
    """
    world = made(tree)
    for gateway in tree.of("Gateway"):
        name = gateway.text("spec", "gatewayClassName")
        known = not world.names("GatewayClass", "") or world.known("GatewayClass", "", name)
        if gateway.group == GROUP and name and not known:
            message, wanted = f"there is no GatewayClass '{name}'", ("GatewayClass", "", name)
            at = ("spec", "gatewayClassName")
            yield gateway.warning(at, message, hint=world.advice(*wanted), missing=wanted)


@rule("KG319", whole=True)
def missing_certificate(tree: Tree) -> Iterator[Mistake]:
    """A listener whose certificate does not exist.

    The listener is not programmed while its Secret is missing: its port answers nothing, and what is only reached by
    HTTPS is not reached at all.

    Fix: a Certificate of cert-manager with that `secretName` in the namespace of the Gateway, a SealedSecret of that
    name, or the annotation `cert-manager.io/cluster-issuer` at the Gateway.

    Since: every release

    Source: Gateway API v1.6.1, ListenerTLSConfig.certificateRefs.
    """
    world = made(tree)
    for gateway in tree.of("Gateway"):
        for at, given in _certificates(gateway):
            namespace, name = given.get("namespace") or world.namespace(gateway), given.get("name")
            if isinstance(name, str) and not world.known("Secret", str(namespace), name):
                message = f"there is no Secret '{name}' in namespace '{namespace}'"
                wanted = ("Secret", str(namespace), name)
                hint = f"a Certificate with secretName: {name} would make it; {world.advice(*wanted)}"
                yield gateway.error((*at, "name"), message, hint=hint, missing=wanted)


def _certificates(gateway: Object) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for found in listeners(gateway):
        for number, ref in enumerate(map(mapping, sequence(mapping(found.given.get("tls")).get("certificateRefs")))):
            if (ref.get("group", ""), ref.get("kind", "Secret")) == ("", "Secret"):
                yield (*found.at, "tls", "certificateRefs", number), ref


@rule("KG320")
def traefik_port(tree: Tree) -> Iterator[Mistake]:
    """A port that Traefik does not listen on.

    Traefik looks for the entry point that has the port of the listener inside its pod, not in its Service: 8000 and
    8443 with the values of its chart, although clients use 80 and 443. A listener with another port is not programmed,
    and no route attaches to it.

    Fix: `port: 8000` for HTTP and `port: 8443` for HTTPS, or another `ports.web.port` in the values of Traefik.

    Since: every release

    Source: traefik v3, pkg/provider/kubernetes/gateway/kubernetes.go; traefik-helm-chart v41.3.0, values.yaml; traefik
    issues 8974 and 11842.
    """
    classes = traefik_classes(tree)
    charts = list(tree.values_of("traefik"))
    ports = {port for values in charts for port in _entry_points(values).values()}
    if not charts or any(map(_more_entry_points, charts)):
        return
    for gateway in tree.of("Gateway"):
        if gateway.text("spec", "gatewayClassName") not in classes:
            continue
        for found in listeners(gateway):
            if found.port and found.port not in ports and found.protocol != "UDP":
                yield gateway.error(
                    (*found.at, "port"),
                    f"Traefik has no entry point with port '{found.port}'",
                    hint=f"its entry points have {', '.join(map(str, sorted(ports)))} inside the pod, "
                    "which its Service shows as others",
                )


def _entry_points(values: Values) -> dict[str, int]:
    ports = dict(_ENTRY_POINTS)
    for name, given in values.mapping("ports").items():
        port = mapping(given).get("port")
        if whole(port):
            ports[str(name)] = port
        elif given is None:
            ports.pop(str(name), None)
    return ports


def _more_entry_points(values: Values) -> bool:
    """Whether it gets entry points in another way, or values that the schema found wrong."""
    said = [*values.sequence("additionalArguments"), *values.sequence("globalArguments"), *values.sequence("env")]
    return not values.sound or any("entrypoint" in str(one).lower() for one in said)


@rule("KG327")
def traefik_pool(tree: Tree) -> Iterator[Mistake]:
    """A scheduler behind Traefik.

    KServe routes an LLMInferenceService with a scheduler to an InferencePool, and Traefik knows no backends of that
    kind: the route is accepted without its backend, and requests are answered with 500.

    Fix: a Gateway of Envoy Gateway or Istio for the model under `spec.router.gateway.refs`, or no `scheduler`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/controller/v1alpha1/llmisvc/router.go; Gateway API v1.6, conformance report of
    Traefik 3.7.
    """
    classes = traefik_classes(tree)
    default = Addresses.of(tree).parent
    for llm in tree.of("LLMInferenceService"):
        router = llm.mapping("spec", "router")
        scheduler, gateway = router.get("scheduler"), router.get("gateway")
        if not isinstance(scheduler, Mapping) or not isinstance(gateway, Mapping):
            continue
        given = [mapping(ref) for ref in sequence(gateway.get("refs"))]
        named = [(str(ref.get("namespace") or llm.namespace), str(ref.get("name"))) for ref in given]
        for namespace, name in named or ([default] if default else []):
            found = tree.find("Gateway", namespace, name)
            if found and found.text("spec", "gatewayClassName") in classes:
                message = f"Gateway '{name}' is Traefik's, which knows no InferencePool of a scheduler"
                hint = "take a Gateway of Envoy Gateway or Istio, or no scheduler"
                other = (found, ("spec", "gatewayClassName"))
                yield llm.warning(("spec", "router", "scheduler"), message, hint=hint, other=other)
                break
