"""AWS names that decide what we write: partitions by region, and the fields of ARNs.

Source: botocore 1.44.5, data/partitions.json.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit


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


def home(region: str, endpoint: str | None) -> Partition | None:
    """The partition that a bucket lies in; None for a store that is not AWS.

    An endpoint may be one of AWS, such as that of a VPC.
    """
    found = partition(region)
    if found is None or endpoint is None:
        return found
    host = urlsplit(endpoint).hostname or ""
    return found if host.endswith(f".{found.dns_suffix}") else None


def partition_of(arn: str) -> str:
    """The partition that an ARN names."""
    return arn.split(":")[1]


def region_of(arn: str) -> str:
    """The region that an ARN names, "" for what has none."""
    return arn.split(":")[3]


def account_of(arn: str) -> str:
    """The account that an ARN names."""
    return arn.split(":")[4]
