"""The rollout of a new predictor beside the old one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Canary:
    """What is new, merged over the predictor, and its share of the requests in percent.

    `tag` asks for an address of its own for either predictor, which only Knative has.
    """

    traffic_percent: int
    predictor: Mapping[str, Any]
    tag: bool = False
