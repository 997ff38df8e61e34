"""The measured process of the other side: the same objects, as a person writes them with cdk8s for Python alone.

Neither inputs nor checks: the values stand in the code. Usage: bare.py MODELS FOLDER.
"""

import os
import sys

from kserve_gitops.node import SMALL_NURSERY, use_bundled_node

use_bundled_node()  # the same Node for both sides; how it is tuned is ours alone
if os.environ.get("NODE_OPTIONS") == SMALL_NURSERY:
    del os.environ["NODE_OPTIONS"]

import cdk8s  # noqa: E402
from probe import Stopwatch, report  # noqa: E402
from project import ACCOUNT, NAMESPACE, SECRET, hostname, name, uri  # noqa: E402


class Models(cdk8s.Chart):
    """One ServiceAccount, and an InferenceService with its HTTPRoute for each model."""

    def __init__(self, scope: cdk8s.App, id: str, models: int) -> None:
        super().__init__(scope, id, disable_resource_name_hashes=True, namespace=NAMESPACE)
        account = cdk8s.ApiObject(
            self, ACCOUNT, api_version="v1", kind="ServiceAccount", metadata=cdk8s.ApiObjectMetadata(name=ACCOUNT)
        )
        account.add_json_patch(cdk8s.JsonPatch.add("/secrets", [{"name": SECRET}]))
        for number in range(models):
            self.serve(number)
            self.route(number)

    def serve(self, number: int) -> None:
        resources = {"cpu": "1", "memory": "2Gi"}
        service = cdk8s.ApiObject(
            self,
            name(number),
            api_version="serving.kserve.io/v1beta1",
            kind="InferenceService",
            metadata=cdk8s.ApiObjectMetadata(
                name=name(number), annotations={"serving.kserve.io/deploymentMode": "Standard"}
            ),
        )
        spec = {
            "predictor": {
                "minReplicas": 2,
                "maxReplicas": 5,
                "model": {
                    "modelFormat": {"name": "sklearn"},
                    "protocolVersion": "v2",
                    "runtime": "kserve-sklearnserver",
                    "storageUri": uri(number),
                    "resources": {"requests": resources, "limits": resources},
                },
                "serviceAccountName": ACCOUNT,
            }
        }
        service.add_json_patch(cdk8s.JsonPatch.add("/spec", spec))

    def route(self, number: int) -> None:
        route = cdk8s.ApiObject(
            self,
            f"{name(number)}-route",
            api_version="gateway.networking.k8s.io/v1",
            kind="HTTPRoute",
            metadata=cdk8s.ApiObjectMetadata(name=f"{name(number)}-route"),
        )
        backend = {"group": "", "kind": "Service", "name": f"{name(number)}-predictor", "port": 80, "weight": 1}
        spec = {
            "parentRefs": [
                {
                    "group": "gateway.networking.k8s.io",
                    "kind": "Gateway",
                    "name": "kserve-ingress-gateway",
                    "namespace": "traefik",
                }
            ],
            "hostnames": [hostname(number)],
            "rules": [{"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], "backendRefs": [backend]}],
        }
        route.add_json_patch(cdk8s.JsonPatch.add("/spec", spec))


watch = Stopwatch()
app = cdk8s.App(outdir=sys.argv[2])
with watch.stage("construct"):
    Models(app, "models", int(sys.argv[1]))
with watch.stage("render + write"):
    app.synth()
report(watch)
