"""The advice to list a thing in platform.yaml, in the one form that all rules have it."""

LIST = "list it under existing in platform.yaml"
"""What to do about a thing that nothing here makes, and that is in the cluster all the same."""


def or_list(hint: str) -> str:
    """A hint that ends in that advice."""
    if not hint:
        return LIST
    return f"{hint} If not, {LIST}" if hint.endswith("?") else f"{hint}, or {LIST}"
