# Everything starts here: each target sets up what it needs first. Needs Python 3.11 or newer, nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
SEED ?= 1
# Least coverage of each pure package, percent: of its branches and of its lines.
COVERAGE_GATE ?= 95

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup demo test bench lint format constraints clean

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Create the virtual environment; does nothing when it is up to date.

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one with PYTHON=, as in: make test PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(READY) ## Play a bank with some fraud into the monitor, live; SEED=2 plays another one.
	$(BIN)/monitor demo --seed $(SEED)

test: lint ## Lint, types, import contracts, all tests, coverage of the pure packages.
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term --cov-report=json:.coverage.json
	$(BIN)/python -m tests.coverage_gate .coverage.json $(COVERAGE_GATE)

bench: $(READY) ## Measure tracer, fund flow, engine and worker beside a bare Kafka loop and default Faust.
	$(BIN)/python -m benchmarks

lint: $(READY) ## Ruff, mypy and the import contracts.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## Let ruff mend what it can.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

constraints: $(READY) ## Write down the versions installed now as the tested set.
	$(BIN)/python -m pip freeze --exclude-editable > constraints.txt

clean: ## Remove what was built here; the user's cache and data stay.
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
