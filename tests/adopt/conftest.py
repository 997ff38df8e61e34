"""What the tests of `adopt` share: a platform's settings, and manifests in, files out, without building anything."""

from dataclasses import replace
from pathlib import Path

import pytest

from kserve_gitops.adopt.adoption import planned
from kserve_gitops.adopt.files import names_of, text_of
from kserve_gitops.adopt.reading import read
from kserve_gitops.adopt.settings import Settings
from kserve_gitops.checks.schema.schemas import Schemas

IMPORTS = Path(__file__).parents[2] / "imports"

SETTINGS = Settings(
    environment="production",
    version="v0.16.0",
    mode="Standard",
    namespace="kserve",
    credentials={"s3-access": "sa-s3-access"},
    credential="s3-access",
    gateway=("gateway", "gateway"),
    defaults={},
)

_SCHEMAS: dict[str, Schemas] = {}


def schemas(version: str) -> Schemas:
    """Compiled once for each version."""
    return _SCHEMAS.setdefault(version, Schemas(IMPORTS, kserve=version))


@pytest.fixture
def plan():
    """`plan(text, mode="Knative")` sorts the objects in `text`, on a platform with those settings."""

    def run(text, **changes):
        settings = replace(SETTINGS, **changes)
        found, wrong = read(text.encode(), "in.yaml")
        result = planned(found, settings, schemas(settings.version))
        result.findings[:0] = wrong
        return result

    return run


@pytest.fixture
def adopt(plan):
    """`adopt(text)` is what the files would hold, by name; nothing may be wrong."""

    def run(text, **changes):
        result = plan(text, **changes)
        assert not result.findings, "\n".join(map(str, result.findings))
        return {name: text_of(entry, f"models/{name}.yaml").text for name, entry in names_of(result.entries, _free)}

    return run


def _free(name, entry):
    return True


@pytest.fixture
def model():
    """`model(below)` is an InferenceService whose predictor is that mapping, as YAML text of one line."""

    def run(predictor="{model: {modelFormat: {name: sklearn}, storageUri: 'gs://b/m'}}", *, metadata="", more=""):
        return (
            "{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService,"
            f" metadata: {{name: iris{metadata and f', {metadata}'}}},"
            f" spec: {{predictor: {predictor}{more and f', {more}'}}}}}\n"
        )

    return run
