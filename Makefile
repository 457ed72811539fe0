# The loop. `make help` lists it. Needs Python 3.11 or newer, make and git; everything else is fetched.
PYTHON ?= python3
BIN := .venv/bin
# One worker more than cores: browsers, clocks and servers make tests wait.
WORKERS ?= $(shell "$(PYTHON)" -c "import os; print(min(4, (os.cpu_count() or 1) + 1))")
SET_UP := "$(PYTHON)" -m bootstrap.set_up
# Modules are compiled once and kept, whatever the shell says: else every process compiles them anew.
export PYTHONDONTWRITEBYTECODE :=
.DEFAULT_GOAL := help
.PHONY: help demo test ready check format bench docs pictures lock clean set-up

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: ## run the portal with demo data on http://127.0.0.1:8000 (PORT=8010 changes it); Ctrl-C stops it
	@$(SET_UP)
	@DEMO=on exec $(BIN)/python manage.py demo

test: ready ## run every test, browser included (ARGS="tests/custody -k place" runs some)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

ready: set-up ## bring what the tests need: a browser, a broker, a migrated database
	@$(BIN)/python tools/browser.py
	@$(BIN)/python -m tools.broker
	@$(BIN)/python -m tools.migrated

check: set-up ## lint, format, floors, types, migrations, deployment settings, templates, two at a time
	@$(BIN)/python tools/check.py

format: set-up ## let ruff and djade write the format that check asks for
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/python tools/check.py --format-templates

bench: set-up ## measure the pages and actions beside the bare SQL that does the same work (ARGS=...)
	$(BIN)/python manage.py embedded --folder bench --migrate -- $(BIN)/python -m bench $(ARGS)

docs: set-up ## draw the generated parts of docs/ from the code
	$(BIN)/python -m tools.documents

pictures: set-up ## walk the main job in a browser and take the pictures that docs/ shows
	@$(BIN)/python tools/browser.py
	PICTURES=on $(BIN)/python -m pytest tests/browser/test_main_job.py
	$(BIN)/python -m tools.pictures

lock: set-up ## compile the hash-pinned locks anew from pyproject.toml and package.json
	$(BIN)/python tools/lock.py

clean: ## remove environment, packages, demo data and caches
	rm -rf .venv node_modules var build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

set-up:
	@$(SET_UP) --development
