"""The models and their pages, in the project `models`."""

from collections.abc import Mapping

from kserve_gitops import (
    Application,
    AppProject,
    Chart,
    Construct,
    Credentials,
    Environment,
    Gateway,
    HTTPRoute,
    InferenceService,
    ModelClient,
    PodDisruptionBudget,
    RawObjects,
    add_entries,
    add_model,
    waves,
)
from kserve_gitops.application import SERVER_SIDE_DIFF, SKIP_DRY_RUN

PROJECT = "models"


class Models(Chart):
    """The catalogue: one application for each namespace, one for what belongs to none, and one for all pages."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        gateway: Gateway,
        credentials: Mapping[str, Credentials],
    ) -> None:
        super().__init__(scope, id)
        self._environment = environment
        self._gateway = gateway
        self._of_parts = credentials
        self._credentials = {
            namespace: Credentials(self, environment=environment, namespace=namespace, project=PROJECT)
            for namespace in environment.credential_namespaces
            if namespace not in credentials
        }
        applications: list[Application] = [*self._raw(), *self._credentials.values()]
        services: dict[tuple[str, str], InferenceService] = {}
        if cluster := environment.entries_in(None):
            application = self._application("serving", environment.namespace, waves.SERVING)
            add_entries(application, cluster)
            applications.append(application)
        applications += [self._serve(namespace, services) for namespace in environment.model_namespaces]
        applications += self._pages(services)
        if applications:
            AppProject(self, PROJECT, description="Models, and the pages to try them", applications=applications)

    def _raw(self) -> list[Application]:
        environment = self._environment
        namespaces = sorted({found.namespace or "" for found in environment.raw})
        return [
            RawObjects(
                self,
                environment=environment,
                namespace=namespace or None,
                objects=[found for found in environment.raw if (found.namespace or "") == namespace],
                project=PROJECT,
            )
            for namespace in namespaces
        ]

    def _application(self, id: str, namespace: str, wave: int, compare_options: str = "") -> Application:
        return Application(
            self,
            id,
            environment=self._environment,
            project=PROJECT,
            namespace=namespace,
            wave=wave,
            manifests=True,
            sync_options=[SKIP_DRY_RUN],
            compare_options=compare_options,
            origin=self._environment.origin,
        )

    def _serve(self, namespace: str, services: dict[tuple[str, str], InferenceService]) -> Application:
        environment = self._environment
        credentials = self._credentials.get(namespace) or self._of_parts.get(namespace)
        application = self._application(f"models-{namespace}", namespace, waves.MODELS, SERVER_SIDE_DIFF)
        add_entries(application, environment.entries_in(namespace))
        for model in environment.models_in(namespace):
            account = credentials.account(model.credential) if credentials else None
            service = add_model(application, model, environment=environment, service_account=account)
            services[namespace, model.name] = service
            if model.route:
                HTTPRoute(
                    service,
                    f"{model.name}-route",
                    namespace=namespace,
                    gateway=self._gateway,
                    hostnames=[model.route.hostname],
                    backends=service.backends,
                    origin=model.route.origin,
                )
            if model.disruption_budget:
                PodDisruptionBudget(
                    service,
                    f"{model.name}-predictor",
                    namespace=namespace,
                    selector=service.predictor_labels,
                    spec=model.disruption_budget.spec,
                    origin=model.disruption_budget.origin,
                )
        return application

    def _pages(self, services: dict[tuple[str, str], InferenceService]) -> list[Application]:
        environment = self._environment
        clients = environment.clients
        with_pages = [(model, model.client) for model in environment.models if model.client]
        if clients is None or not with_pages:
            return []
        application = self._application("clients", clients.namespace, waves.CLIENTS)
        for model, page in with_pages:
            ModelClient(
                application,
                model.name,
                name=model.name,
                namespace=clients.namespace,
                model=services[model.namespace, model.name],
                page=page,
                protocol=model.protocol,
                image=clients.image,
                gateway=self._gateway,
                origin=page.origin,
            )
        return [application]
