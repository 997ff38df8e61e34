"""Typed cdk8s constructs that serve models with KServe, the GitOps way.

Everything public is named here and loaded on first use: importing a construct starts Node, which reading
inputs and most commands do not need.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kserve_gitops.node import use_bundled_node

if TYPE_CHECKING:
    from constructs import Construct

    from kserve_gitops.app_project import AppProject
    from kserve_gitops.application import Application, GitFolder, HelmChart, RootApplication
    from kserve_gitops.bucket_ack import AckStorage
    from kserve_gitops.bucket_crossplane import CrossplaneStorage
    from kserve_gitops.catalogue import add_entries, add_model
    from kserve_gitops.cert_manager import CertManager
    from kserve_gitops.certificate import Certificate
    from kserve_gitops.chart import Chart
    from kserve_gitops.checks.rule import rule
    from kserve_gitops.checks.tree import Mistake, Tree
    from kserve_gitops.cli.synth import synthesize
    from kserve_gitops.cloudformation import StorageTemplate
    from kserve_gitops.cluster_serving_runtime import ClusterServingRuntime
    from kserve_gitops.cluster_storage_container import ClusterStorageContainer
    from kserve_gitops.config_map import ConfigMap
    from kserve_gitops.credentials import Credentials
    from kserve_gitops.external_secret import ExternalSecret
    from kserve_gitops.gateway import Gateway, GatewayApplication
    from kserve_gitops.gateway_api import GatewayApi
    from kserve_gitops.http_route import HTTPRoute
    from kserve_gitops.iam import IamPolicies
    from kserve_gitops.inference_graph import InferenceGraph
    from kserve_gitops.inference_service import InferenceService
    from kserve_gitops.inputs.environment import Environment
    from kserve_gitops.inputs.load import Inputs
    from kserve_gitops.jupyterhub import JupyterHub
    from kserve_gitops.kserve import KServe, KServeCrds, KServeRuntimes
    from kserve_gitops.kserve_object import KServeObject
    from kserve_gitops.kserve_parts import KServeLlm, KServeLlmPresets, KServeLocalModel, add_kserve_parts
    from kserve_gitops.llm_inference_service import LLMInferenceService
    from kserve_gitops.llm_inference_service_config import LLMInferenceServiceConfig
    from kserve_gitops.local_model_cache import LocalModelCache, LocalModelNamespaceCache
    from kserve_gitops.local_model_node_group import LocalModelNodeGroup
    from kserve_gitops.manifest import Attachment, Manifest
    from kserve_gitops.mlflow import Mlflow
    from kserve_gitops.model_client import ModelClient
    from kserve_gitops.persistent_volume_claim import PersistentVolumeClaim
    from kserve_gitops.pod_disruption_budget import PodDisruptionBudget
    from kserve_gitops.raw_objects import RawObjects
    from kserve_gitops.sealed_secret import SealedSecret
    from kserve_gitops.sealed_secrets import SealedSecretsController
    from kserve_gitops.service import Service
    from kserve_gitops.service_account import ServiceAccount
    from kserve_gitops.serving.autoscaling import HPA, KEDA, ExternalAutoscaling, KnativeAutoscaling, NoAutoscaling
    from kserve_gitops.serving.canary import Backend, Canary
    from kserve_gitops.serving.shapes import Explainer, Predictor, Transformer, Untyped
    from kserve_gitops.serving.triggers import CPU, Memory, PodMetric, Prometheus
    from kserve_gitops.serving_runtime import ServingRuntime
    from kserve_gitops.traefik import Traefik
    from kserve_gitops.trained_model import TrainedModel

# Before anything imports cdk8s or constructs: that starts Node. Hence also `Construct` below, for charts.
use_bundled_node()

_HOME = {
    "AckStorage": "bucket_ack",
    "AppProject": "app_project",
    "Application": "application",
    "Attachment": "manifest",
    "Backend": "serving.canary",
    "CPU": "serving.triggers",
    "Canary": "serving.canary",
    "CertManager": "cert_manager",
    "Certificate": "certificate",
    "Chart": "chart",
    "ClusterServingRuntime": "cluster_serving_runtime",
    "ClusterStorageContainer": "cluster_storage_container",
    "ConfigMap": "config_map",
    "Construct": "chart",
    "Credentials": "credentials",
    "CrossplaneStorage": "bucket_crossplane",
    "Environment": "inputs.environment",
    "Explainer": "serving.shapes",
    "ExternalAutoscaling": "serving.autoscaling",
    "ExternalSecret": "external_secret",
    "Gateway": "gateway",
    "GatewayApi": "gateway_api",
    "GatewayApplication": "gateway",
    "GitFolder": "application",
    "HPA": "serving.autoscaling",
    "HTTPRoute": "http_route",
    "HelmChart": "application",
    "IamPolicies": "iam",
    "InferenceGraph": "inference_graph",
    "InferenceService": "inference_service",
    "Inputs": "inputs.load",
    "JupyterHub": "jupyterhub",
    "KEDA": "serving.autoscaling",
    "KServe": "kserve",
    "KServeCrds": "kserve",
    "KServeLlm": "kserve_parts",
    "KServeLlmPresets": "kserve_parts",
    "KServeLocalModel": "kserve_parts",
    "KServeObject": "kserve_object",
    "KServeRuntimes": "kserve",
    "KnativeAutoscaling": "serving.autoscaling",
    "LLMInferenceService": "llm_inference_service",
    "LLMInferenceServiceConfig": "llm_inference_service_config",
    "LocalModelCache": "local_model_cache",
    "LocalModelNamespaceCache": "local_model_cache",
    "LocalModelNodeGroup": "local_model_node_group",
    "Manifest": "manifest",
    "Memory": "serving.triggers",
    "Mistake": "checks.tree",
    "Mlflow": "mlflow",
    "ModelClient": "model_client",
    "NoAutoscaling": "serving.autoscaling",
    "PersistentVolumeClaim": "persistent_volume_claim",
    "PodDisruptionBudget": "pod_disruption_budget",
    "PodMetric": "serving.triggers",
    "Predictor": "serving.shapes",
    "Prometheus": "serving.triggers",
    "RawObjects": "raw_objects",
    "RootApplication": "application",
    "SealedSecret": "sealed_secret",
    "SealedSecretsController": "sealed_secrets",
    "Service": "service",
    "ServiceAccount": "service_account",
    "ServingRuntime": "serving_runtime",
    "StorageTemplate": "cloudformation",
    "Traefik": "traefik",
    "TrainedModel": "trained_model",
    "Transformer": "serving.shapes",
    "Tree": "checks.tree",
    "Untyped": "serving.shapes",
    "add_entries": "catalogue",
    "add_kserve_parts": "kserve_parts",
    "add_model": "catalogue",
    "rule": "checks.rule",
    "synthesize": "cli.synth",
}

__all__ = [
    "CPU",
    "HPA",
    "KEDA",
    "AckStorage",
    "AppProject",
    "Application",
    "Attachment",
    "Backend",
    "Canary",
    "CertManager",
    "Certificate",
    "Chart",
    "ClusterServingRuntime",
    "ClusterStorageContainer",
    "ConfigMap",
    "Construct",
    "Credentials",
    "CrossplaneStorage",
    "Environment",
    "Explainer",
    "ExternalAutoscaling",
    "ExternalSecret",
    "Gateway",
    "GatewayApi",
    "GatewayApplication",
    "GitFolder",
    "HTTPRoute",
    "HelmChart",
    "IamPolicies",
    "InferenceGraph",
    "InferenceService",
    "Inputs",
    "JupyterHub",
    "KServe",
    "KServeCrds",
    "KServeLlm",
    "KServeLlmPresets",
    "KServeLocalModel",
    "KServeObject",
    "KServeRuntimes",
    "KnativeAutoscaling",
    "LLMInferenceService",
    "LLMInferenceServiceConfig",
    "LocalModelCache",
    "LocalModelNamespaceCache",
    "LocalModelNodeGroup",
    "Manifest",
    "Memory",
    "Mistake",
    "Mlflow",
    "ModelClient",
    "NoAutoscaling",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "PodMetric",
    "Predictor",
    "Prometheus",
    "RawObjects",
    "RootApplication",
    "SealedSecret",
    "SealedSecretsController",
    "Service",
    "ServiceAccount",
    "ServingRuntime",
    "StorageTemplate",
    "Traefik",
    "TrainedModel",
    "Transformer",
    "Tree",
    "Untyped",
    "add_entries",
    "add_kserve_parts",
    "add_model",
    "rule",
    "synthesize",
]


def __getattr__(name: str) -> Any:
    """The public object `name`, from the module that has it."""
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
