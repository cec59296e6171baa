# Everything a person or a machine does with Keqiao. `make help` lists it.
# A Python of 3.11 or later (with venv), git and make are all that must be there.

# The newest Python that can make an environment; else one that can at least say what it lacks.
ifndef PYTHON
PYTHON := $(shell for wanted in "import ensurepip, venv" pass; do \
	for python in python3.13 python3.12 python3.11 python3 python; do \
		if $$python -c "import sys; assert sys.version_info >= (3, 11); $$wanted" 2>/dev/null; then \
			echo $$python; exit; fi; done; done)
endif
# Hundreds of processes start in one run of the suite; not each of them compiles every module anew.
export PYTHONDONTWRITEBYTECODE :=
BIN := .venv/bin
PORT ?= 8000
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check bench docs lock messages clean
.NOTPARALLEL:

help: ## say what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make the environment (.venv) from the lock; does nothing when it is there
	@if [ -z "$(PYTHON)" ]; then \
		echo "Keqiao needs Python 3.11 or later and found none."; \
		echo "Debian 12, Ubuntu 24.04 or later: apt install python3 python3-venv"; \
		echo "Elsewhere: install it, then make setup PYTHON=/path/to/python3.12"; exit 1; fi
	@$(PYTHON) tools/bootstrap.py

demo: setup ## load the demonstration, match its needs, print the matches, serve (PORT=8000)
	@$(BIN)/keqiao demo --port $(PORT)

run: setup ## serve for development on PORT, with a worker beside it
	@$(BIN)/python tools/develop.py $(PORT)

test: setup ## the whole suite on SQLite and on PostgreSQL, with the browser (ARGS="tests/needs -x")
	@$(BIN)/python tools/test.py $(ARGS)

check: setup ## lint, types, contracts, house rules, migrations, translations, settings, deployment, audit
	@$(BIN)/python tools/check.py $(ARGS)

bench: setup ## measure the matching on KEQIAO_DATA beside baselines, and speed to a million; compare with what is committed (ARGS=--record)
	@$(BIN)/keqiao bench all $(ARGS)
	@$(BIN)/python tools/postgres_for.py $(BIN)/keqiao bench speed --postgresql {postgresql} $(ARGS)

docs: setup ## build the documentation into site/
	@$(BIN)/mkdocs build --strict --quiet --site-dir site && echo "site/index.html"

lock: setup ## renew requirements.lock from pyproject.toml; ARGS=--upgrade takes the newest of everything
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --group dev --custom-compile-command "make lock" --output-file requirements.lock \
		pyproject.toml $(ARGS)

messages: setup ## renew the English catalogue from the sources, and say what is not translated yet
	@$(BIN)/python tools/messages.py extract && $(BIN)/python tools/messages.py check

clean: ## remove what can be made again: environment, caches, test and demo runs; nothing else in var/
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist site
	@rm -rf var/test var/demo
	@find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
