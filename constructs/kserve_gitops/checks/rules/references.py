"""Names of other objects of the namespace, which must be there when a pod starts."""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.accounts import loggers
from kserve_gitops.checks.world.made import World, keys_of, made
from kserve_gitops.checks.world.references import Reference, in_environment, in_volumes, named, namespaced
from kserve_gitops.core.suggestions import closest


@rule("KG220", whole=True)
def account(tree: Tree) -> Iterator[Mistake]:
    """A ServiceAccount that nothing makes.

    Kubernetes refuses every pod with such an account: the Deployment stays at no replicas, and only its ReplicaSet says
    why. KServe looks there for the keys of the bucket too; finding no account, it writes a line into its log and goes
    on without keys.

    Fix: name an account of the same namespace, or make one; `default` is always there. In the catalogue,
    `credentials` of `platform.yaml` makes one for each set of keys.

    Since: every release

    Source: kserve/kserve v0.16.0, pkg/credentials/service_account_credentials.go; Kubernetes documentation,
    ServiceAccount admission controller.
    """
    world = made(tree)
    for reference in _accounts(tree, world):
        if reference.missing(world):
            yield reference.said(world, "its pods are refused")


def _accounts(tree: Tree, world: World) -> Iterator[Reference]:
    for pod, namespace in namespaced(tree, world):
        field = "serviceAccountName" if pod.spec.get("serviceAccountName") else "serviceAccount"
        given = pod.spec.get(field) or ""
        yield from named(pod.owner, (*pod.at, field), "ServiceAccount", namespace, given)
    for graph in tree.of("InferenceGraph"):
        at = ("spec", "serviceAccountName")
        yield from named(graph, at, "ServiceAccount", world.namespace(graph))


@rule("KG230", whole=True)
def environment(tree: Tree) -> Iterator[Mistake]:
    """A variable from a Secret or ConfigMap that nothing makes.

    The container is never created: the pod stays in CreateContainerConfigError until the object is there.

    Fix: name one of the same namespace, or say `optional: true` where the container can do without.

    Since: every release

    Source: Kubernetes documentation, Secrets and ConfigMaps; kubelet, makeEnvironmentVariables.
    """
    world = made(tree)
    for pod, namespace in namespaced(tree, world):
        for reference in in_environment(pod, namespace):
            if not reference.key and reference.missing(world):
                yield reference.said(world, "the container is never created")
    for trigger in tree.of("TriggerAuthentication"):
        for reference in _targets(trigger, world):
            if not reference.key and reference.missing(world):
                yield reference.said(world, "KEDA cannot sign in")


def _targets(trigger: Object, world: World) -> Iterator[Reference]:
    namespace = world.namespace(trigger)
    for field, kind in (("secretTargetRef", "Secret"), ("configMapTargetRef", "ConfigMap")):
        for number, entry in enumerate(trigger.sequence("spec", field)):
            at = ("spec", field, number)
            for found in named(trigger, (*at, "name"), kind, namespace):
                yield found
                key = mapping(entry).get("key")
                if isinstance(key, str) and key:
                    yield Reference(trigger, found.at, kind, namespace, found.name, key, (*at, "key"))


@rule("KG231", whole=True)
def key(tree: Tree) -> Iterator[Mistake]:
    """A key that a Secret or ConfigMap does not have.

    The object is there and the key is not: a container that takes a variable from it is never created, and a volume
    that names it is never mounted.

    Fix: name one of its keys, or add the key; keys are compared letter by letter.

    Since: every release

    Source: Kubernetes documentation, Secrets and ConfigMaps.
    """
    world = made(tree)
    for pod, namespace in namespaced(tree, world):
        for reference in (*in_environment(pod, namespace), *in_volumes(pod, namespace)):
            yield from _without_key(reference, world)
    for trigger in tree.of("TriggerAuthentication"):
        for reference in _targets(trigger, world):
            yield from _without_key(reference, world)


def _without_key(reference: Reference, world: World) -> Iterator[Mistake]:
    found = world.find(reference.kind, reference.namespace, reference.name) if reference.key else None
    keys = None if found is None else keys_of(found)
    if keys is None or reference.key in keys:
        return
    hint = closest(reference.key, keys) or f"it has {', '.join(sorted(keys))}" if keys else "it has none"
    message = f"{reference.kind} '{reference.name}' has no key '{reference.key}'"
    yield reference.owner.error(reference.key_at, message, hint=hint)


@rule("KG233", whole=True)
def issuer(tree: Tree) -> Iterator[Mistake]:
    """A Certificate whose issuer nothing makes.

    cert-manager waits for the issuer, the Secret with the certificate is never made, and whatever serves with it, such
    as the listener of a Gateway, does not come up. Of a ClusterIssuer nothing is said in a tree that makes none.

    Fix: write kind and name of the issuer: an Issuer is looked for in the namespace of the Certificate, a ClusterIssuer
    needs `kind: ClusterIssuer`.

    Since: every release

    Source: cert-manager v1.21.1, Certificate, spec.issuerRef.
    """
    world = made(tree)
    at = ("spec", "issuerRef", "name")
    for found in tree.of("Certificate"):
        if found.get("spec", "issuerRef", "group") not in (None, "", "cert-manager.io"):
            continue
        kind = found.get("spec", "issuerRef", "kind") or "Issuer"
        if kind == "Issuer":
            references = named(found, at, kind, world.namespace(found))
        else:
            references = named(found, at, "ClusterIssuer", "") if tree.of("ClusterIssuer") else iter(())
        for reference in references:
            if reference.missing(world):
                yield reference.said(world, "the certificate is never made")


