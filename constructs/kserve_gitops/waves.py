"""The order in which Argo CD brings the platform up: sync waves of the applications, in one place.

A wave begins when everything of the one before is healthy. AppProjects are in wave -30. Between applications this
works only where the health check of Application is restored in argocd-cm (Argo CD removed it in 1.8;
docs/operator-manual/health.md); without it the retries bring the platform up all the same, with more noise.
"""

GATEWAY_API = -25
"""CRDs first: Traefik and KServe look for them once, when they start."""
CERT_MANAGER = -20
"""KServe's webhooks get their certificates from it."""
SEALED_SECRETS = -20
TRAEFIK = -15
GATEWAY = -12
"""Needs Traefik's GatewayClass; KServe's configuration names it."""
KSERVE_CRDS = -10
KSERVE_RUNTIMES = -7
"""Before the controller: see `kserve.KServeRuntimes`."""
KSERVE = -5
KSERVE_PARTS = -3
"""After the controller: its chart brings the issuer and the configuration that they share."""
KSERVE_LLM_PRESETS = -2
"""After the webhook that judges them, which renders their templates: see `kserve.KServeLlmPresets`."""
SERVING = -1
"""Runtimes and storage containers of the whole cluster: before the models that look for them."""
STORAGE = -1
"""Before the credentials, which open it."""
CREDENTIALS = 0
"""Before their consumers: KServe reads a ServiceAccount's Secrets when it makes a pod."""
MLFLOW = 5
JUPYTERHUB = 5
MODELS = 15
"""Last: a model that does not come up must hold up nothing."""
CLIENTS = 15
"""Beside the models, not after them: a page comes up without its model, and must not wait for somebody else's."""
