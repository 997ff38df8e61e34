"""YAML and JSON of sources: documents, or the finding that says why not."""

import json
from typing import Any

import yaml

from kserve_gitops.core.errors import InputError
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.places import Place
from kserve_gitops.importer.sources import Source


class _Loader(yaml.CSafeLoader):
    """YAML as far as it is JSON: a date is text, and tags that make other types are errors."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way
        first: [(tag, regexp) for tag, regexp in rules if not tag.endswith(":timestamp")]
        for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }
    yaml_constructors = {  # noqa: RUF012 - as above
        tag: make
        for tag, make in yaml.CSafeLoader.yaml_constructors.items()
        if not str(tag).endswith((":binary", ":omap", ":pairs", ":set", ":timestamp"))
    }


def documents(source: Source) -> list[Any]:
    """Every document of a YAML file that is not empty. Raises InputError (KG002)."""
    try:
        return [document for document in yaml.load_all(source.data, Loader=_Loader) if document is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(source.place.file, mark.line + 1, mark.column + 1) if mark else source.place
        raise InputError([Finding("KG002", f"not valid YAML: {error.problem}", place)]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        what = str(error).splitlines()[0] if str(error) else "nested too deeply"
        raise InputError([Finding("KG002", f"not valid YAML: {what}", source.place)]) from error


def json_document(source: Source) -> Any:
    """The document of a JSON file. Raises InputError (KG002)."""
    try:
        return json.loads(source.data)
    except json.JSONDecodeError as error:
        place = Place(source.place.file, error.lineno, error.colno)
        raise InputError([Finding("KG002", f"not valid JSON: {error.msg.lower()}", place)]) from error
    except (ValueError, RecursionError) as error:
        raise InputError([Finding("KG002", "not valid JSON: not UTF-8, or nested too deeply", source.place)]) from error
