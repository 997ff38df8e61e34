"""The models and their pages, in the project `models`."""

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
    waves,
)
from kserve_gitops.application import SERVER_SIDE_DIFF, SKIP_DRY_RUN

PROJECT = "models"


class Models(Chart):
    """Every model of the catalogue: one application for each namespace, and one for all pages."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment, gateway: Gateway) -> None:
        super().__init__(scope, id)
        self._environment = environment
        self._gateway = gateway
        applications: list[Application] = []
        services: dict[str, InferenceService] = {}
        for namespace in environment.model_namespaces:
            applications += self._serve(namespace, services)
        applications += self._pages(services)
        if applications:
            AppProject(self, PROJECT, description="Models, and the pages to try them", applications=applications)

    def _serve(self, namespace: str, services: dict[str, InferenceService]) -> list[Application]:
        environment = self._environment
        credentials = None
        if environment.sealed_in(namespace):
            credentials = Credentials(self, environment=environment, namespace=namespace, project=PROJECT)
        application = Application(
            self,
            f"models-{namespace}",
            environment=environment,
            project=PROJECT,
            namespace=namespace,
            wave=waves.MODELS,
            manifests=True,
            sync_options=[SKIP_DRY_RUN],
            compare_options=SERVER_SIDE_DIFF,
            origin=environment.origin,
        )
        for model in environment.models_in(namespace):
            service = InferenceService(
                application,
                model.name,
                namespace=namespace,
                predictor=model.predictor,
                transformer=model.transformer,
                explainer=model.explainer,
                deployment_mode=environment.kserve.deployment_mode,
                service_account=credentials.account(model.credential) if credentials else None,
                origin=model.origin,
            )
            services[model.name] = service
            if model.route:
                HTTPRoute(
                    service,
                    f"{model.name}-route",
                    namespace=namespace,
                    gateway=self._gateway,
                    hostnames=[model.route.hostname],
                    service=service.service,
                    origin=model.route.origin,
                )
        return [credentials, application] if credentials else [application]

    def _pages(self, services: dict[str, InferenceService]) -> list[Application]:
        environment = self._environment
        clients = environment.clients
        with_pages = [(model, model.client) for model in environment.models if model.client]
        if clients is None or not with_pages:
            return []
        application = Application(
            self,
            "clients",
            environment=environment,
            project=PROJECT,
            namespace=clients.namespace,
            wave=waves.CLIENTS,
            manifests=True,
            sync_options=[SKIP_DRY_RUN],
            origin=environment.origin,
        )
        for model, page in with_pages:
            ModelClient(
                application,
                model.name,
                name=model.name,
                namespace=clients.namespace,
                model=services[model.name],
                page=page,
                protocol=model.protocol,
                image=clients.image,
                gateway=self._gateway,
                origin=page.origin,
            )
        return [application]
