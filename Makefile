# Everything a person or a machine does with Keqiao. `make help` lists it.
# A python3 of 3.11 or later, git and make are all that must be there.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
BIN := .venv/bin
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check bench docs lock clean

help: ## say what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make the environment (.venv) from the lock; quick when it is there
	@if [ -z "$(PYTHON)" ]; then \
		echo "Keqiao needs Python 3.11 or later and found none. Debian: apt install python3 python3-venv"; exit 1; fi
	@$(PYTHON) tools/bootstrap.py

demo: setup ## load the demonstration, match its needs, print the matches, serve (PORT=8000)
	@$(BIN)/keqiao demo --port $(PORT)

run: setup ## serve for development on PORT, with a worker beside it
	@$(BIN)/python tools/develop.py $(PORT)

test: setup ## the whole suite on SQLite and on PostgreSQL, with the browser
	@$(BIN)/python tools/test.py

check: setup ## lint, types, contracts, migrations, translations, settings, deployment, audit
	@$(BIN)/python tools/check.py

bench: setup ## measure the matching; needs KEQIAO_DATA
	@$(BIN)/python bench/match_quality.py

docs: setup ## build the documentation into site/
	@$(BIN)/mkdocs build --strict --quiet --site-dir site && echo "site/index.html"

lock: setup ## renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --group dev --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

clean: ## remove everything that can be made again
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist site var
	@find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
