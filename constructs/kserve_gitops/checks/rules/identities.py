"""Whom the pods of a model are taken for: roles of AWS by ServiceAccount, identities of Azure by label."""

import re
from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Component, Service
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.accounts import Account, Download, accounts, downloads, secret_keys
from kserve_gitops.checks.world.made import made
from kserve_gitops.checks.world.runtimes import Runtimes
from kserve_gitops.checks.world.ways import AZURE_CLIENT, AZURE_USE, mounted, uses_azure_identity
from kserve_gitops.core.origins import Path
from kserve_gitops.inputs import aws
from kserve_gitops.serving import credentials
from kserve_gitops.serving.credential_types import store
