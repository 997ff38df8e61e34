"""Builds the examples below docs/examples/, and puts them and what the schemas say into the pages.

A page is written by hand but for its blocks, from `<!-- begin: what of-which -->` to `<!-- end -->`, which this
program fills. So prose is edited where it is read, and an example shows what the pipeline makes of it, not what
somebody thought it would. `make docs` writes; tests/docs holds what is committed against a fresh run.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from runpy import run_path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from kserve_gitops import Application, Chart, Construct, Inputs, RootApplication, waves
from kserve_gitops.build.pipeline import Build, render
from kserve_gitops.build.plan import HEADER
from kserve_gitops.checks.pages import pages
from kserve_gitops.checks.suppressions import NEEDED
from kserve_gitops.core.errors import InputError
from kserve_gitops.core.pages import Page
from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.serving.kinds import KINDS

if TYPE_CHECKING:
    from cdk8s import App

DOCS = Path(__file__).parent
ROOT = DOCS.parent
EXAMPLES = DOCS / "examples"
SCHEMAS = ROOT / "constructs" / "kserve_gitops" / "inputs" / "schemas"

_BLOCK = re.compile(r"(<!-- begin: (\S+) (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
_OF_THE_PLATFORM = ("credentials-", "gateway", "kserve")
"""How applications begin whose manifests go with the platform, not with a model."""


def cases() -> list[Path]:
    """The folders with an example each: its inputs, and the `dist/` that is made of them."""
    found = [*EXAMPLES.glob("*/*/models"), *EXAMPLES.glob("*/*/platform.yaml")]
    return sorted({path.parent for path in found})


def built(case: Path) -> dict[str, str]:
    """What synth makes of the inputs of `case`, by file name relative to dist/; without the platform."""
    sys.path.insert(0, str(ROOT))
    try:
        from app import build  # noqa: PLC0415  the example repository's own, found by the path above
    finally:
        sys.path.remove(str(ROOT))
    return _rendered(case, build, ("models", "manifests", "sealed"))


def built_in_python(case: Path) -> dict[str, str]:
    """The same for the `example.py` of `case`, with nothing in the catalogue."""
    return built_by(case, run_path(str(case / "example.py"))["example"])


def built_by(case: Path, make: Callable[[Construct], object]) -> dict[str, str]:
    """What synth makes of what `make` makes, with the platform of `case` and nothing in the catalogue."""

    def build(app: "App", inputs: Inputs) -> None:
        for environment in inputs.environments:
            chart = Chart(app, environment.name)
            models = Application(
                RootApplication(chart, "root", environment=environment),
                "models",
                environment=environment,
                project="default",
                namespace=environment.namespace,
                wave=waves.MODELS,
                manifests=True,
            )
            make(models)

    return _rendered(case, build, ())


def _rendered(case: Path, build: Build, inputs: Iterable[str]) -> dict[str, str]:
    platform = next(p for p in (case / "platform.yaml", EXAMPLES / "platform.yaml") if p.exists())
    given = {"platform.yaml": platform, "imports": ROOT / "imports", "sealed": ROOT / "sealed"}
    given |= {name: case / name for name in inputs if (case / name).exists()}
    with TemporaryDirectory() as folder:
        for name, target in given.items():
            (Path(folder) / name).symlink_to(target)
        try:
            files, report = render(Path(folder), build)
        except InputError as error:
            error.add_note("\n".join(map(str, [f"in {case}", *error.findings])))
            raise
    if report.findings:
        told = "\n".join(map(str, report.findings))
        message = f"{case} has warnings:\n{told}"
        raise ValueError(message)
    kept = _of_a_credential if case.parent.name == "credentials" else _of_a_model
    shown = _shown(case)
    return {str(path): data.decode() for path, data in sorted(files.items()) if str(path) in shown or kept(path.parts)}


def _of_a_model(parts: tuple[str, ...]) -> bool:
    return parts[1] == "manifests" and not parts[2].startswith(_OF_THE_PLATFORM)


def _of_a_credential(parts: tuple[str, ...]) -> bool:
    return parts[1] == "manifests" and not parts[2].startswith(("gateway", "kserve"))


def _shown(case: Path) -> set[str]:
    """The other files of `case` that a page shows."""
    text = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    begin = f"{case.parent.name}/{case.name}/dist/"
    named = [block[3].partition("#")[0] for block in _BLOCK.finditer(text) if block[2] == "output"]
    return {name.removeprefix(begin) for name in named if name.startswith(begin)}


# ---- blocks of the pages ----


def _example(folder: str, outputs: Mapping[Path, str]) -> Iterator[str]:
    case = EXAMPLES / folder
    for path in sorted(case.glob("models/*.yaml")):
        yield _file(str(path.relative_to(case)), "yaml", path.read_text(encoding="utf-8"))
    yield "becomes"
    for path, text in sorted(outputs.items(), key=lambda output: _rank(output[0])):
        if path.is_relative_to(case):
            yield _file(str(path.relative_to(case)), "yaml", text.removeprefix(f"# {HEADER}\n"))


def _rank(path: Path) -> tuple[Path, bool]:
    """Environment by environment, and the way to a model behind the model."""
    return path.parents[1], path.name.startswith("httproute-")


def _python(folder: str, _: Mapping[Path, str]) -> Iterator[str]:
    source = (EXAMPLES / folder / "example.py").read_text(encoding="utf-8")
    imported = re.search(r"^from kserve_gitops import (.+)$", source, re.MULTILINE)
    body = re.search(r"^def example\(.*?\n    \"\"\".*?\"\"\"\n(.*)", source, re.MULTILINE | re.DOTALL)
    if imported is None or body is None:
        message = f"{folder}/example.py is not in the form of the others"
        raise ValueError(message)
    names = ", ".join(name for name in imported[1].split(", ") if name != Construct.__name__)
    yield "The same in Python:"
    yield f"```python\nfrom kserve_gitops import {names}\n\n{dedent(body[1]).strip()}\n```"


def _keys(definition: str, _: Mapping[Path, str]) -> Iterator[str]:
    """A table of the keys of a definition in model.schema.json, without those that stand in the table of every kind."""
    known = json.loads((SCHEMAS / "model.schema.json").read_text(encoding="utf-8"))["$defs"]
    part = known[definition]
    elsewhere = () if definition == "other" else known["other"]["properties"]
    rows = ["| key | what it is |", "|---|---|"]
    for key, value in part["properties"].items():
        if key not in elsewhere:
            shared = known.get(value.get("$ref", "").rpartition("/")[2], {})
            rows.append(f"| `{key}` | {_about({**shared, **value}, part, key)} |")
    yield "\n".join(rows)


def _platform(block: str, _: Mapping[Path, str]) -> Iterator[str]:
    """A table of the keys of a block of platform.yaml; keys that say the same share a row."""
    whole = json.loads((SCHEMAS / "platform.schema.json").read_text(encoding="utf-8"))
    rows: dict[str, list[str]] = {}
    for key, about in _fields(_resolved(whole["properties"][block], whole), whole, ""):
        rows.setdefault(about, []).append(f"`{key}`")
    yield _table(["key", "what it is"], [[", ".join(keys), about] for about, keys in rows.items()])


def _fields(part: Mapping[str, Any], whole: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    """Each key below `above`, with those of the mappings below it, and what its schema says."""
    for key, given in part.get("properties", {}).items():
        value = _resolved(given, whole)
        yield f"{above}{key}", _about(value, part, key)
        yield from _fields(value, whole, f"{above}{key}.")
    for among, name in (("additionalProperties", f"{above}<name>."), ("items", above)):
        if isinstance(part.get(among), Mapping):
            yield from _fields(_resolved(part[among], whole), whole, name)


def _resolved(value: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with what it refers to; its own words come first."""
    return {**whole["$defs"].get(value.get("$ref", "").rpartition("/")[2], {}), **value}


