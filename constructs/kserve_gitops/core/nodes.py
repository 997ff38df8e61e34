"""Where values stand in a text of YAML: PyYAML's nodes, which know their lines.

Looked at for mistakes only, so that reading need not pay for it.
"""

from functools import lru_cache
from typing import Any

import yaml

from kserve_gitops.core import scalars
from kserve_gitops.core.places import Place


def place_of(file: str, part: Any, above: int = 0) -> Place:
    """Where an event or a node begins."""
    return Place(file, above + part.start_mark.line + 1, part.start_mark.column + 1)


@lru_cache(maxsize=8)
def root(text: str) -> Any:
    """The node graph; of the last few files only, for those who ask for many places in one of them.

    None for what PyYAML does not compose though it is legal: an anchor that is given twice. Everything then stands at
    the start.
    """
    try:
        return yaml.compose(text, yaml.CSafeLoader)
    except yaml.YAMLError:
        return None


def child(node: Any, step: str | int) -> tuple[Any, Any] | None:
    """Key and value under `step`; an item of a list is its own key."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return node.value[step], node.value[step]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if (key.value if key.style else scalars.meaning(key.value).value) == step:
                return key, value
    return None


def stands_at_its_key(node: Any) -> bool:
    """Whether a person sees the node at its key: a block below it, or nothing behind it."""
    if isinstance(node, yaml.CollectionNode):
        return not node.flow_style
    return node.value == "" and not node.style