@rule("KG234", whole=True)
def pull_secret(tree: Tree) -> Iterator[Mistake]:
    """An image pull secret that nothing makes.

    The node goes on without it and asks the registry as nobody in particular: an image of a private registry is then
    refused, and the pod stays in ImagePullBackOff.

    Fix: name a Secret of the same namespace, of the type kubernetes.io/dockerconfigjson.

    Since: every release

    Source: Kubernetes documentation, Pull an Image from a Private Registry.
    """
    world = made(tree)
    for owner, at, namespace, listed in _pull_secrets(tree, world):
        for number, entry in enumerate(listed):
            name = mapping(entry).get("name") or ""
            for reference in named(owner, (*at, number, "name"), "Secret", namespace, name):
                if reference.missing(world):
                    yield reference.doubted(world, "images are pulled without it")


def _pull_secrets(tree: Tree, world: World) -> Iterator[tuple[Object, tuple[str | int, ...], str, list[object]]]:
    for pod, namespace in namespaced(tree, world):
        yield pod.owner, (*pod.at, "imagePullSecrets"), namespace, sequence(pod.spec.get("imagePullSecrets"))
    for found in tree.of("ServiceAccount"):
        yield found, ("imagePullSecrets",), world.namespace(found), found.sequence("imagePullSecrets")


@rule("KG235", whole=True)
def authentication(tree: Tree) -> Iterator[Mistake]:
    """A TriggerAuthentication of KEDA that nothing makes.

    KEDA cannot ask the metrics server, the ScaledObject is not ready, and the model keeps the replicas that it has.

    Fix: make a TriggerAuthentication in the namespace of the model; KServe names no ClusterTriggerAuthentication.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, reconcilers/keda/keda_reconciler.go; KEDA 2.20, Authentication.
    """
    world = made(tree)
    for owner, at, namespace, kind in _authentications(tree, world):
        for reference in named(owner, at, kind, namespace):
            if reference.missing(world):
                yield reference.said(world, "KEDA cannot sign in, and nothing scales")


def _authentications(tree: Tree, world: World) -> Iterator[tuple[Object, tuple[str | int, ...], str, str]]:
    for service in tree.services:
        for component in service.everything:
            metrics = sequence(mapping(component.spec.get("autoScaling")).get("metrics"))
            for number, metric in enumerate(metrics):
                if mapping(metric).get("external") is not None:
                    at = (*component.at, "autoScaling", "metrics", number, "external")
                    at += ("authenticationRef", "authenticationRef", "name")
                    yield service, at, world.namespace(service), "TriggerAuthentication"
    for scaled in tree.of("ScaledObject", "ScaledJob"):
        for number, trigger in enumerate(scaled.sequence("spec", "triggers")):
            reference = mapping(mapping(trigger).get("authenticationRef"))
            at = ("spec", "triggers", number, "authenticationRef", "name")
            if reference.get("kind") == "ClusterTriggerAuthentication":
                yield scaled, at, "", "ClusterTriggerAuthentication"
            else:
                yield scaled, at, world.namespace(scaled), "TriggerAuthentication"


@rule("KG237", whole=True)
def logger(tree: Tree) -> Iterator[Mistake]:
    """A logger whose ServiceAccount nothing makes.

    A logger with `storage` writes with the keys of an account of its own, `logger-sa` where it names none. KServe puts
    a line into its log when there is no such account, and the logger then writes as nobody in particular.

    Fix: name an account with keys as `serviceAccountName` of `logger.storage`, or make `logger-sa`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/webhook/admission/pod/agent_injector.go.
    """
    world = made(tree)
    for service, at, name in loggers(tree):
        for reference in named(service, at, "ServiceAccount", world.namespace(service), name):
            if reference.missing(world):
                yield reference.doubted(world, "the logger writes without keys")


@rule("KG239", whole=True)
def bound(tree: Tree) -> Iterator[Mistake]:
    """A RoleBinding to a Role or a ServiceAccount that nothing makes.

    Kubernetes takes it as it is, and it grants nothing: whoever needs the right is told "forbidden".

    Fix: write the name and the namespace of what is there; a Role is looked for in the namespace of the binding.

    Since: every release

    Source: Kubernetes documentation, Using RBAC Authorization.
    """
    world = made(tree)
    for binding in tree.of("RoleBinding"):
        if binding.get("roleRef", "kind") == "Role":
            for reference in named(binding, ("roleRef", "name"), "Role", world.namespace(binding)):
                if reference.missing(world):
                    yield reference.said(world, "the binding grants nothing")
    for binding in tree.of("RoleBinding", "ClusterRoleBinding"):
        for number, subject in enumerate(map(mapping, binding.sequence("subjects"))):
            namespace = subject.get("namespace")
            if subject.get("kind") == "ServiceAccount" and isinstance(namespace, str) and world.fills(namespace):
                for reference in named(binding, ("subjects", number, "name"), "ServiceAccount", namespace):
                    if reference.missing(world):
                        yield reference.doubted(world, "nobody gets the right")
