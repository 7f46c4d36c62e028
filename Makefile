# Kindred. `make` lists what there is to do.

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset dev test check e2e fmt build migration lock bench app-venv test-venv

PYTHON := .venv/bin/python
SOURCES := portal tests scripts alembic rxconfig.py

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## Serve the demo clinic on http://localhost:3000 (PORT changes it); Ctrl-C stops it
	@PORTAL_MODE=demo exec $(PYTHON) -m portal.serve

demo-reset: app-venv ## Forget what was entered into the demo clinic
	@$(PYTHON) -m scripts.demo_reset

dev: test-venv ## Work on the portal: demo clinic with live reload
	@$(PYTHON) -m scripts.dev

test: test-venv ## Run all tests, browser tests included
	@$(PYTHON) -m scripts.test

check: test-venv ## Check format, types and imports; run the quick tests (under a minute)
	@$(PYTHON) -m scripts.check

e2e: test-venv ## Run the browser tests; only="-k sign_up" picks some
	@$(PYTHON) -m scripts.test e2e $(only)

fmt: test-venv ## Put the code into its format and fix what ruff can fix
	@$(PYTHON) -m ruff check --quiet --fix-only $(SOURCES)
	@$(PYTHON) -m ruff format $(SOURCES)

build: app-venv ## Build the front end, where its sources changed
	@$(PYTHON) -m scripts.front_end

migration: app-venv ## Write a migration from the tables: make migration m="what changes"
	@$(PYTHON) -m scripts.migration "$(m)"

lock: test-venv ## Resolve all packages anew and write the lock files
	@$(PYTHON) -m scripts.lock

bench: test-venv build ## Measure the portal and write bench.json
	@$(PYTHON) -m tests.bench

app-venv:
	@sh scripts/venv.sh app

test-venv:
	@sh scripts/venv.sh test
