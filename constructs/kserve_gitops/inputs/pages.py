"""Pages on which people try models: all of them are in one namespace, whatever namespaces their models are in."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from kserve_gitops.core.findings import Finding
from kserve_gitops.core.places import Place
from kserve_gitops.inputs.environment import Model


def told_apart(
    models: Iterable[Model], environment: str, locate: Callable[[Model], Place]
) -> tuple[list[Model], list[Finding]]:
    """The models, and what is wrong where the pages of two would have one name; the second goes without, then."""
    first: dict[str, Model] = {}
    kept, found = [], []
    for model in models:
        other = first.setdefault(model.name, model) if model.client else model
        if other is model:
            kept.append(model)
            continue
        message = f"a second page of a model named '{model.name}', and pages share one namespace"
        hint = f"rename the model, or take its page away; the first one is at {locate(other)}"
        found.append(Finding("KG013", message, locate(model), hint, environment=environment))
        kept.append(replace(model, client=None))
    return kept, found
