"""platform.yaml, read: one set of blocks for each environment, overlay merged and checked."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kserve_gitops.core import names
from kserve_gitops.core.documents import Document
from kserve_gitops.core.findings import Finding, Named, Severity
from kserve_gitops.core.merging import merge
from kserve_gitops.core.origins import Origin, Path, linked
from kserve_gitops.inputs import aws, environment, releases, wiring
from kserve_gitops.inputs.credential import Credential, Eks, Secrets, Storage
from kserve_gitops.inputs.phrasing import Locate
from kserve_gitops.inputs.schema import filled, locator, overlay_locator, problems, schema
from kserve_gitops.serving.credential_types import AWS, OPTIONS

IN_CLUSTER = "https://kubernetes.default.svc"
"""Argo CD's name for the cluster that it runs in."""

BLOCKS = ("kserve", "gateway", "storage", "credentials", "secrets", "eks", "models", "defaults", "clients", "parts")


class Blocks:
    """The blocks of one environment: overlay merged, defaults filled in, with the place of every value."""

    def __init__(self, document: Document, name: str) -> None:
        self.name = name
        self._document = document
        whole: Mapping[str, Any] = document.data
        self.environment: Mapping[str, Any] = whole["environments"][name]
        self.existing: list[Mapping[str, Any]] = whole.get("existing", [])
        merged = merge({b: whole.get(b) or {} for b in BLOCKS}, {b: self.environment.get(b, {}) for b in BLOCKS})
        self._merged: dict[str, dict[str, Any]] = {block: merged.get(block, {}) for block in BLOCKS}
        self.data = {block: filled(self._merged[block], "platform", block) for block in BLOCKS}

    def locate(self, block: str) -> Locate:
        """Places within a block."""
        return overlay_locator(self._document, (block,), ("environments", self.name, block))

    def origin(self, *path: str) -> Origin:
        """Of an object whose values come from below `path`, a block first."""
        return linked(self._document.file, [((), [("environments", self.name, *path), path])])

    def settings_origin(self) -> Origin:
        """Of KServe's values: some come from elsewhere in the file where the values themselves do not say them."""
        own: list[Path] = [("environments", self.name, "kserve", "values"), ("kserve", "values")]
        elsewhere: dict[Path, list[Path]] = {
            ("kserve", "controller", "gateway", "domain"): [("environments", self.name, "domain")],
            ("kserve", "controller", "gateway", "ingressGateway", "kserveGateway"): [("gateway",)],
        }
        links = [(at, [*((*path, *at) for path in own), *paths]) for at, paths in elsewhere.items()]
        return linked(self._document.file, [((), own), *links])

    def problems(self) -> Iterator[Finding]:
        """What is wrong with the merged blocks; blocks that no overlay touches were checked with the whole file.

        An overlay may take a block away, unless every environment needs it.
        """
        for block in BLOCKS:
            if block in self.environment and (self._merged[block] or block in schema("platform")["required"]):
                yield from problems(self._merged[block], "platform", self.locate(block), part=block, under=block)

    def contradictions(self) -> Iterator[Finding]:
        """What a schema cannot see; the blocks must fit theirs."""
        version = self.data["kserve"]["version"]
        if version not in releases.RELEASES:
            place = self.locate("kserve")(("version",), None)
            yield Finding("KG014", f"KServe '{version}' is not known", place, releases.unknown_release(version))
        storage = self.data["storage"]
        if wrong := names.problem_with_bucket(storage["bucket"]):
            yield Finding("KG201", f"bucket {wrong}", self.locate("storage")(("bucket",), None))
        if aws.partition(storage["region"]) is None and "endpoint" not in storage:
            place = self.locate("storage")(("region",), None)
            hint = "such as ca-central-1; for another store than AWS set endpoint too"
            yield Finding("KG201", f"'{storage['region']}' is no AWS region", place, hint)
        yield from wiring.problems(self.data, self.locate)

    def advice(self) -> Iterator[Finding]:
        """What is legal and probably wrong; the blocks must be free of contradictions."""
        release = releases.RELEASES[self.data["kserve"]["version"]]
        for name, part in sorted(parts(self).items()):
            wanted = release.tested_with.get(name, part.version)
            if releases.older(part.version, wanted):
                place = self.locate("parts")((name, "version"), None)
                message = f"{name} {part.version} is older than what KServe {release.version} is tested with"
                yield Finding("KG021", message, place, f"{wanted} or newer", Severity.WARNING)
        names = _writers(credentials(self).values())
        if "mlflow" in parts(self) and len(names) > 1 and not self.data["parts"]["mlflow"].get("credential"):
            listed = " and ".join(f"'{name}'" for name in names)
            message = f"MLflow takes none of {listed}: each opens S3"
            place = self.locate("parts")(("mlflow",), None)
            yield Finding("KG025", message, place, "say which as parts.mlflow.credential", Severity.WARNING)


def whole_problems(document: Document) -> list[Finding]:
    """What is wrong with the file as it stands."""
    return list(problems(document.data, "platform", locator(document)))


def repository(document: Document) -> environment.Repository:
    """The block of that name."""
    block = document.data["repository"]
    return environment.Repository(block["repoURL"], block.get("targetRevision", "main"), block.get("path", ""))


