"""What models and MLflow need to reach the bucket, namespace by namespace."""

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SKIP_DRY_RUN, Application
from kserve_gitops.inputs.environment import Credential, Environment
from kserve_gitops.sealed_secret import SealedSecret, s3_annotations
from kserve_gitops.service_account import ServiceAccount


class Credentials(Application):
    """The SealedSecrets of one namespace, and the ServiceAccounts through which its models use them.

    An application of its own, before the consumers: KServe looks for a Secret once, when it makes a pod.
    """

    def __init__(self, scope: Construct, *, environment: Environment, namespace: str, project: str) -> None:
        super().__init__(
            scope,
            f"credentials-{namespace}",
            environment=environment,
            project=project,
            namespace=namespace,
            wave=waves.CREDENTIALS,
            manifests=True,
            sync_options=[SKIP_DRY_RUN],
            origin=environment.origin,
        )
        used = {model.credential for model in environment.models_in(namespace)}
        self._secrets: dict[Credential, SealedSecret] = {}
        self._accounts: dict[Credential, ServiceAccount] = {}
        for sealed in environment.sealed_in(namespace):
            credential = sealed.credential
            secret = SealedSecret(
                self,
                credential.name,
                namespace=namespace,
                encrypted_data=sealed.encrypted_data,
                annotations={**s3_annotations(environment.storage), **sealed.scope},
                origin=sealed.origin,
            )
            self._secrets[credential] = secret
            if credential in used:
                account = credential.service_account_name
                self._accounts[credential] = ServiceAccount(
                    secret, account, namespace=namespace, secrets=[secret], origin=environment.origin
                )

    def secret(self, credential: Credential) -> SealedSecret:
        """The Secret of a credential in this namespace."""
        return self._secrets[credential]

    def account(self, credential: Credential | None) -> ServiceAccount | None:
        """The ServiceAccount for models with that credential; None for models without any."""
        return self._accounts[credential] if credential is not None else None
