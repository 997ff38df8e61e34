"""Files of the catalogue, read in the light of one environment."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from kserve_gitops.core.documents import parse
from kserve_gitops.inputs.credential import Credential
from kserve_gitops.inputs.entries import file_problems
from kserve_gitops.inputs.environment import Model
from kserve_gitops.inputs.models import Catalogue
from kserve_gitops.inputs.releases import RELEASES

ONE = Credential("one", "sa-one")
TWO = Credential("two", "sa-two")
BASE = """\
name: iris
predictor:
  minReplicas: 1
  model: {modelFormat: sklearn, storageUri: s3://bucket/iris}
"""


def model(
    more: str = "",
    *,
    base: str = BASE,
    credentials: tuple[Credential, ...] = (ONE,),
    defaults: dict[str, Any] | None = None,
    **settings: str,
) -> Model:
    document = parse(base + more, "models/iris.yaml")
    assert file_problems(document, ["production", "staging"]) == []
    return catalogue(credentials, settings, defaults=defaults).model(document)


def catalogue(
    credentials: tuple[Credential, ...] = (),
    settings: Mapping[str, str] = MappingProxyType({}),
    *,
    defaults: dict[str, Any] | None = None,
    pages: bool = True,
    version: str = "v0.16.0",
) -> Catalogue:
    return Catalogue(
        "production",
        domain="ml.example.com",
        release=RELEASES[version],
        deployment_mode="Standard",
        settings={"namespace": "kserve", **settings},
        defaults=defaults or {},
        credentials={credential.name: credential for credential in credentials},
        pages=pages,
        platform="platform.yaml",
    )
