"""The platform: every part that platform.yaml lists, in the project `platform`."""

from kserve_gitops import (
    AckStorage,
    Application,
    AppProject,
    CertManager,
    Chart,
    Construct,
    Credentials,
    CrossplaneStorage,
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

        for name, storage in (("ack", AckStorage), ("crossplane", CrossplaneStorage)):
            if environment.storage.provision == name:
                applications.append(storage(self, environment=environment, project=PROJECT))

        self.credentials: dict[str, Credentials] = {
            name: Credentials(self, environment=environment, namespace=name, project=PROJECT)
            for name in ("mlflow", "jupyterhub")
            if name in parts and name in environment.credential_namespaces
        }
        applications += self.credentials.values()
        if "mlflow" in parts:
            applications.append(
                Mlflow(
                    self,
                    environment=environment,
                    part=parts["mlflow"],
                    gateway=self.gateway,
                    credentials=self.credentials.get("mlflow"),
                    project=PROJECT,
                )
            )
        if "jupyterhub" in parts:
            applications.append(
                JupyterHub(
                    self,
                    environment=environment,
                    part=parts["jupyterhub"],
                    gateway=self.gateway,
                    credentials=self.credentials.get("jupyterhub"),
                    project=PROJECT,
                )
            )

        AppProject(self, PROJECT, description="KServe and what it stands on", applications=applications)

    def _runtimes(self, environment: Environment) -> list[Application]:
        chart = kserve.runtimes_chart(environment)
        return [KServeRuntimes(self, environment=environment, chart=chart, project=PROJECT)] if chart else []
