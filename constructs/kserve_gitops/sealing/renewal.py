"""Sealed files under the controller's newest key: it decrypts them and encrypts them anew, and nobody sees a value.

Only ciphertext is taken from its answer. What it is sent says the same of the SealedSecret and of the Secret, for
otherwise it would drop labels and annotations of the Secret.
"""

from collections.abc import Collection
from datetime import date
from pathlib import Path

from kserve_gitops.core.errors import GitopsError, InputError, ToolError
from kserve_gitops.inputs import files as reading
from kserve_gitops.inputs import sealed
from kserve_gitops.inputs.credential import Credential
from kserve_gitops.sealing import certificate as certificates
from kserve_gitops.sealing import existing, files, storing
from kserve_gitops.sealing.certificate import Stored
from kserve_gitops.sealing.controller import Controller
from kserve_gitops.sealing.existing import Existing
from kserve_gitops.sealing.files import Record
from kserve_gitops.tools.certificates import read


def renew(
    root: Path, environment: str, names: Collection[str], controller: Controller, today: date
) -> tuple[Stored, list[str]]:
    """Encrypt all files of an environment anew, or those of the credentials `names`: the certificate, and the files.

    Nothing is written before the last answer is there. Raises GitopsError.
    """
    folder = root / sealed.FOLDER / environment
    with storing.turn(folder):
        found = [_existing(root, path) for path in _paths(root, folder, names)]
        certificate = read(controller.certificate())
        record = Record(today, certificate.fingerprint_sha256)
        contents = {one.file: _renewed(one, controller, record).encode() for one in found}
        stored = certificates.store(root, environment, certificate)
        storing.write(root, contents)
    return stored, list(contents)


def _paths(root: Path, folder: Path, names: Collection[str]) -> list[Path]:
    found = reading.yaml_files(root, folder)
    shown = folder.relative_to(root).as_posix()
    if not found:
        raise GitopsError(f"there are no sealed files in {shown}/", hint="seal what is missing first")
    if missing := sorted(set(names) - {path.stem for path in found}):
        raise GitopsError(f"there is no sealed file of '{missing[0]}' in {shown}/", hint="kserve-gitops seal --status")
    return [path for path in found if not names or path.stem in names]


def _existing(root: Path, path: Path) -> Existing:
    document = existing.document_of(root, path)
    found = existing.of(document)
    if found is None:
        raise InputError(sealed.problems(document, path.parent.name, Credential(path.stem, "")))
    if found.plain:
        hint = "change it if anybody may have seen it, and seal it"
        raise GitopsError(f"{found.file}: the value of '{found.plain[0]}' is not encrypted", hint=hint)
    return found


def _renewed(one: Existing, controller: Controller, record: Record) -> str:
    sent = files.written(one.metadata, one.encrypted, {}, template=one.template)
    try:
        encrypted = controller.re_encrypted(sent.encode())
    except ToolError as error:
        raise ToolError(f"{one.file}: {error.what}", hint=error.hint) from None
    merged = files.merged(one.text, encrypted, record)
    if merged is not None:
        return one.mark + merged
    return files.written(one.metadata, encrypted, dict.fromkeys(encrypted, record), template=one.template)
