# Every verb of the project. `make demo` and `make test` need only Python >= 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := ingestion data_quality orchestration dbt_project/forecasting
# Every tree that sqlfluff grows makes Python walk the whole manifest of dbt: walked less often, linting costs half.
SQLFLUFF := $(BIN)/python -c 'import gc; gc.set_threshold(50_000, 20, 20); from sqlfluff.cli.commands import cli; cli()'

# Without byte-code every process recompiles its imports, which doubles its start.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo run dev test lint format bench docs lock clean

help:  ## List the verbs.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(VENV)/.runtime  ## Create .venv with what the pipeline needs.

setup-dev: $(VENV)/.dev  ## Add what tests and linters need.

demo: setup  ## Create the demo company, run the whole pipeline on it, print the answers.
	@$(BIN)/pilotage demo

run: setup  ## Run the pipeline on the configured senders.
	@$(BIN)/pilotage run

dev: setup  ## Open the Dagster UI, with its daemon, on 127.0.0.1.
	@$(BIN)/pilotage dev

test: setup-dev  ## Run every test.
	@$(BIN)/python -m pytest --numprocesses 2

lint: setup-dev  ## Check style, types, layers and SQL.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	PILOTAGE_WAREHOUSE=:memory: $(SQLFLUFF) lint dbt_project

format: setup-dev  ## Rewrite the code in the house style.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup-dev  ## Measure the pipeline against a hand-written script.
	@$(BIN)/python -m tests.benchmark

docs: setup  ## Write the dbt documentation as one static page.
	@$(BIN)/pilotage docs

lock:  ## Resolve the dependencies again (needs uv).
	uv pip compile pyproject.toml $(LOCK_FLAGS) -o requirements.lock
	uv pip compile pyproject.toml --group dev $(LOCK_FLAGS) -c requirements.lock -o requirements-dev.lock

clean:  ## Remove what can be rebuilt; never the data.
	rm -rf $(VENV) dbt_project/target dbt_project/logs .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	find $(PACKAGES) tests -name __pycache__ -prune -exec rm -rf {} +

LOCK_FLAGS := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet

# uv installs in seconds where pip takes minutes; both read the same hashed lock.
define install
	@if $(BIN)/uv --version >/dev/null 2>&1; then \
	    $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --compile-bytecode -r $(1); \
	else \
	    $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r $(1); \
	fi
endef

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Python >= 3.11 is needed, $$($(PYTHON) --version) was found. Name another: make PYTHON=python3.12 demo"; exit 1; }
	@echo "Creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bootstrap.lock 2>/dev/null \
	    || echo "uv cannot be had here: installing with pip, which takes a few minutes"
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements.lock pyproject.toml
	@echo "Installing requirements.lock"
	$(call install,requirements.lock)
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing requirements-dev.lock"
	$(call install,requirements-dev.lock)
	@touch $@