def _about(value: Mapping[str, Any], part: Mapping[str, Any], key: str) -> str:
    """What its schema says about a key, for a cell of a table."""
    words = [escape(value["description"], quote=False)]
    if isinstance(value.get("default"), Mapping):
        words += [f"Default: `{name}: {default}`." for name, default in value["default"].items()]
    elif value.get("default", "") not in ("", []):
        words.append(f"Default: {value['default']}.")
    elif key in part.get("required", ()):
        words.append("Required.")
    if "enum" in value:
        words.append(f"One of {', '.join(f'`{choice}`' for choice in value['enum'])}.")
    return " ".join(words).replace("|", "\\|")


def _kinds(_which: str, _: Mapping[Path, str]) -> Iterator[str]:
    """A table of the kinds, with their API versions in the oldest and in the newest release."""
    releases = list(RELEASES.values())
    rows = [f"| kind | belongs to | {releases[0].version} | {releases[-1].version} |", "|---|---|---|---|"]
    for kind in KINDS.values():
        scope = "a namespace" if kind.namespaced else "the cluster"
        first, last = (kind.api_version(release.llm_version).split("/")[1] for release in (releases[0], releases[-1]))
        first = f"from {kind.since} on" if kind.since else first
        rows.append(f"| [{kind.name}](#{kind.name.lower()}) | {scope} | {first} | {last} |")
    yield "\n".join(rows)


_CHARTS = {
    "CRDs": "crd_chart",
    "controller": "controller_chart",
    "runtimes": "runtimes_chart",
    "LLM CRDs": "llm_crd_chart",
    "LLM controller": "llm_chart",
    "local model CRDs": "local_model_crd_chart",
    "local model controller": "local_model_chart",
}


