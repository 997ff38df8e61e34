"""The platform: every part that platform.yaml lists, in the project `platform`."""

from kserve_gitops import (
    Application,
    AppProject,
    CertManager,
    Chart,
    Construct,
    Credentials,
    Environment,
    GatewayApi,
    GatewayApplication,
    JupyterHub,
    KServe,
    KServeCrds,
    KServeRuntimes,
    Mlflow,
    SealedSecretsController,
    Traefik,
    add_kserve_parts,
    kserve,
)

PROJECT = "platform"


class Platform(Chart):
    """KServe and what it stands on. A part is deployed when platform.yaml lists it."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment) -> None:
        super().__init__(scope, id)
        parts = environment.parts
        applications: list[Application] = []

        for name, kind in (
            ("gateway-api", GatewayApi),
            ("cert-manager", CertManager),
            ("sealed-secrets", SealedSecretsController),
            ("traefik", Traefik),
        ):
            if name in parts:
                applications.append(kind(self, environment=environment, part=parts[name], project=PROJECT))

        gateway = GatewayApplication(self, environment=environment, project=PROJECT)
        self.gateway = gateway.gateway
        applications += [
            gateway,
            KServeCrds(self, environment=environment, project=PROJECT),
            *self._runtimes(environment),
            KServe(self, environment=environment, gateway=self.gateway, project=PROJECT),
            *add_kserve_parts(self, environment=environment, project=PROJECT),
        ]

        if "mlflow" in parts:
            keys = None
            if environment.mlflow_credential:
                credentials = Credentials(self, environment=environment, namespace="mlflow", project=PROJECT)
                keys = credentials.secret(environment.mlflow_credential)
                applications.append(credentials)
            part = parts["mlflow"]
            applications.append(
                Mlflow(self, environment=environment, part=part, gateway=self.gateway, keys=keys, project=PROJECT)
            )
        if "jupyterhub" in parts:
            part = parts["jupyterhub"]
            applications.append(
                JupyterHub(self, environment=environment, part=part, gateway=self.gateway, project=PROJECT)
            )

        AppProject(self, PROJECT, description="KServe and what it stands on", applications=applications)

    def _runtimes(self, environment: Environment) -> list[Application]:
        chart = kserve.runtimes_chart(environment)
        return [KServeRuntimes(self, environment=environment, chart=chart, project=PROJECT)] if chart else []
