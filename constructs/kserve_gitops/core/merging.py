"""The one rule by which a person's values go over ours.

Environments over a model, `values` over what a part generates: wherever two trees of plain data
meet, they meet here, so that nobody has to learn a second rule.
"""

from typing import Any


def merge(base: Any, overlay: Any) -> Any:
    """`overlay` over `base`.

    Mappings merge key by key; everything else, lists included, replaces what was there; a key that
    the overlay sets to null is removed. This is what Helm does with values files, and RFC 7386.
    The result shares no mapping and no list with either argument, so later edits reach neither.
    """
    if not isinstance(overlay, dict):
        return _copied(overlay)
    result = _copied(base) if isinstance(base, dict) else {}
    for key, value in overlay.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def _copied(data: Any) -> Any:
    """Fresh mappings and lists all the way down; `copy.deepcopy` costs ten times as much."""
    if isinstance(data, dict):
        return {key: _copied(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_copied(item) for item in data]
    return data
