"""What models and parts need to reach stores and each other, namespace by namespace."""

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SKIP_DRY_RUN, Application
from kserve_gitops.external_secret import ExternalSecret
from kserve_gitops.inputs import credential_contents
from kserve_gitops.inputs.credential import Credential, Need
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.sealed_secret import SealedSecret
from kserve_gitops.service_account import ServiceAccount

Secret = SealedSecret | ExternalSecret


class Credentials(Application):
    """The Secrets of one namespace, sealed or fetched, and the ServiceAccounts through which its models use them.

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
        self._environment = environment
        needs = environment.needs_in(namespace)
        self._secrets: dict[str, Secret] = {
            n.credential.name: self._made(n) for n in needs if n.credential.kind.has_secret
        }
        self._accounts: dict[str, ServiceAccount] = {
            need.credential.name: self._account(need) for need in needs if need.has_account
        }

    def secret(self, credential: Credential | str) -> Secret | None:
        """The Secret of a credential in this namespace; None for an identity, which has none."""
        return self._secrets.get(credential if isinstance(credential, str) else credential.name)

    def account(self, credential: Credential | None) -> ServiceAccount | None:
        """The ServiceAccount for models with that credential; None for models without any."""
        return self._accounts.get(credential.name) if credential is not None else None

    def _made(self, need: Need) -> Secret:
        credential, settings = need.credential, self._environment.secrets
        annotations = credential_contents.secret_annotations(credential)
        data = credential_contents.templates(credential)
        if settings.sealed:
            return SealedSecret(
                self,
                credential.name,
                namespace=need.namespace,
                encrypted_data=need.encrypted_data,
                annotations={**annotations, **need.scope},
                data=data,
                type=credential.kind.secret_type,
                origin=need.origin,
            )
        return ExternalSecret(
            self,
            credential.name,
            namespace=need.namespace,
            keys=credential_contents.fetched_keys(credential, self._environment),
            settings=settings,
            remote_key=credential.remote_key,
            annotations=annotations,
            data=data,
            type=credential.kind.secret_type,
            origin=need.origin,
        )

    def _account(self, need: Need) -> ServiceAccount:
        credential = need.credential
        given = [credential, *(self._environment.credentials[name] for name in credential.also)]
        listed = {
            field: [self._secrets[one.name] for one in given if one.kind.listed == field]
            for field in ("secrets", "imagePullSecrets")
        }
        annotations: dict[str, str] = {}
        for one in given:
            annotations |= credential_contents.account_annotations(one)
        return ServiceAccount(
            self,
            credential.service_account_name,
            namespace=need.namespace,
            secrets=listed["secrets"],
            image_pull_secrets=listed["imagePullSecrets"],
            annotations=annotations,
            origin=credential.origin,
        )
