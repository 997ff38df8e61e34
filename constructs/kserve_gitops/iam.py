"""IAM documents for whoever applies them: what MLflow and models may do with buckets, and who takes on their roles."""

from constructs import Construct

from kserve_gitops.inputs import grants
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.manifest import Attachment


class IamPolicies(Construct):
    """The files of iam/.

    `MlModelServingPolicy` is what models may do with the bucket of the platform, which is read below its prefix;
    `MlModelStoragePolicy` is what MLflow may do with it. `<credential>-serving` and `<credential>-storage` are the same
    of a credential with a place of its own. `<credential>-trust` says who may take on its role: the ServiceAccounts
    that have the credential. `<credential>-associations/<namespace>.<account>` is what
    `aws eks create-pod-identity-association --cli-input-json` takes.

    Nothing is written for a store that is not AWS: it has no such policies.
    """

    def __init__(self, scope: Construct, id: str, *, environment: Environment) -> None:
        super().__init__(scope, id)
        for document in grants.documents(environment):
            file = f"iam/{document.name}.json"
            id_ = document.name.replace("/", ".")
            Attachment(self, id_, file=file, content=document.content, origin=document.origin)
