"""An environment to build kinds in, and what came out of a construct."""

from pathlib import Path

import pytest

from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs.credential import Credential, Storage
from kserve_gitops.inputs.environment import (
    Clients,
    Destination,
    Environment,
    GatewaySettings,
    Image,
    KServe,
    Part,
    Repository,
)

ORIGIN = Origin("platform.yaml")
IMPORTS = Path(__file__).parents[2] / "imports"


@pytest.fixture
def storage():
    """A bucket on AWS."""
    return Storage(ORIGIN, "acme-ml-models", "ca-central-1", "mlflow")


@pytest.fixture
def settings():
    """A Gateway of Traefik without a certificate."""
    return GatewaySettings(ORIGIN, "traefik", "kserve-ingress-gateway", "traefik")


@pytest.fixture
def environment(storage, settings):
    """An environment without models and parts; `dataclasses.replace` makes others of it."""
    credential = Credential("s3-access", "sa-s3-access", storage=storage)
    return Environment(
        "production",
        Repository("https://github.com/acme/ml-platform.git", "main"),
        "ml.example.com",
        Destination("https://kubernetes.default.svc", None),
        KServe(ORIGIN, ORIGIN, "v0.16.0", "Standard", {}),
        settings,
        storage,
        {credential.name: credential},
        Clients(Image("registry.example.com/ml/model-client", "0.1.0"), "clients"),
        {},
        credential,
        (),
        (),
        ORIGIN,
    )


@pytest.fixture
def gateway(chart, settings):
    """The Gateway that routes attach to."""
    from kserve_gitops import Gateway  # noqa: PLC0415  starts Node

    return Gateway(chart, "gateway", settings=settings, domain="ml.example.com", namespaces=["kserve"])


@pytest.fixture
def part():
    """`part("traefik", values)` is that part at some version."""

    def make(name, values=None, options=None):
        return Part(name, "1.2.3", ORIGIN, ORIGIN, values or {}, options or {})

    return make


@pytest.fixture
def objects():
    """`objects(construct)` lists the manifests at and below a construct."""
    from kserve_gitops.manifest import collect  # noqa: PLC0415  as above

    return lambda construct: [row.manifest for row in collect(construct) if row.manifest is not None]


@pytest.fixture
def files():
    """`files(construct)` maps the attachments at and below a construct from their file to their content."""
    from kserve_gitops.manifest import collect  # noqa: PLC0415  as above

    return lambda construct: {
        row.attachment["file"]: row.attachment["content"] for row in collect(construct) if row.attachment is not None
    }


@pytest.fixture(scope="session")
def schemas():
    """The schemas of every release of KServe whose kinds are imported, by release."""
    return {release: Schemas(IMPORTS, kserve=release) for release in ("v0.16.0", "v0.20.0")}


@pytest.fixture
def misfits(schemas):
    """`misfits(manifest)` lists in what an object does not fit its kind, in the releases given or in all."""

    def check(manifest, *releases):
        found = [schemas[release].object_problems(manifest) for release in releases or schemas]
        return [problem for problems in found for problem in problems]

    return check
