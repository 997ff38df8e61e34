"""Whether what platform.yaml says of AWS fits together: regions, partitions, roles, keys and the cluster."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kserve_gitops.core.findings import Finding
from kserve_gitops.core.origins import Path
from kserve_gitops.inputs import aws
from kserve_gitops.inputs.phrasing import Locate

Block = Mapping[str, Any]

_CLUSTER = {
    "irsa": ("oidcProvider", "aws eks describe-cluster tells it as identity.oidc.issuer; leave https:// out"),
    "pod-identity": ("clusterName", "the name that aws eks list-clusters tells"),
}
"""What must be known of the cluster for whom a role trusts, by type."""


def problems(data: Mapping[str, Block], locate: Callable[[str], Locate]) -> Iterator[Finding]:
    """Contradictions within `storage`, `credentials` and `eks`; the blocks must fit their schemas."""
    yield from _of_storage(data["storage"], locate("storage"))
    for name, block in sorted(data["credentials"].items()):
        region, endpoint = _opened(block, data["storage"])
        home = aws.home(region, endpoint)
        if "kmsKeyArn" in block and home is not None:
            yield from _of_key(block["kmsKeyArn"], region, home.name, locate("credentials"), (name, "kmsKeyArn"))
        if block["type"] in _CLUSTER:
            yield from _of_role(name, block, data, locate("credentials"))


def _of_storage(storage: Block, locate: Locate) -> Iterator[Finding]:
    wanted = [key for key in ("kmsKeyArn", "provision") if storage.get(key, "none") != "none"]
    home = aws.home(storage["region"], storage.get("endpoint"))
    if home is None:
        for key in wanted if "endpoint" in storage else ():
            message = f"'{key}' is of use on AWS alone, and '{storage['endpoint']}' is another store"
            yield Finding("KG024", message, locate((key,), None), f"take {key} away, or endpoint for a bucket on AWS")
        return
    if "kmsKeyArn" in wanted:
        yield from _of_key(storage["kmsKeyArn"], storage["region"], home.name, locate, ("kmsKeyArn",))


def _of_key(key: str, region: str, partition: str, locate: Locate, path: Path) -> Iterator[Finding]:
    """S3 takes a key of the bucket's own region, and no other."""
    place = locate(path, None)
    if aws.region_of(key) != region:
        message = f"the key is in '{aws.region_of(key)}', and the bucket in '{region}'"
        yield Finding("KG024", message, place, "S3 needs a key in the region of the bucket")
    elif aws.partition_of(key) != partition:
        yield Finding("KG024", f"'{aws.partition_of(key)}' has no region '{region}'", place, f"arn:{partition}:kms:…")


def _of_role(name: str, block: Block, data: Mapping[str, Block], locate: Locate) -> Iterator[Finding]:
    region, endpoint = _opened(block, data["storage"])
    home = aws.home(region, endpoint)
    if home is None:
        return
    role = block.get("roleArn", "")
    if role and aws.partition_of(role) != home.name:
        message = f"the role is in partition '{aws.partition_of(role)}', and '{region}' in '{home.name}'"
        hint = f"arn:{home.name}:iam::… opens a bucket there"
        yield Finding("KG024", message, locate((name, "roleArn"), None), hint)
    if block["type"] == "irsa" and endpoint:
        message = f"with the endpoint '{endpoint}' AWS is asked for the role there too, where S3 alone answers"
        hint = "leave endpoint out: the region is enough for a bucket on AWS"
        at = (name, "endpoint") if "endpoint" in block else (name, "type")
        yield Finding("KG024", message, locate(at, None), hint)
    key, hint = _CLUSTER[block["type"]]
    if not data["eks"].get(key):
        message = f"the role of '{name}' can trust no pod while eks.{key} is not given"
        yield Finding("KG024", message, locate((name, "type"), None), f"add eks: {{{key}: …}}; {hint}")


def _opened(block: Block, storage: Block) -> tuple[str, str | None]:
    """Region and endpoint of what a credential opens."""
    elsewhere = None if "bucket" in block else storage.get("endpoint")
    return block.get("region", storage["region"]), block.get("endpoint", elsewhere)
