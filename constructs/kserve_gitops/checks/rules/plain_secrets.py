"""Secrets in plain, apart from those of the kind Secret. No message says more of a secret than where it stands."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks import plain
from kserve_gitops.checks.pods import pods
from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Thing, Tree
from kserve_gitops.checks.world.model_addresses import addresses
from kserve_gitops.core.origins import Path

Text = tuple[Thing, Path, str, str]
"""A text of the tree: thing, path, what it is called and the text itself."""

_SEAL = "seal it in a SealedSecret, and change it if anybody may have seen it"


@rule("KG504")
def secret_variable(tree: Tree) -> Iterator[Mistake]:
    """A secret in plain in a variable of a container.

    Manifests are committed, and read by everybody who reads the repository or may look at pods in the cluster. What was
    committed once stays in the history.

    Fix: put it into a Secret, sealed with kubeseal, and write `valueFrom: {secretKeyRef: {name: …, key: …}}` in place
    of `value`. Change what anybody may have seen.

    Since: every release

    Source: Kubernetes documentation, Secrets.
    """
    for thing, at, name, text in _variables(tree):
        if plain.promises(name) and plain.literal(text) and not plain.in_link(text):
            hint = f"take it from a Secret with valueFrom.secretKeyRef; {_SEAL}"
            yield thing.error(at, f"the variable {name} is written in plain", hint=hint)
        elif found := plain.unmistakable(text):
            yield thing.error(at, f"the variable {name} holds {found} in plain", hint=_SEAL)


@rule("KG505")
def secret_value(tree: Tree) -> Iterator[Mistake]:
    """A secret in plain in Helm values.

    Values are committed to the repository, and Argo CD shows them to everybody who may see the Application.

    Fix: name a Secret: most charts have a key such as `existingSecret` beside the one for the secret itself. Seal the
    Secret with kubeseal, and change what anybody may have seen.

    Since: every release

    Source: values of the charts mlflow 1.11.5, jupyterhub 4.4.0 and argo-cd 10.1.1.
    """
    for thing, at, name, text in _values(tree):
        if plain.promises(name) and plain.literal(text) and not plain.in_link(text):
            hint = f"name an existing Secret, where the chart has a key for that; {_SEAL}"
            yield thing.error(at, f"'{name}' is written in plain", hint=hint)
        elif found := plain.unmistakable(text):
            yield thing.error(at, f"'{name}' holds {found} in plain", hint=_SEAL)
        elif assigned := plain.assigned(text):
            yield thing.error(at, f"'{name}' gives '{assigned}' in plain", hint=_SEAL)


@rule("KG506")
def secret_in_config_map(tree: Tree) -> Iterator[Mistake]:
    """A secret in plain in a ConfigMap.

    A ConfigMap is readable by almost everybody in the cluster, and this one is committed besides.

    Fix: put the entry into a Secret, sealed with kubeseal, and mount that. Change what anybody may have seen.

    Since: every release

    Source: Kubernetes documentation, ConfigMaps: "ConfigMap does not provide secrecy or encryption".
    """
    for thing, at, name, text in _entries(tree):
        if plain.promises(name) and "\n" not in text.strip() and plain.literal(text) and not plain.in_link(text):
            yield thing.error(at, f"the entry '{name}' is a secret in plain", hint=_SEAL)
        elif found := plain.unmistakable(text):
            yield thing.error(at, f"the entry '{name}' holds {found} in plain", hint=_SEAL)
        elif assigned := plain.assigned(text):
            yield thing.error(at, f"the entry '{name}' gives '{assigned}' in plain", hint=_SEAL)


@rule("KG507")
def secret_address(tree: Tree) -> Iterator[Mistake]:
    """An address with a password or a signature in it.

    `https://user:password@host`, and a link that is signed, open what they lead to for everybody who reads them; and
    this one is committed. Logs print addresses too.

    Fix: write the address without it, and give the credentials in a Secret: to Argo CD as a repository Secret, to
    KServe through the ServiceAccount of the model.

    Since: every release

    Source: RFC 3986, section 3.2.1; AWS and Azure documentation, presigned URLs and shared access signatures.
    """
    for thing, at, _, text in _linked(tree):
        if found := plain.in_link(text):
            yield thing.error(at, f"the address carries {found} in plain", hint=f"take it out; {_SEAL}")


def _variables(tree: Tree) -> Iterator[Text]:
    """The variables of all containers that have a text as their value."""
    for pod in pods(tree):
        for at, container in pod.containers:
            yield from _of_container(pod.owner, at, container)
    for found in tree.of("ClusterStorageContainer"):
        yield from _of_container(found, ("spec", "container"), found.mapping("spec", "container"))


def _of_container(owner: Object, at: Path, container: Mapping[str, Any]) -> Iterator[Text]:
    for number, entry in enumerate(sequence(container.get("env"))):
        name, value = mapping(entry).get("name"), mapping(entry).get("value")
        if isinstance(name, str) and isinstance(value, str):
            yield owner, (*at, "env", number, "value"), name, value


def _values(tree: Tree) -> Iterator[Text]:
    """The texts of all values for charts, those in an Application too."""
    for values in tree.values:
        yield from _texts(values, (), "", values.data)
    for found in tree.of("Application"):
        for at, source in _sources(found):
            helm = mapping(source.get("helm"))
            for field in ("valuesObject", "values"):
                yield from _texts(found, (*at, "helm", field), "", helm.get(field))
            for number, entry in enumerate(sequence(helm.get("parameters"))):
                name, value = mapping(entry).get("name"), mapping(entry).get("value")
                if isinstance(name, str) and isinstance(value, str):
                    yield found, (*at, "helm", "parameters", number, "value"), _last(name), value


def _last(parameter: str) -> str:
    """The key that a parameter sets: the last, with the one above it where it is an item of a list."""
    return ".".join(re.sub(r"\[\d+\]", "", parameter).split(".")[-2 if parameter.endswith("]") else -1 :])


def _sources(found: Object) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    yield ("spec", "source"), found.mapping("spec", "source")
    for number, source in enumerate(found.sequence("spec", "sources")):
        yield ("spec", "sources", number), mapping(source)


def _texts(thing: Thing, at: Path, name: str, value: Any) -> Iterator[Text]:
    """Every text below a value under the nearest key, or under the `name` that stands beside it as `value`."""
    waiting: list[tuple[Path, str, Any]] = [(at, name, value)]
    while waiting:
        at, name, value = waiting.pop()
        if isinstance(value, str):
            yield thing, at, name, value
        elif type(value) is int and "pass" in name.lower():
            yield thing, at, name, str(value)
        elif isinstance(value, Mapping):
            for key, inner in reversed(list(value.items())):
                waiting.append(((*at, key), _called(name, value, key), inner))
        elif isinstance(value, list):
            waiting += [((*at, number), name, inner) for number, inner in reversed(list(enumerate(value)))]


def _called(above: str, value: Mapping[Any, Any], key: Any) -> str:
    """What a key says its value is; `value` and `keys` say nothing by themselves."""
    if key == "value":
        return str(value.get("name") or above)
    return f"{above}.keys" if key == "keys" else str(key)


def _entries(tree: Tree) -> Iterator[Text]:
    for found in tree.of("ConfigMap"):
        for key, value in found.mapping("data").items():
            if isinstance(value, str):
                yield found, ("data", key), str(key), value


def _linked(tree: Tree) -> Iterator[Text]:
    """Where addresses stand."""
    yield from _variables(tree)
    yield from _values(tree)
    yield from _entries(tree)
    for address in addresses(tree):
        if address.at[-1] != "value":  # a variable: told already
            yield address.owner, address.at, "", address.text
    for found in tree.of("Application"):
        for at, source in _sources(found):
            if isinstance(source.get("repoURL"), str):
                yield found, (*at, "repoURL"), "repoURL", source["repoURL"]