def kserve(blocks: Blocks) -> environment.KServe:
    """KServe's release, mode and values."""
    block = blocks.data["kserve"]
    origins = blocks.origin("kserve"), blocks.settings_origin()
    return environment.KServe(*origins, block["version"], block["deploymentMode"], block["values"])


def gateway(blocks: Blocks) -> environment.GatewaySettings:
    """The Gateway's class, name, namespace and certificate."""
    block = blocks.data["gateway"]
    tls = environment.Tls(block["tls"]["secretName"], block["tls"].get("clusterIssuer")) if "tls" in block else None
    names = block["gatewayClassName"], block["name"], block["namespace"]
    return environment.GatewaySettings(blocks.origin("gateway"), *names, tls)


def storage(blocks: Blocks) -> Storage:
    """The bucket."""
    block = blocks.data["storage"]
    location = block["bucket"], block["region"], block["prefix"]
    rest = block.get("endpoint"), block.get("kmsKeyArn"), block["provision"]
    return Storage(blocks.origin("storage"), *location, *rest)


def secrets(blocks: Blocks) -> Secrets:
    """How values come into the cluster."""
    block = blocks.data["secrets"]
    store = block.get("storeRef") or {}
    return Secrets(
        block["backend"],
        block["scope"],
        store.get("kind", "ClusterSecretStore"),
        store.get("name", ""),
        block["prefix"],
        block["refreshInterval"],
    )


def eks(blocks: Blocks) -> Eks | None:
    """The cluster as AWS knows it; None where nothing is said."""
    block = blocks.data["eks"]
    return Eks(blocks.origin("eks"), block.get("clusterName"), block.get("oidcProvider")) if block else None


def credentials(blocks: Blocks) -> dict[str, Credential]:
    """Credentials by name."""
    shared, settings = storage(blocks), secrets(blocks)
    return {
        name: _credential(name, block, blocks, shared, settings)
        for name, block in sorted(blocks.data["credentials"].items())
    }


def _credential(
    name: str,
    block: Mapping[str, Any],
    blocks: Blocks,
    shared: Storage,
    settings: Secrets,
) -> Credential:
    type_ = block["type"]
    origin = blocks.origin("credentials", name)
    return Credential(
        name,
        wiring.account_of(name, block),
        type_,
        origin,
        _opened(block, shared, origin) if type_ in AWS else None,
        {key: value for key, value in block.items() if key in OPTIONS},
        tuple(block["also"]),
        tuple(block["namespaces"]),
        block["env"],
        block.get("scope", settings.scope),
        block.get("remoteKey", f"{settings.prefix}{name}"),
    )


def _opened(block: Mapping[str, Any], shared: Storage, origin: Origin) -> Storage:
    """What a credential opens: the bucket of all, or one of its own, of which it says all that is different."""
    if not block.keys() & {"bucket", "prefix", "region", "endpoint", "kmsKeyArn"}:
        return shared
    own = "bucket" in block
    return Storage(
        origin,
        block.get("bucket", shared.bucket),
        block.get("region", shared.region),
        block.get("prefix", "" if own else shared.prefix),
        block.get("endpoint", None if own else shared.endpoint),
        block.get("kmsKeyArn", None if own else shared.kms_key_arn),
        "none" if own else shared.provision,
    )


def clients(blocks: Blocks) -> environment.Clients | None:
    """Where pages run; None when no image is given."""
    block = blocks.data["clients"]
    if "image" not in block:
        return None
    image = environment.Image(block["image"]["repository"], block["image"]["tag"])
    return environment.Clients(image, block["namespace"])


def parts(blocks: Blocks) -> dict[str, environment.Part]:
    """Parts by name, in the order of the names."""
    found = {}
    for name, block in sorted(blocks.data["parts"].items()):
        options = dict(block or {})
        version = options.pop("version", releases.PINS[name])
        values = options.pop("values", {})
        origins = blocks.origin("parts", name), blocks.origin("parts", name, "values")
        found[name] = environment.Part(name, version, *origins, values, options)
    return found


def destination(blocks: Blocks) -> environment.Destination:
    """The cluster."""
    block = blocks.environment.get("destination", {"server": IN_CLUSTER})
    return environment.Destination(block.get("server"), block.get("name"))


def existing(blocks: Blocks) -> tuple[Named, ...]:
    """What the cluster has already: for every environment, and for this one."""
    listed = [*blocks.existing, *blocks.environment.get("existing", ())]
    return tuple(Named(one["kind"], one.get("namespace", ""), one["name"]) for one in listed)


def mlflow_credential(blocks: Blocks, declared: Mapping[str, Credential]) -> Credential | None:
    """What MLflow writes artifacts with: the credential it names, else the only one there is for S3."""
    named = (blocks.data["parts"].get("mlflow") or {}).get("credential")
    if named is not None:
        return declared.get(named)
    able = _writers(declared.values())
    return declared[able[0]] if len(able) == 1 else None


def _writers(declared: Iterable[Credential]) -> list[str]:
    """Credentials with which a bucket can be written."""
    return [one.name for one in declared if one.type in AWS and not one.options.get("anonymous")]
