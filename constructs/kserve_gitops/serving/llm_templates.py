r"""Go templates in LLMInferenceServices and their configs, as far as one can tell without running them.

KServe writes the whole object as JSON, runs that as one template over the service, and reads the result again. So an
action may begin in one value and end in another, and what JSON escapes (`"`, `\`, `<`) no action may hold, but in
back quotes. Sources: kserve/kserve v0.16.0, pkg/controller/v1alpha1/llmisvc/config_merge.go, and v0.20.0, the same in
v1alpha2; Go's text/template.
"""

import re
from collections.abc import Iterator

from kserve_gitops.core.suggestions import closest

OPEN, CLOSE = "{{", "}}"
_LONGEST = 60
"""Characters of an action that a message shows."""
_KEYWORDS = ("if", "else", "range", "with", "end", "define", "template", "block", "break", "continue")
_FUNCTIONS = (
    *("and", "call", "html", "index", "slice", "js", "len", "not", "or", "print", "printf", "println", "urlquery"),
    *("eq", "ge", "gt", "le", "lt", "ne", "true", "false", "nil"),
    *("ChildName", "kvTransferConfig", "shutdownTimeout"),
)
"""Go's own and KServe's, the newest ones too."""
_FIELDS = (
    *("ObjectMeta", "TypeMeta", "Spec", "Status", "GlobalConfig", "Kind", "APIVersion"),
    *("Name", "Namespace", "GenerateName", "SelfLink", "UID", "ResourceVersion", "Generation", "Labels", "Annotations"),
    *("CreationTimestamp", "DeletionTimestamp", "DeletionGracePeriodSeconds", "OwnerReferences", "Finalizers"),
    "ManagedFields",
)
"""Of an LLMInferenceService in Go, without its methods."""
_METHOD = re.compile(r"(Get|Set|Is|Has|Mark|Managed|Deep|String|Validate|Default|Hub|Convert)\w*")
_ESCAPED = re.compile(r"[\"\\<>&\x00-\x1f\u2028\u2029]")
_COMMAND = re.compile(r"(?:^|[|(])\s*([A-Za-z_]\w*)(?![\w.])")
_FIELD = re.compile(r"(?<![\w.)\]$])\.([A-Za-z]\w*)")


def problem(text: str, *, scoped: bool = False) -> tuple[str, str] | None:
    """What is wrong with the actions in a text, and what to do; None where nothing is for sure.

    `scoped` says that a `with`, `range` or `if` of the object may change what a field is looked up in, or whether.
    """
    for action in actions(text):
        if action is None:
            return f"'{OPEN}' begins a template, which does not end", f"end it with {CLOSE}, or take it away"
        wrong = _problem(action, scoped=scoped)
        if wrong:
            return wrong
    return None


def changes_scope(text: str) -> bool:
    """Whether an action of the text changes what `.` means, or keeps others from being run."""
    words = (re.match(r"-?\s*(\w*)", action or "") for action in actions(text))
    return any(word is not None and word[1] in ("with", "range", "define", "block", "if") for word in words)


def actions(text: str) -> Iterator[str | None]:
    """What stands between `{{` and `}}`, back quotes and all; None for one that does not end. No comments."""
    start = text.find(OPEN)
    while start >= 0:
        start += len(OPEN)
        if re.match(r"(- )?/\*", text[start : start + 4]):
            end = text.find("*/", start)
        else:
            end = _end(text, start)
            yield text[start:end] if end >= 0 else None
        start = text.find(OPEN, end) if end >= 0 else -1


def _end(text: str, start: int) -> int:
    """Where the action ends that begins at `start`; -1 where it does not."""
    end = text.find(CLOSE, start)
    quote = text.find("`", start)
    while 0 <= quote < end:
        after = text.find("`", quote + 1)
        if after < 0:
            return -1
        end = text.find(CLOSE, after)
        quote = text.find("`", after + 1)
    return end


def _problem(action: str, *, scoped: bool) -> tuple[str, str] | None:
    bare = re.sub(r"`[^`]*`", "``", action)
    shown = f"{OPEN}{action}{CLOSE}" if len(action) < _LONGEST else f"{OPEN}{action[:_LONGEST]}…"
    if _ESCAPED.search(bare):
        return f"the template '{shown}' is read as JSON, where {_escaped(bare)} is escaped", "use back quotes for text"
    command = re.sub(rf"^(({'|'.join(_KEYWORDS)})\b\s*)+", "", bare.removeprefix("- ").strip())
    for word in _COMMAND.findall(command):
        if word not in _FUNCTIONS:
            near = closest(word, _FUNCTIONS)
            return f"the template '{shown}' calls '{word}', which is no function", near or "KServe's own is ChildName"
    if not scoped and "$" not in command:
        for field in _FIELD.findall(command):
            if field not in _FIELDS and not _METHOD.fullmatch(field):
                near = closest(field, _FIELDS)
                return f"the template '{shown}' asks for '.{field}', which a service does not have", near
    return None


def _escaped(bare: str) -> str:
    found = _ESCAPED.search(bare)
    return f"'{found[0]}'" if found and found[0].isprintable() else "a line break"
