# On a new machine with Python 3.11 or later, two commands are enough: `make start` and `make test`.
# The environment is .venv. uv makes it if it is installed, otherwise venv and pip do.

.DEFAULT_GOAL := help
.PHONY: help start test check coverage format lint types imports english mutants release lock schema answers assets benchmark clean

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
	command -v $(name) >/dev/null 2>&1 && $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## List the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

start: .venv/.service .venv/.optional ## Start the service; ARGS="--port 9000 --workers 2" goes to `tracker start`
	@exec $(BIN)/tracker start $(ARGS)

test: .venv/.development .venv/.assets ## Run all tests; ARGS="-k words" goes to pytest
	$(BIN)/pytest $(ARGS)

check: lint types imports ## Format, lint, strict types, import ladder, and a short round of all tests, two at a time
	TRACKER_TEST_DOCUMENTS=200 $(MAKE) --no-print-directory test ARGS="-n 2 --dist loadgroup --short"

coverage: .venv/.development .venv/.assets ## Run all tests, and refuse when they run fewer lines or branches than before
	$(BIN)/pytest -n 2 --dist loadgroup --cov --cov-report= --cov-report=json:.coverage.json
	$(BIN)/python -m tests.coverage_gate .coverage.json

english: .venv/.development ## List what could be said more plainly; ARGS="README.md service/pages" for some files
	$(BIN)/python -m tests.english $(ARGS)

mutants: .venv/.development ## Plant faults and list those that no test notices; ARGS="--area writes --count 100"
	$(BIN)/python -m tests.mutants $(ARGS)

release: .venv/.development .venv/.assets ## Build dist/: wheel, source, image recipe, bill of materials, checksums
	rm -rf dist build
	$(BIN)/python -m build --no-isolation
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o dist/sbom.json requirements.txt
	cp Dockerfile docker-compose.yml .dockerignore requirements.txt requirements-node.txt dist/
	cd dist && sha256sum $$(ls -A | grep -v SHA256SUMS) > SHA256SUMS

lint: .venv/.development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/.development
	$(BIN)/mypy

imports: .venv/.development
	$(BIN)/lint-imports

format: .venv/.development ## Format the code and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: .venv/.service ## Write schema/schema.graphql, schema/CODES.md, docs/limits.md and docs/clients again
	$(BIN)/tracker schema > schema/schema.graphql
	$(BIN)/tracker codes > schema/CODES.md
	$(BIN)/tracker limits > docs/limits.md
	$(BIN)/tracker clients docs/clients

answers: .venv/.development ## Write the answers of the worked queries and of the reference again
	TRACKER_TEST_WRITE=1 $(BIN)/pytest tests/service/recipes tests/service/reference

assets: .venv/.assets ## Fetch the npm packages of what browsers load, and build it

benchmark: .venv/.benchmark ## Compare the service's speed with its rivals'; ARGS="--rounds 1 --part rates"
	$(BIN)/python -m tests.performance $(ARGS)

lock: ## Write the requirements again, with hashes and without addresses (needs uv and npm)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --no-strip-extras --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.txt
	uv pip compile pyproject.toml --group build --group dev --constraint requirements.txt --universal \
		--python-version 3.11 --no-strip-extras --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet \
		--output-file requirements-dev.txt
	uv pip compile --group pyproject.toml:node --constraint requirements-dev.txt --universal --python-version 3.11 \
		--no-strip-extras --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements-node.txt
	echo ariadne-codegen | uv pip compile - --universal --python-version 3.11 --no-strip-extras --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet --output-file tests/clients/requirements.txt
	for folder in examples/dashboard service/assets tests/browser tests/clients tests/performance/rivals; do (cd $$folder && \
		npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund); done

clean: ## Remove the environment; the data in .data stays
	rm -rf .venv

.venv/bin/python:
	@test -n "$(UV)$(PYTHON)" || { echo "You need Python 3.11 or later. None was found." >&2; exit 1; }
ifneq ($(UV),)
	@$(UV) venv --quiet --allow-existing --python '>=3.11' .venv
else
	@$(PYTHON) -m venv .venv
endif

.venv/.service: .venv/bin/python requirements.txt pyproject.toml
	@$(call install,requirements.txt)
	@touch $@

.venv/.development: .venv/bin/python requirements-dev.txt pyproject.toml
	@$(call install,requirements-dev.txt)
	@touch $@ .venv/.service

# Node comes from PyPI where this machine has no npm.
.venv/.assets: .venv/.service requirements-node.txt $(wildcard service/assets/*.*)
	@command -v npm >/dev/null || { $(call install,requirements-node.txt); }
	@echo "Fetching what browsers load …" && $(BIN)/python -m service.assets.fetch
	@touch $@

# The service starts without it too: on a network without npm packages, say.
.PHONY: .venv/.optional
.venv/.optional: .venv/.service
	@$(MAKE) --no-print-directory .venv/.assets || echo "The service starts without the explorer. Run make assets later."

# One version of Node, and nothing else, on top of what the tests need.
.venv/.benchmark: .venv/.development requirements-node.txt
	@$(call install,requirements-node.txt)
	@touch $@

# Install exactly what the lock lists, by its hashes, then the project itself in place.
ifneq ($(UV),)
define install
	echo "Installing $(1) with uv …" && $(UV) pip install --quiet --python .venv/bin/python --require-hashes -r $(1) && \
	$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
endef
else
define install
	echo "Installing $(1) with pip …" && \
	{ $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; } && \
	$(BIN)/python -m pip install --quiet --require-hashes -r $(1) && \
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
endef
endif
