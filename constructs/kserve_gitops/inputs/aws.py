"""AWS names that decide what we write: partitions by region.

Source: botocore 1.44.5, data/partitions.json.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition: the second field of every ARN in it, and the DNS suffix of its services."""

    name: str
    dns_suffix: str


_PARTITIONS = (
    (r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+", Partition("aws", "amazonaws.com")),
    (r"cn-\w+-\d+", Partition("aws-cn", "amazonaws.com.cn")),
    (r"us-gov-\w+-\d+", Partition("aws-us-gov", "amazonaws.com")),
    (r"us-iso-\w+-\d+", Partition("aws-iso", "c2s.ic.gov")),
    (r"us-isob-\w+-\d+", Partition("aws-iso-b", "sc2s.sgov.gov")),
    (r"eu-isoe-\w+-\d+", Partition("aws-iso-e", "cloud.adc-e.uk")),
    (r"us-isof-\w+-\d+", Partition("aws-iso-f", "csp.hci.ic.gov")),
    (r"eusc-de-\w+-\d+", Partition("aws-eusc", "amazonaws.eu")),
)


def partition(region: str) -> Partition | None:
    """The partition that `region` lies in; None when no partition has regions of that form."""
    for pattern, found in _PARTITIONS:
        if re.fullmatch(pattern, region):
            return found
    return None
