"""Addresses of models that cannot be loaded."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.model_addresses import Downloaders, ModelAddress, addresses
from kserve_gitops.serving import storage_uris
from kserve_gitops.serving.storage_forms import is_azure, malformed
from kserve_gitops.serving.storage_uris import SERVICE, Wrong, parse, unsupported

_ADAPTERS_SINCE = "v0.19.0"
_EXISTING = "or list the ClusterStorageContainer that loads it under existing in platform.yaml"
_FILES = (
    ".bin", ".bst", ".gguf", ".h5", ".joblib", ".json", ".keras", ".mar", ".onnx", ".pb", ".pickle", ".pkl", ".pmml",
    ".pt", ".pth", ".safetensors", ".skops", ".tar", ".tar.gz", ".tgz", ".tflite", ".ubj", ".zip",
)  # fmt: skip
"""Endings that only files have."""
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".zip")
"""Those of what is unpacked where a server looks."""


@rule("KG202", whole=True)
def unsupported_address(tree: Tree) -> Iterator[Mistake]:
    """A model address that nothing loads.

    KServe chooses how to load a model by the beginning of its address. For a scheme it does not know the model never
    becomes ready: "StorageURI not supported". Text without a scheme passes as a path in the image of the storage
    initializer, where no model is, and its pods stay in Init:Error. A TrainedModel is refused, and the controllers of
    LLMInferenceService and of the local model cache know fewer schemes than that of InferenceService.

    Fix: begin the address with a scheme that is legal there, in lower-case letters and with `://`, as in
    `storageUri: s3://bucket/iris/7`. A scheme of your own needs a ClusterStorageContainer.

    Since: v0.16.0; `oci+native://` v0.20.0; adapters of an LLMInferenceService v0.19.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/controller/v1beta1/inferenceservice/utils/utils.go;
    pkg/apis/serving/v1alpha1/trainedmodel_webhook.go; workload_storage.go and workload_lora.go below
    pkg/controller/v1alpha2/llmisvc; python/storage/kserve_storage/kserve_storage.py.
    """
    downloaders = tree.once(Downloaders)
    own_image = tree.setting("storage.image") is not None
    for address in _judged(tree):
        if _unfilled(address) or downloaders.take(address):
            continue
        wrong = unsupported(address.text, address.loader, lambda since: order(tree.kserve) >= order(since))
        if wrong and wrong.certain:
            scheme = address.parts.scheme
            if scheme and address.loader is SERVICE:
                if downloaders.unknown:
                    continue
                hint = f"{wrong.hint}; {_EXISTING}" if scheme not in SERVICE.schemes else wrong.hint
                wrong = Wrong(wrong.message, hint)
            yield _told(address, wrong)
        elif wrong and not own_image and not downloaders.unknown:
            yield _told(address, wrong)


@rule("KG203")
def malformed_address(tree: Tree) -> Iterator[Mistake]:
    """A model address that its scheme does not allow.

    The scheme is right, what follows cannot be: a bucket that cannot exist, a model of Hugging Face without its
    organisation, a claim with an illegal name, a page in place of a file. KServe's controller does not look at it; the
    init container fails, or the API server refuses the pod.

    Fix: `s3://bucket/path`, `gs://bucket/path`, `hf://organisation/model:revision`, `pvc://claim/directory`,
    `oci://image:tag`, `https://host/path/file`, `https://account.blob.core.windows.net/container/path`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, python/storage/kserve_storage/kserve_storage.py and pkg/utils/storage.go;
    AWS and Google Cloud documentation, naming of buckets.
    """
    downloaders = tree.once(Downloaders)
    for address in _judged(tree):
        if not _unfilled(address) and not downloaders.take(address):
            for wrong in malformed(address.text):
                yield _told(address, wrong)


@rule("KG204")
def unfilled_address(tree: Tree) -> Iterator[Mistake]:
    """A model address with a placeholder in it.

    Addresses are taken as they are: neither KServe nor Argo CD fills in `{{…}}`, `${…}` or `<bucket>`. The download
    fails, and it may take a while to see why.

    Fix: write the address; where it differs between environments, write it under `environments` of the model.

    Since: every release

    Source: kserve/kserve v0.16.0, pkg/webhook/admission/pod/storage_initializer_injector.go.
    """
    downloaders = tree.once(Downloaders)
    for address in _judged(tree):
        wrong = address.placeholder
        if wrong and (wrong.certain or not downloaders.take(address)):
            yield _told(address, wrong)


@rule("KG213")
def folder_of_a_share(tree: Tree) -> Iterator[Mistake]:
    """A model in a folder of an Azure file share.

    Of a share KServe keeps the folders: what lies in `iris/1` lands in `/mnt/models/iris/1`, while every other store
    puts it into `/mnt/models`. Most servers look there alone, find no model, and never become ready.

    Fix: put the model into blob storage, `https://<account>.blob.core.windows.net/<container>/<path>`, or into the
    share as one archive, .zip or .tgz; or lay it at the top of a share of its own and end the address in `/`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, python/storage/kserve_storage/kserve_storage.py,
    _download_azure_file_share; run against a share.
    """
    for address in _judged(tree):
        found = address.parts
        folder = found.path.partition("/")[2].strip("/")
        if is_azure(found.host, "file") and folder and not folder.endswith(_ARCHIVES):
            message = f"the model lands in /mnt/models/{folder}, where most servers do not look"
            yield address.owner.warning(address.at, message, hint="blob storage has no such folder; or give an archive")


@rule("KG205")
def whole_bucket(tree: Tree) -> Iterator[Mistake]:
    """A model address that is a whole bucket.

    Without a path everything in the bucket is downloaded into the pod, every model and every version. That takes long,
    fills the node, and a server that wants exactly one model file finds several.

    Fix: name the directory of the model: `s3://bucket/iris/7`.

    Since: every release

    Source: kserve/kserve v0.16.0, python/storage/kserve_storage/kserve_storage.py, which lists by the path as prefix.
    """
    downloaders = tree.once(Downloaders)
    for address in _judged(tree):
        parts = address.parts
        bare = parts.scheme in ("s3", "gs") and parts.host and not parts.path.strip("/")
        if bare and not _unfilled(address) and not downloaders.take(address):
            message = f"it has no path, so that all of the bucket '{parts.host}' is downloaded"
            yield address.owner.warning(address.at, message, hint="add the directory of the model")


@rule("KG206")
def modelcar_off(tree: Tree) -> Iterator[Mistake]:
    """A model in an image although modelcars are switched off.

    With `kserve.storage.enableModelcar: false` KServe hands an `oci://` address to the storage initializer, which does
    not know it: pods stay in Init:Error. An LLMInferenceService never becomes ready.

    Fix: take `enableModelcar: false` out of the values of KServe, or load the model from elsewhere.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/webhook/admission/pod/mutator.go;
    pkg/controller/v1alpha1/llmisvc/workload_storage.go.
    """
    if tree.setting("storage.enableModelcar") is not False:
        return
    downloaders = tree.once(Downloaders)
    for address in _judged(tree):
        scheme = parse(address.text).scheme
        image = scheme in ("oci", storage_uris.NATIVE_OCI) and scheme in address.loader.schemes
        if image and not downloaders.take(address):
            hint = "take enableModelcar: false out of KServe's values"
            yield address.owner.error(address.at, f"'{scheme}://' needs modelcars, which are off", hint=hint)


@rule("KG211")
def file_in_claim(tree: Tree) -> Iterator[Mistake]:
    """A file where a directory of a claim is wanted.

    KServe mounts the path as /mnt/models. A file is mounted as a file of that name, and servers that look for their
    model in the directory /mnt/models find none.

    Fix: name the directory that the file lies in, `pvc://claim/iris`.

    Since: every release

    Source: kserve/kserve v0.16.0, pkg/webhook/admission/pod/storage_initializer_injector.go, on subPath.
    """
    downloaders = tree.once(Downloaders)
    for address in _judged(tree):
        parts = address.parts
        if address.listed or parts.scheme != "pvc" or not parts.path.lower().endswith(_FILES):
            continue
        if not _unfilled(address) and not downloaders.take(address):
            directory = parts.path.rpartition("/")[0]
            near = f"pvc://{parts.host}/{directory}" if directory else f"pvc://{parts.host}"
            message = f"'{parts.path}' looks like a file, and KServe mounts it as the directory of the model"
            yield address.owner.warning(address.at, message, hint=f"write '{near}'")


def _judged(tree: Tree) -> Iterator[ModelAddress]:
    """Every address that the release reads."""
    adapters = order(tree.kserve) >= order(_ADAPTERS_SINCE)
    return (found for found in addresses(tree) if adapters or found.loader is not storage_uris.ADAPTER)


def _unfilled(address: ModelAddress) -> bool:
    """Whether a part is missing, which KG204 tells: what the rest would be, nobody knows."""
    wrong = address.placeholder
    return bool(wrong and wrong.certain)


def _told(address: ModelAddress, wrong: Wrong) -> Mistake:
    say = address.owner.error if wrong.certain else address.owner.warning
    return say(address.at, wrong.message, hint=wrong.hint)