def _releases(what: str, _: Mapping[Path, str]) -> Iterator[str]:
    """A table of the charts of each release, or of the versions that it is `tested` with."""
    if what == "charts":
        found = {name: [getattr(one, key) for one in RELEASES.values()] for name, key in _CHARTS.items()}
    else:
        names = next(iter(RELEASES.values())).tested_with
        found = {name: [one.tested_with[name] for one in RELEASES.values()] for name in names}
    yield _table(["", *RELEASES], [[name, *(cell and f"`{cell}`" for cell in cells)] for name, cells in found.items()])


def _runtimes(_which: str, _: Mapping[Path, str]) -> Iterator[str]:
    """A table of the runtimes that each release installs, and what they serve."""
    tables = {
        version: json.loads((ROOT / "imports" / "runtimes" / f"{version}.json").read_text(encoding="utf-8"))["runtimes"]
        for version in RELEASES
    }
    names = sorted({name for table in tables.values() for name, one in table.items() if one["installed"]})
    rows = [[f"`{name}`", *(_served(table.get(name)) for table in tables.values())] for name in names]
    yield _table(["", *RELEASES], rows)


def _served(runtime: Mapping[str, Any] | None) -> str:
    if runtime is None or not runtime["installed"]:
        return ""
    formats = [
        f"{form['name']} {form['version']}{'*' if form.get('autoSelect') else ''}"
        for form in runtime["supportedModelFormats"]
    ]
    return "; ".join(filter(None, [", ".join(formats), ", ".join(sorted(runtime["protocolVersions"]))]))


_SUBJECTS = {
    "KG0": "Inputs",
    "KG1": "Serving",
    "KG2": "Storage and credentials",
    "KG3": "Routes and gateways",
    "KG4": "Argo CD and Helm",
    "KG5": "Secrets",
}
"""How the codes of a subject begin."""


def _codes(what: str, _: Mapping[Path, str]) -> Iterator[str]:
    """A table of the codes of each subject, or their pages, or those that no comment suppresses."""
    for begin, subject in _SUBJECTS.items():
        known = {code: its for code, its in pages().items() if code.startswith(begin)}
        if what == "table":
            rows: list[list[str | None]] = [
                [f"[{code}](#{code.lower()})", _cell(its.what)] for code, its in known.items()
            ]
            yield f"**[{subject}](#{_anchor(subject)})**\n\n{_table(['code', 'meaning'], rows)}"
        elif what == "pages":
            yield f"## {subject}"
            yield from (_page(code, its) for code, its in known.items())
    if what == "lasting":
        yield ", ".join(f"[{code}](#{code.lower()})" for code in sorted(NEEDED & pages().keys()))


def _anchor(heading: str) -> str:
    return heading.lower().replace(" ", "-")


def _page(code: str, its: Page) -> str:
    """A section with an address that stays; its heading is what a search finds."""
    parts = {"Fix": its.fix, "Since": its.since, "Source": its.source}
    said = [
        _prose(its.why),
        *(f"**{name}:** {_prose(text)}" for name, text in parts.items()),
    ]
    return "\n\n".join([f"### {code}: {_cell(its.what)} {{#{code.lower()}}}", *filter(None, said)])


def _prose(text: str) -> str:
    """Words as HTML shows them; what stands in backticks is code and stays."""
    return "`".join(part if number % 2 else escape(part, quote=False) for number, part in enumerate(text.split("`")))


def _cell(text: str) -> str:
    return _prose(text).removesuffix(".").replace("|", "\\|")


def _table(head: list[str], rows: list[list[str | None]]) -> str:
    lines = [head, ["---"] * len(head), *([cell or "" for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _file(name: str, language: str, text: str) -> str:
    return f"`{name}`\n\n```{language}\n{text.rstrip()}\n```"


_WRITERS: dict[str, Callable[[str, Mapping[Path, str]], Iterator[str]]] = {
    "example": _example,
    "python": _python,
    "keys": _keys,
    "platform": _platform,
    "kinds": _kinds,
    "releases": _releases,
    "runtimes": _runtimes,
    "codes": _codes,
    # By path: this runs as a program, and is imported by tests.
    **run_path(str(DOCS / "credential_blocks.py"))["WRITERS"],
}


def page(text: str, outputs: Mapping[Path, str]) -> str:
    """A page with its blocks filled."""

    def fill(block: re.Match[str]) -> str:
        content = "\n\n".join(_WRITERS[block[2]](block[3], outputs))
        return f"{block[1]}\n{content}\n\n{block[4]}"

    return _BLOCK.sub(fill, text)


def wanted() -> dict[Path, str]:
    """Every file that is generated here, by path, with what it should hold."""
    outputs = {case / "dist" / path: text for case in cases() for path, text in built(case).items()}
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
    return outputs | {path: page(text, outputs) for path, text in pages.items() if _BLOCK.search(text)}


def main() -> None:
    """Write what is generated, and remove outputs that nothing makes any more."""
    files = wanted()
    for path in {*EXAMPLES.glob("*/*/dist/**/*.*")} - files.keys():
        path.unlink()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
