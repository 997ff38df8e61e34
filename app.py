"""What this repository deploys: one chart for each environment of platform.yaml.

`cdk8s synth` and `kserve-gitops synth` both run `build`. To change what is deployed, edit charts/.
"""

from typing import TYPE_CHECKING

from charts import EnvironmentChart
from kserve_gitops import Inputs, synthesize

if TYPE_CHECKING:
    from cdk8s import App


def build(app: "App", inputs: Inputs) -> None:
    """Fill `app` with the charts of every environment."""
    for environment in inputs.environments:
        EnvironmentChart(app, environment.name, environment=environment)


if __name__ == "__main__":
    synthesize(build)
