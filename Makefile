# `make synth` and `make test` do all of their own set-up, into .venv and node_modules, and only once:
# after that neither needs a network.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first of these that is 3.11 or newer and can make virtual environments.
PYTHON ?= python3.13 python3.12 python3.11 python3
NPM := $(shell command -v npm 2>/dev/null)

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --constraint constraints.txt
RUNTIME := .venv/.runtime
DEV := .venv/.dev
NODE_MODULES := $(if $(NPM),node_modules/.installed)

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(DEV) $(NODE_MODULES) ## Install everything, for running and for developing

# Looking for a newer cdk8s is the one thing for which `cdk8s synth` would use the network.
.PHONY: synth
synth: $(RUNTIME) $(NODE_MODULES) ## Write dist/ from platform.yaml and models/
ifdef NPM
	@PATH="$(CURDIR)/$(BIN):$$PATH" node_modules/.bin/cdk8s synth --check-upgrade=false
else
	@$(BIN)/kserve-gitops synth
endif

.PHONY: test
test: lint $(DEV) $(NODE_MODULES) ## Lint, then run the whole test suite
	$(BIN)/pytest

.PHONY: lint
lint: $(DEV) ## Check style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: format
format: $(DEV) ## Rewrite the Python files in the one format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: snapshots
snapshots: $(DEV) ## Write the expected manifests of the tests anew
	$(BIN)/pytest --snapshot-update

.PHONY: imports
imports: $(DEV) ## Generate imports/ anew from the files in SOURCES
	$(BIN)/kserve-gitops import $(SOURCES)

.PHONY: docs
docs: $(DEV) ## Build the examples of docs/ anew, and the site into build/site
	$(BIN)/python docs/generate.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

.PHONY: bench
bench: $(DEV) ## Measure the whole pipeline against bare cdk8s
	$(BIN)/python bench/run.py

.PHONY: mutants
mutants: $(DEV) ## Count how many of all mistakes in one place the checks find
	$(BIN)/pytest tests/mutations --quiet --capture=no

.PHONY: tools
tools: .tools/kubeseal .tools/storage/.installed .tools/cfn-lint/.installed webhooks ## Install what the proofs in tests/ run: kubeseal, KServe's webhook, External Secrets (all need Go), moto

.PHONY: webhooks
webhooks: .tools/kserve-webhook-v0.16.0 .tools/kserve-webhook-v0.20.0 .tools/external-secrets

.PHONY: constraints
constraints: .venv/.made ## Pin the newest versions that pyproject.toml allows
	rm -rf build/pins
	$(BIN)/python -m venv build/pins
	build/pins/bin/pip --quiet install --upgrade pip
	build/pins/bin/pip --quiet install --group dev --editable .
	{ grep '^#' constraints.txt; build/pins/bin/pip freeze --all --exclude-editable; } > build/constraints.txt
	mv build/constraints.txt constraints.txt

.PHONY: lockfile
lockfile: ## Write package-lock.json anew, without any host
	npm install --package-lock-only --loglevel=error
	python3 -c 'import json, pathlib; file = pathlib.Path("package-lock.json"); lock = json.loads(file.read_text()); \
	  [package.pop("funding", None) for package in lock["packages"].values()]; \
	  file.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")'

.PHONY: clean
clean: ## Remove everything that the other targets install or cache
	rm -rf .venv node_modules .cdk8s .tools build .*_cache .hypothesis

# An environment that is there is kept, whatever made it; only one that does not work is made anew.
.venv/.made:
	@$(BIN)/python -m pip --version >/dev/null 2>&1 && exit; \
	for python in $(PYTHON); do \
	  $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  echo "making .venv with $$python"; \
	  exec $$python -m venv --clear .venv; \
	done; \
	echo "error: none of '$(PYTHON)' is Python 3.11 or newer with the module venv" >&2; \
	echo "   = hint: install one (Debian: python3 and python3-venv), or name it: make PYTHON=/path/to/python3" >&2; \
	exit 1
	@touch $@

# pip itself comes first: the one inside a new environment may be too old for dependency groups.
$(RUNTIME): .venv/.made pyproject.toml constraints.txt
	$(PIP) pip
	$(PIP) --build-constraint constraints.txt --editable .
	@touch $@

$(DEV): $(RUNTIME)
	$(PIP) --group dev
	@touch $@

node_modules/.installed: package.json package-lock.json
	npm ci --loglevel=error
	@touch $@

# Into the environment too: who has activated it has kubeseal.
.tools/kubeseal: .venv/.made
	GOBIN="$(CURDIR)/.tools" go install github.com/bitnami-labs/sealed-secrets/cmd/kubeseal@v0.36.6
	ln -sf ../../.tools/kubeseal $(BIN)/kubeseal

# KServe's own webhook, of two releases, as a program: the first build takes minutes.
WEBHOOK := tests/proofs/webhook
BUILD := go build -C $(WEBHOOK) -p 2 -trimpath -ldflags '-s -w'

.tools/kserve-webhook-v0.16.0: $(wildcard $(WEBHOOK)/*)
	$(BUILD) -o "$(CURDIR)/$@" .

.tools/kserve-webhook-v0.20.0: $(wildcard $(WEBHOOK)/*)
	$(BUILD) -modfile=v0.20.0.mod -tags v0_20 -o "$(CURDIR)/$@" .

# The webhook and the controller of External Secrets, with a store of our own in place of all providers.
EXTERNAL_SECRETS := tests/proofs/external_secrets

.tools/external-secrets: $(wildcard $(EXTERNAL_SECRETS)/*)
	sh $(EXTERNAL_SECRETS)/build.sh "$(CURDIR)/$@"

# An environment of its own: KServe's downloader asks for more than it needs, and older than the rest has. What it needs
# for HDFS asks for Kerberos, which is no wheel; the downloader of the newest release lies beside that of the oldest.
STORAGE_PIP := .tools/storage/bin/pip --disable-pip-version-check --quiet install

.tools/storage/.installed: .venv/.made tests/proofs/constraints.txt
	$(BIN)/python -m venv .tools/storage
	$(STORAGE_PIP) -c tests/proofs/constraints.txt 'moto[s3,iam,sts]' flask flask-cors boto3 requests \
	  aiohttp azure-identity azure-storage-blob azure-storage-file-share docopt google-cloud-storage hf-transfer huggingface-hub
	$(STORAGE_PIP) -c tests/proofs/constraints.txt --no-deps kserve-storage hdfs pyspnego requests-kerberos
	$(STORAGE_PIP) --no-deps --upgrade --target .tools/storage/v0.20.0 kserve-storage==0.20.0
	@touch $@

.tools/cfn-lint/.installed: .venv/.made tests/proofs/constraints.txt
	$(BIN)/python -m venv .tools/cfn-lint
	.tools/cfn-lint/bin/pip --quiet install -c tests/proofs/constraints.txt cfn-lint
	@touch $@
