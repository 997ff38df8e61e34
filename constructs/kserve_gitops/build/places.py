"""From the origin of a rendered object to the place in what a person wrote."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from kserve_gitops.core.documents import Document
from kserve_gitops.core.origins import Origin
from kserve_gitops.core.places import Place
from kserve_gitops.inputs.schema import missing, present


class Places:
    """Finds places in the documents of a repository, and in its Python."""

    def __init__(self, root: Path, documents: Mapping[str, Document]) -> None:
        self._root = root
        self._documents = documents

    def __call__(self, origin: Origin | None, path: Sequence[str | int], key: str | None) -> Place:
        """The place of the value at `path` of an object with that origin, or of the unknown `key` below it.

        Where the input says nothing about the value, the nearest thing above it that the input does say.
        """
        if origin is None:
            return Place("app.py")
        if origin.file not in self._documents:
            return Place(self._relative(origin.file), origin.line)
        for file, found in origin.candidates(path if key is None else (*path, key)):
            document = self._documents[file]
            if found and present(document.data, found):
                return document.at(found) if key is None else document.at(found[:-1], key=found[-1])
        above = [(self._documents[file], found) for file, found in origin.candidates(path)]
        above = above or [(self._documents[origin.file], ())]
        # Where base and overlay say equally little, in the base, which the candidates name last.
        document, found = min(reversed(above), key=lambda one: missing(one[0].data, one[1]))
        return document.at(found)

    def _relative(self, file: str) -> str:
        try:
            return Path(file).resolve().relative_to(self._root.resolve()).as_posix()
        except ValueError:
            return Path(file).name
