"""`kserve-gitops adopt`: existing manifests become files of models/, each proven to build the same object again."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kserve_gitops.cli import report
from kserve_gitops.cli.project import project_root
from kserve_gitops.cli.synth import load_build
from kserve_gitops.core.errors import GitopsError, InputError, reason_of
from kserve_gitops.core.findings import Finding, Severity, in_order
from kserve_gitops.core.places import Place
from kserve_gitops.core.suggestions import closest

if TYPE_CHECKING:
    from kserve_gitops.adopt.adoption import Adoption
    from kserve_gitops.adopt.proof import Written
    from kserve_gitops.adopt.reading import Found
    from kserve_gitops.inputs.load import Inputs

LARGEST = 16 * 1024 * 1024
"""Bytes of one input: far beyond what a cluster with a thousand models prints."""
MODELS, MANIFESTS = "models", "manifests"
STDIN = "<stdin>"
_SCHEMA = "constructs/kserve_gitops/inputs/schemas/model.schema.json"


def add(subparsers: Any) -> None:
    """Declare the command."""
    found = subparsers.add_parser(
        "adopt",
        help="turn existing manifests into files of models/",
        description="Turn manifests of KServe (files, folders, '-' for standard input) into short files of the "
        "catalogue. Each is built before it is written, and written only when that gives the manifest back. "
        "What is not KServe's is kept under manifests/. No file is ever overwritten, and no Secret written.",
    )
    found.add_argument("sources", metavar="FILE|DIR|-", nargs="+", help="YAML or JSON")
    found.add_argument("--to", metavar="DIR", help="folder for the files; default: models of the project")
    found.add_argument("--stdout", action="store_true", help="print the files instead of writing them")
    found.add_argument("--environment", metavar="NAME", help="whose settings count; default: the first by name")
    found.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """The command: 0 when everything was adopted, 1 when something was not."""
    from kserve_gitops.cli import trial  # noqa: PLC0415  --help need not load the validators

    root = project_root(Path.cwd())
    folder = _folder(root, args.to)
    build = load_build(root)
    found, findings = _read(args.sources, root)
    inputs = trial.sound(root)
    attempt = trial.Trial(root, build, inputs, _environment(inputs, args.environment))
    plan, written = attempt.planned(found, below=_below(root, folder), header=_header(root, folder))
    paths = {one.file: _path(root, folder, one.file) for one in written}
    shown = {file: _shown(root, path) for file, path in paths.items()}
    taken = {one.file for one in written if os.path.lexists(paths[one.file])}
    findings += [*plan.findings, *(_exists(shown[one.file], one) for one in written if one.file in taken)]
    if taken and not args.stdout:
        report.findings(in_order(findings), unchanged="nothing was written")
        return 1
    written = [one for one in written if one.file not in taken]
    try:
        verdict = attempt.proven(plan, written)
    except InputError as error:
        report.findings(in_order([*findings, *error.findings]), unchanged="nothing was written: the project must build")
        return 1
    findings += verdict.findings
    plan.notes += verdict.notes
    good = [one for one in written if one.file in verdict.good]
    plan.skipped += [(one.route[0], f"became route: of {shown[one.file]}") for one in good if one.route is not None]
    report.findings(in_order(findings), unchanged="what is refused is not adopted")
    if args.stdout:
        _print(good, shown)
    else:
        content = {paths[one.file]: one.document.text.encode() for one in good}
        _write(content, {paths[one.file]: shown[one.file] for one in good})
    then = "" if args.stdout else _next(root, folder, first=bool(verdict.notes))
    _say(plan, good, shown, then=then, advised=verdict.advised)
    return int(any(finding.severity is Severity.ERROR for finding in findings))


def _folder(root: Path, to: str | None) -> Path:
    """Where the entries go. Raises GitopsError for a folder of the project in which nothing would find them."""
    models = root.resolve() / MODELS
    if to is None:
        return models
    folder = (Path.cwd() / to).resolve()
    if not to.strip():
        raise GitopsError("--to names no folder", hint=f"name {MODELS}/ or a folder below it")
    if folder.is_relative_to(root.resolve()):
        below = folder.relative_to(models).parts if folder.is_relative_to(models) else None
        if below is None or any(part.startswith(".") for part in below):
            hint = f"name {MODELS}/ or a folder below it that is not hidden, or one outside of the project"
            raise GitopsError(f"no model is read from '{_shown(root, folder)}'", hint=hint)
    return folder


def _next(root: Path, folder: Path, *, first: bool) -> str:
    """What a person does after this."""
    moved = "" if folder.is_relative_to(root.resolve()) else f"move the files into {MODELS}/ and {MANIFESTS}/, then "
    return f"{'see to do, then ' if first else ''}{moved}kserve-gitops synth"


def _environment(inputs: "Inputs", wanted: str | None) -> str:
    names = [environment.name for environment in inputs.environments]
    if wanted is None:
        return names[0]
    if wanted not in names:
        hint = closest(wanted, names) or f"declared in platform.yaml: {', '.join(names)}"
        raise GitopsError(f"environment '{wanted}' is not declared", hint=hint)
    return wanted


def _read(sources: Iterable[str], root: Path) -> tuple[list["Found"], list[Finding]]:
    from kserve_gitops.adopt.reading import read  # noqa: PLC0415  as above

    found: list[Found] = []
    findings: list[Finding] = []
    seen: set[Path] = set()
    for source in sources:
        try:
            for path, file in [(None, STDIN)] if source == "-" else _files(Path(source), root):
                if path is None or path.resolve() not in seen:
                    seen |= {path.resolve()} if path else set()
                    objects, problems = read(_content(path, file), file)
                    found += objects
                    findings += problems
        except InputError as error:
            findings += error.findings
    return found, findings


def _files(path: Path, root: Path) -> Iterator[tuple[Path, str]]:
    """The file itself, or every YAML and JSON file below a folder but those that are hidden."""
    if not path.is_dir():
        yield path, _shown(root, path)
        return
    below = sorted(
        Path(folder, name)
        for folder, _, names in os.walk(path)
        for name in names
        if name.lower().endswith((".yaml", ".yml", ".json"))
    )
    files = [file for file in below if not any(part.startswith(".") for part in file.relative_to(path).parts)]
    if not files:
        raise _unreadable(_shown(root, path), "holds no YAML", "name a folder with manifests in it")
    yield from ((file, _shown(root, file)) for file in files)


def _content(path: Path | None, file: str) -> bytes:
    try:
        if path is None:
            content = sys.stdin.buffer.read(LARGEST + 1)
        elif not path.is_file() and path.exists():
            raise _unreadable(file, "is not a regular file")
        else:
            with path.open("rb") as opened:
                content = opened.read(LARGEST + 1)
    except FileNotFoundError:
        raise _unreadable(file, "does not exist") from None
    except OSError as error:
        raise _unreadable(file, f"cannot be read: {reason_of(error)}") from None
    if len(content) > LARGEST:
        hint = "adopt it in several parts, a namespace each for instance"
        raise _unreadable(file, f"is larger than {LARGEST // 1024 // 1024} MB", hint)
    return content


def _unreadable(file: str, what: str, hint: str = "") -> InputError:
    return InputError([Finding("KG001", f"{file} {what}", Place(file), hint)])


def _shown(root: Path, path: Path) -> str:
    """Relative to the project where it lies in it, else as it was given."""
    whole = Path.cwd() / path
    try:
        return whole.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _below(root: Path, folder: Path) -> str:
    """The folder as the catalogue sees it: models, or a folder in it."""
    models = root.resolve() / MODELS
    return folder.relative_to(root.resolve()).as_posix() if folder.is_relative_to(models) else MODELS


def _path(root: Path, folder: Path, file: str) -> Path:
    """Where a file to be goes: entries into `folder`, raw objects into manifests/ beside models/."""
    inside = folder.is_relative_to(root.resolve() / MODELS)
    if file.startswith(f"{MANIFESTS}/"):
        return (root.resolve() if inside else folder.parent) / file
    return folder / Path(file).name


def _header(root: Path, folder: Path) -> str:
    """The line with which editors find the schema, where the project holds it."""
    schema = root.resolve() / _SCHEMA
    return f"yaml-language-server: $schema={os.path.relpath(schema, folder)}" if schema.is_file() else ""


def _exists(shown: str, one: "Written") -> Finding:
    hint = "no file is overwritten: move it away, or choose another folder with --to"
    return Finding("KG020", f"{shown} exists already", one.found.at(("metadata", "name")), hint)


def _print(good: Iterable["Written"], shown: dict[str, str]) -> None:
    documents = [f"# {shown[one.file]}\n{one.document.text}" for one in good]
    sys.stdout.write("---\n".join(documents))


def _write(files: dict[Path, bytes], shown: dict[Path, str]) -> None:
    """All files or none: each is complete before it gets its name, and a failure takes back the others."""
    made: list[Path] = []
    staged = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in files}
    path = Path()
    try:
        for path, content in files.items():
            _make_folder(path.parent, made)
            made.append(staged[path])
            staged[path].write_bytes(content)
        for path in files:
            staged[path].rename(path)
            made[made.index(staged[path])] = path
    except BaseException as error:
        for one in reversed(made):
            if one.is_dir():
                one.rmdir()
            elif os.path.lexists(one):
                one.unlink()
        if isinstance(error, OSError):
            what = f"{shown[path]} cannot be written: {reason_of(error)}"
            raise GitopsError(what, hint="nothing was written") from error
        raise


def _make_folder(folder: Path, made: list[Path]) -> None:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir()
        made.append(one)


def _say(plan: "Adoption", good: list["Written"], shown: dict[str, str], *, then: str, advised: bool) -> None:
    """The summary; `then` is the next thing to do where files were written, else ""."""
    for one in good if then else ():
        print(f"  write  {shown[one.file]}", file=sys.stderr)
    for found, reason in plan.skipped:
        print(f"  skip   {found}: {reason}", file=sys.stderr)
    for note in plan.notes:
        print(f"to do: {note}", file=sys.stderr)
    raw = sum(one.file.startswith(f"{MANIFESTS}/") for one in good)
    objects = f"{raw} kept as raw object{'s' * (raw != 1)}"
    print(f"{len(good) - raw} adopted, {objects}, {len(plan.skipped)} skipped", file=sys.stderr)
    if good and then:
        better = "kserve-gitops check tells what could be better\n" if advised else ""
        print(f"{better}next: {then}", file=sys.stderr)
