"""What IAM makes of a policy, as far as ours go: actions, resources, principals, and conditions on text.

Written from the IAM User Guide's chapter on how policies are evaluated, and not from what makes the policies.
"""

import re

_SPECIAL = re.compile(r"\$\{([*?$])\}|([*?])")
"""A character that means itself, and one that stands for others."""


def allows(policy, action, resource="", principal="", **context):
    """Whether a request passes: a statement allows it and none denies it. `context` has `__` for `:` in its keys."""
    told = {key.replace("__", ":", 1): value for key, value in context.items()}
    effects = {one["Effect"] for one in policy["Statement"] if _applies(one, action, resource, principal, told)}
    return effects == {"Allow"}


def _applies(statement, action, resource, principal, context):
    if not any(_like(pattern.lower(), action.lower()) for pattern in _all(statement["Action"])):
        return False
    if "Resource" in statement and not any(_like(pattern, resource) for pattern in _all(statement["Resource"])):
        return False
    if "Principal" in statement and principal not in _principals(statement["Principal"]):
        return False
    return all(
        _holds(operator, key, wanted, context)
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    )


def _holds(operator, key, wanted, context):
    """Every key must hold, with one of its values; one that the request does not have holds for
    operators that end in IfExists alone."""
    given = context.get(key)
    if given is None:
        return operator.endswith("IfExists")
    operator = operator.removesuffix("IfExists")
    if operator == "StringLike":
        return any(_like(pattern, given) for pattern in _all(wanted))
    assert operator in ("StringEquals", "Bool"), operator
    return any(_literally(value) == given for value in _all(wanted))


def _principals(told):
    return {"*"} if told == "*" else {one for value in told.values() for one in _all(value)}


def _like(pattern, text):
    made, end = "", 0
    for found in _SPECIAL.finditer(pattern):
        made += re.escape(pattern[end : found.start()])
        made += re.escape(found[1]) if found[1] else {"*": ".*", "?": "."}[found[2]]
        end = found.end()
    return re.fullmatch(made + re.escape(pattern[end:]), text, re.DOTALL) is not None


def _literally(value):
    return _SPECIAL.sub(lambda found: found[1] or found[0], value)


def _all(value):
    return value if isinstance(value, list) else [value]
