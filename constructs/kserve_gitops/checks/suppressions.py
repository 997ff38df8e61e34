"""Findings that a person has looked at and lets stand: a comment beside what was found, with the reason.

    runtime: acme-vllm  # kserve-gitops: ignore KG101 -- installed by the platform team

At the end of a line it is about that line; on a line of its own, about the next line that says something. A comment
that cannot be understood (KG030), and one that suppresses nothing (KG031), are findings themselves, so that none
outlives its reason.
"""

import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.places import Place
from kserve_gitops.core.suggestions import closest

_MARK = re.compile(r"(?:^|(?<=\s))#\s*kserve-gitops:\s*(?P<said>.*)$")
_MARKED = "kserve-gitops:"
_FORM = "write it as '# kserve-gitops: ignore KG101 -- reason'"
_VERB = "ignore"
_CODE = re.compile(r"KG[0-9]{3}")
_BLOCK = ("|", ">")
_LINES = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""Where YAML ends a line."""
_LINES_OF_PYTHON = re.compile("\r\n|[\n\r]")

NEEDED = frozenset(
    {
        *(f"KG{number:03}" for number in range(20)),
        *("KG030", "KG031", "KG090"),
        *("KG402", "KG403", "KG404", "KG501", "KG502", "KG503"),
    }
)
"""What cannot be suppressed: without it there is nothing to write, or a secret would be written."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment: the line that it is about, the codes that it names, and why."""

    place: Place
    line: int
    codes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All comments of a run, and what is wrong with them."""

    listed: tuple[Suppression, ...] = ()
    wrong: tuple[Finding, ...] = ()
    _by_line: Mapping[tuple[str, int, str], Suppression] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index by file, line and code."""
        found = {(one.place.file, one.line, code): one for one in self.listed for code in one.codes}
        object.__setattr__(self, "_by_line", found)

    def of(self, finding: Finding) -> Suppression | None:
        """The comment that suppresses a finding."""
        if finding.code in NEEDED:
            return None
        return self._by_line.get((finding.place.file, finding.place.line, finding.code))

    def unused(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """KG031 for every code of a comment that none of `findings` has; they are those before any was taken out."""
        used = {(finding.place.file, finding.place.line, finding.code) for finding in findings}
        for one in self.listed:
            for code in one.codes:
                if (one.place.file, one.line, code) not in used:
                    message = f"this suppresses nothing: there is no {code} in line {one.line}"
                    hint = "take it away, or move it to the line of the finding"
                    yield Finding("KG031", message, one.place, hint, Severity.WARNING)


def suppressions(texts: Iterable[tuple[str, str, int]], known: Iterable[str]) -> Suppressions:
    """The comments of some files: the name, the text and how many lines stand above it in the file.

    `known` are all codes that there are.
    """
    codes = frozenset(known)
    listed: list[Suppression] = []
    wrong: list[Finding] = []
    for file, text, above in texts:
        if _MARKED in text:
            for place, said, line in _comments(file, text, above):
                problem, hint, found = _read(said, codes)
                if problem:
                    wrong.append(Finding("KG030", problem, place, hint))
                else:
                    listed.append(Suppression(place, line, *found))
    return Suppressions(tuple(listed), tuple(wrong))


def _read(said: str, known: frozenset[str]) -> tuple[str, str, tuple[tuple[str, ...], str]]:
    """What is wrong with the words of a comment and a hint, or else the codes and the reason."""
    before, dashes, reason = said.partition("--")
    verb, *codes = before.replace(",", " ").split() or [""]
    found = tuple(code.upper() for code in codes), reason.strip()
    if verb != _VERB:
        near = closest(verb, [_VERB])
        return f"'{verb}' is nothing that kserve-gitops can be told in a comment", near or _FORM, found
    if not codes:
        return "a suppression needs a code", _FORM, found
    for code in found[0]:
        if not _CODE.fullmatch(code) or code not in known:
            near = "" if _CODE.fullmatch(code) else closest(code, known)
            return f"there is no code '{code}'", near or "write what stands in brackets in the finding", found
        if code in NEEDED:
            return f"{code} cannot be suppressed", "mend what it tells, and take this away", found
    if not dashes or not found[1]:
        return "a suppression needs a reason", f"{_FORM}: say why this may stand", found
    return "", "", found


def _comments(file: str, text: str, above: int) -> Iterator[tuple[Place, str, int]]:
    """Every comment for us: its place, its words, and the line that it is about."""
    python = file.endswith(".py")
    lines = (_LINES_OF_PYTHON if python else _LINES).split(text)
    real = _in_python(text) if python else _in_yaml(text)
    for number, line in enumerate(lines):
        found = _MARK.search(line)
        if found and real(number, found.start()):
            place = Place(file, above + number + 1, found.start() + 1)
            own = not line[: found.start()].strip()
            about = _next(lines, number) if own else number
            yield place, found["said"], above + about + 1


def _next(lines: list[str], number: int) -> int:
    """The first line below one that is no comment and not empty; that one itself at the end of the file."""
    below = (n for n in range(number + 1, len(lines)) if lines[n].strip() and not lines[n].lstrip().startswith("#"))
    return next(below, number)


class _Spans:
    """Whether a position of a text lies in none of its scalars, or in one of its comments."""

    def __init__(self, spans: list[tuple[tuple[int, int], tuple[int, int]]], *, inside: bool) -> None:
        self._spans = spans
        self._inside = inside

    def __call__(self, line: int, column: int) -> bool:
        within = any(start <= (line, column) < end for start, end in self._spans)
        return within is self._inside


def _in_yaml(text: str) -> _Spans:
    """A `#` in a quoted or block scalar begins no comment."""
    spans = []
    try:
        for token in yaml.scan(text, Loader=yaml.CSafeLoader):
            if isinstance(token, yaml.ScalarToken) and (token.style or "\n" in token.value):
                start, end = token.start_mark, token.end_mark
                begin = (start.line + 1, 0) if token.style in _BLOCK else (start.line, start.column)
                spans.append((begin, (end.line, end.column)))
    except yaml.YAMLError:
        pass  # reading the file says so
    return _Spans(spans, inside=False)


def _in_python(text: str) -> _Spans:
    spans = []
    try:
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        comments = (token for token in tokens if token.type == tokenize.COMMENT)
        spans += [((c.start[0] - 1, c.start[1]), (c.end[0] - 1, c.end[1])) for c in comments]
    except (tokenize.TokenError, SyntaxError):
        pass
    return _Spans(spans, inside=True)
