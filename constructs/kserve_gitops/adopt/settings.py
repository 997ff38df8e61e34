"""What an environment of platform.yaml gives to every model, and adopted files therefore need not say."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from kserve_gitops.inputs.platform import Blocks, credentials
from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.serving.credential_types import default


@dataclass(frozen=True, slots=True)
class Settings:
    """`credentials` maps a credential to its ServiceAccount, `types` to its type, s3 where it says none.

    `credential` is the one of models that name none, and `credential_in` that of a namespace.

    `gateway` is the namespace and name of the Gateway; `defaults` is the block of that name.
    """

    environment: str
    version: str
    mode: str
    namespace: str
    credentials: Mapping[str, str]
    credential: str | None
    gateway: tuple[str, str]
    defaults: Mapping[str, Any]
    types: Mapping[str, str] = field(default_factory=dict)
    credential_in: Mapping[str, str] = field(default_factory=dict)

    def default_credential(self, opened: Collection[str], namespace: str | None) -> str | None:
        """The credential of a model there that names none and is in these stores."""
        types = {name: self.types.get(name, "s3") for name in self.credentials}
        return default(opened, (self.credential_in.get(namespace or ""), self.credential), types)

    @property
    def llm_version(self) -> str:
        """The API version in which this release stores the LLM kinds."""
        return RELEASES[self.version].llm_version

    @classmethod
    def of(cls, blocks: Blocks) -> "Settings":
        """From blocks that have no problems."""
        data = blocks.data
        accounts = {name: found.service_account_name for name, found in credentials(blocks).items()}
        own = {name: (one or {}).get("credential") for name, one in data["models"]["namespaces"].items()}
        return cls(
            blocks.name,
            data["kserve"]["version"],
            data["kserve"]["deploymentMode"],
            data["models"]["namespace"],
            accounts,
            data["models"].get("credential"),
            (data["gateway"]["namespace"], data["gateway"]["name"]),
            data["defaults"],
            {name: block["type"] for name, block in data["credentials"].items()},
            {name: credential for name, credential in own.items() if credential},
        )
