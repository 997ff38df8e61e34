"""What each code means that no rule of `checks` owns: found while inputs are read, and while the tree is rendered.

Each text is a page (`core.pages`), as the docstring of a rule is. Codes are never reused. KG0xx are inputs, KG1xx
serving, KG2xx storage and credentials, KG3xx routes and gateways, KG4xx Argo CD and Helm, KG5xx secrets; KG9xx belongs
to users.
"""

from kserve_gitops.core.input_codes import INPUTS
from kserve_gitops.core.tree_codes import TREE

TEXTS: dict[str, str] = {**INPUTS, **TREE}


def meaning(code: str) -> str:
    """What is wrong, as a phrase to stand in a message."""
    text = TEXTS[code].partition("\n")[0].removesuffix(".")
    return text[:1].lower() + text[1:] if not text.startswith("YAML") else text
