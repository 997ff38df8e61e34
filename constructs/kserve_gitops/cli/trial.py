"""Building a project with files that are not written yet: how `adopt` knows what would come out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kserve_gitops.adopt.adoption import Adoption, planned
from kserve_gitops.adopt.checking import discreet
from kserve_gitops.adopt.entry import Entry
from kserve_gitops.adopt.files import names_of, names_of_raw, raw_text, text_of
from kserve_gitops.adopt.proof import Lines, Written, identity_of, unlike, unproven
from kserve_gitops.adopt.reading import Found
from kserve_gitops.adopt.settings import Settings
from kserve_gitops.adopt.verdicts import is_advice, softened, to_list, to_mend
from kserve_gitops.build.pipeline import IMPORTS, Build, comments_of, examined, once, tree
from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.core.errors import GitopsError, InputError
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.rendered import Rendered
from kserve_gitops.inputs.entries import declared
from kserve_gitops.inputs.load import PLATFORM, Inputs, load
from kserve_gitops.inputs.platform import Blocks

TO_SEAL = "KG501"
"""A credential that is used and not sealed: the next thing to do, and no reason not to adopt."""


def sound(root: Path) -> Inputs:
    """The project as it is. Raises InputError when it could not be built, so that nothing could be proven."""
    if not (root / IMPORTS).is_dir():
        raise GitopsError(f"there is no {IMPORTS}/ to check against", hint="make it with kserve-gitops import")
    inputs = load(root)
    if wrong := [f for f in inputs.findings if f.severity is Severity.ERROR and f.code != TO_SEAL]:
        raise InputError(wrong)
    return inputs


@dataclass(slots=True)
class Verdict:
    """What building shows: the files that give back what they were made from, and what is wrong with the others.

    `notes` are left to do. With `advised`, there is more to say that can wait.
    """

    good: dict[str, Written]
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    advised: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """A sound project, its app.py, and the environment whose settings count."""

    root: Path
    build: Build
    inputs: Inputs
    environment: str

    def planned(self, found: Iterable[Found], *, below: str, header: str) -> tuple[Adoption, list[Written]]:
        """What becomes of each object, and the files to be; those of the catalogue lie `below` a folder."""
        settings = Settings.of(Blocks(self.inputs.documents[PLATFORM], self.environment))
        schemas = Schemas(self.root / IMPORTS, kserve=settings.version)
        models = [model for environment in self.inputs.environments for model in environment.models]
        there = {(m.namespace, m.credential.service_account_name) for m in models if m.credential is not None}
        plan = planned(found, settings, schemas, there)

        def free(name: str, entry: Entry) -> bool:
            known = self.inputs.documents.get(f"{below}/{name}.yaml")
            its = (entry.found.kind, entry.data.get("namespace", ""), entry.found.name)
            return known is None or declared(known) == its

        written = [
            Written.of(file := f"{below}/{name}.yaml", text_of(entry, file, header=header), entry)
            for name, entry in names_of(plan.entries, free)
        ]
        contents = {id(one): data for one, data in plan.raw}
        for name, one in names_of_raw(one for one, _ in plan.raw):
            file, data = f"manifests/{name}.yaml", contents[id(one)]
            written.append(Written.raw(file, raw_text(data, file), one, schemas.canonical(data)))
        return plan, written

    def proven(self, plan: Adoption, written: list[Written]) -> Verdict:
        """Which of the files may be written, and what there is to say.

        Raises InputError when the project would not build with them, and no one of them is to blame.
        Everything is built at once, because Node is slow to start.
        """
        lines = Lines(written)
        good, told, extended = self._read(written, lines)
        verdict = Verdict(good, told)
        if good:
            late = [f for f in extended.findings if f.code == TO_SEAL and f not in self.inputs.findings]
            verdict.notes = [f"{finding.message}; {finding.hint}" for finding in late]
            self._built(plan, verdict, lines, extended)
        left_out = (one for one in written if one.file not in verdict.good and one.route is not None)
        verdict.findings += map(_left_out, left_out)
        return verdict

    def _read(self, written: list[Written], lines: Lines) -> tuple[dict[str, Written], list[Finding], Inputs]:
        """The files that can be read beside those that are there, what is wrong with the others, and all inputs."""
        good = {one.file: one for one in written}
        told: list[Finding] = []
        known, extended = set(self.inputs.findings), self.inputs
        while good:
            extended = load(self.root, {file: one.document for file, one in good.items()})
            new = [f for f in extended.findings if f not in known and f.code != TO_SEAL]
            told += [lines.moved(f) for f in new]
            blamed = [(f, lines.blamed(f)) for f in new if f.severity is Severity.ERROR]
            _nobodys(lines.moved(f) for f, one in blamed if one is None)
            bad = {one.file for _, one in blamed if one is not None}
            if not bad & good.keys():
                break
            good = {file: one for file, one in good.items() if file not in bad}
        return good, told, extended

    def _built(self, plan: Adoption, verdict: Verdict, lines: Lines, extended: Inputs) -> None:
        """Adds what building shows; files with something wrong are no longer good."""
        rows, schemas = tree(self.root, self.build, extended)
        everywhere = {one.name for one in extended.environments}
        found = list(once(examined(self.root, extended, rows, schemas), everywhere))
        comments = comments_of(self.root, extended, found)
        self._judged((one for one in found if comments.of(one) is None), verdict, lines)
        built = _objects(rows, self.environment, schemas[self.environment])
        for one in list(verdict.good.values()):
            if unlike_it := list(unproven(one, built, self.environment)):
                verdict.findings += unlike_it
                del verdict.good[one.file]
        namespace = next(e.namespace for e in extended.environments if e.name == self.environment)
        for secret in (one for one, _ in plan.skipped if one.kind == "Secret"):
            verdict.findings += unlike(secret, built, secret.namespace or namespace)

    def _judged(self, found: Iterable[Finding], verdict: Verdict, lines: Lines) -> None:
        """Sorts the findings: errors about a file take it out, those about none end it all, the rest can be lived with.

        What refers to nothing is told once for all, as a block to copy.
        """
        nobodys: list[Finding] = []
        lived_with: list[tuple[str, Finding]] = []
        for finding in found:
            file, soft = lines.blamed(finding), softened(finding)
            if file is None:
                if soft.severity is Severity.ERROR and finding.code != TO_SEAL:
                    nobodys.append(discreet(lines.moved(finding)))
            elif is_advice(soft):
                verdict.advised = True
            elif soft.severity is Severity.ERROR:
                verdict.findings.append(discreet(lines.moved(soft)))
                verdict.good.pop(file.file, None)
            else:
                lived_with.append((file.file, finding))
                if finding.missing is None:
                    verdict.findings.append(discreet(lines.moved(soft)))
        _nobodys(nobodys)
        standing = [finding for file, finding in lived_with if file in verdict.good]
        refused = (one for one in standing if one.severity is Severity.ERROR and one.missing is None)
        verdict.notes += to_list(one.missing for one in standing if one.missing is not None)
        verdict.notes += to_mend(refused)


def _nobodys(findings: Iterable[Finding]) -> None:
    """Gives up for errors that are about the project and not about one file to be: the project must build."""
    if wrong := list(findings):
        raise InputError(wrong)


def _left_out(one: Written) -> Finding:
    route = one.route[0] if one.route else one.found
    hint = f"it is a part of the file of {one.found}"
    return Finding("KG020", f"{route} is not adopted either", route.at(("metadata", "name")), hint)


def _objects(rows: Iterable[Rendered], environment: str, schemas: Schemas) -> Mapping[Any, Mapping[str, Any]]:
    found = (row.manifest for row in rows if row.environment == environment and row.manifest is not None)
    return {identity_of(manifest): schemas.canonical(manifest) for manifest in found}
