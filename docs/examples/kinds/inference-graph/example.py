"""The InferenceGraph `halves`, as a construct."""

from kserve_gitops import Construct, InferenceGraph


def example(models: Construct) -> None:
    """Two models, of which each gets half of the requests."""
    InferenceGraph(
        models,
        "halves",
        namespace="kserve",
        nodes={
            "root": {
                "routerType": "Splitter",
                "steps": [{"serviceName": "iris-a", "weight": 50}, {"serviceName": "iris-b", "weight": 50}],
            }
        },
    )
