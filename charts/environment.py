"""One environment: the app-of-apps, and below it everything that Argo CD delivers."""

from charts.models import Models
from charts.platform import Platform
from kserve_gitops import Chart, Construct, Environment, IamPolicies, RootApplication, StorageTemplate


class EnvironmentChart(Chart):
    """The folder of dist/ that is called like the environment."""

    def __init__(self, scope: Construct, id: str, *, environment: Environment) -> None:
        super().__init__(scope, id)
        IamPolicies(self, "iam", environment=environment)
        StorageTemplate(self, "cloudformation", environment=environment)
        root = RootApplication(self, "root", environment=environment, origin=environment.origin)
        platform = Platform(root, "platform", environment=environment)
        Models(root, "models", environment=environment, gateway=platform.gateway, credentials=platform.credentials)
