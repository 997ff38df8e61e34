"""What an environment of platform.yaml gives to every model, and adopted files therefore need not say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.inputs.platform import Blocks, credentials
from kserve_gitops.inputs.releases import RELEASES


@dataclass(frozen=True, slots=True)
class Settings:
    """`credentials` maps a Secret to the ServiceAccount that lists it; `credential` is the one of models in S3.

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

    @property
    def llm_version(self) -> str:
        """The API version in which this release stores the LLM kinds."""
        return RELEASES[self.version].llm_version

    @classmethod
    def of(cls, blocks: Blocks) -> "Settings":
        """From blocks that have no problems."""
        data = blocks.data
        accounts = {name: found.service_account_name for name, found in credentials(blocks).items()}
        only = next(iter(accounts)) if len(accounts) == 1 else None
        return cls(
            blocks.name,
            data["kserve"]["version"],
            data["kserve"]["deploymentMode"],
            data["models"]["namespace"],
            accounts,
            data["models"].get("credential", only),
            (data["gateway"]["namespace"], data["gateway"]["name"]),
            data["defaults"],
        )
