# Two commands do all there is to do on a fresh machine that has Python 3.11+ and make:
#   make run     the portal with its demo county on http://127.0.0.1:8000
#   make test    every check, on SQLite and on PostgreSQL, in a real browser
# The other targets are what a contributor needs daily.

.DEFAULT_GOAL := help
.PHONY: help run test quick bench bench-routing bench-queue bench-ratings simulate-ratings lint format lock messages clean
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EN := portal/translations/en/LC_MESSAGES/messages

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(READY) $(EN).mo ## Start the portal; migrate and load the demo county first where needed
	@PORTAL_MODE="$${PORTAL_MODE:-demo}" $(BIN)/flask --app wsgi serve

test: $(READY) $(EN).mo lint ## Run every test on SQLite and on PostgreSQL, and in a real browser
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

quick: $(READY) $(EN).mo ## Run the tests that need neither browser nor PostgreSQL (ARGS="-k word" narrows)
	@$(BIN)/python -m pytest -q -n auto --databases sqlite -m "not browser and not slow" $(ARGS)

bench-routing: $(READY) $(EN).mo ## Measure one routing suggestion with 62 departments
	@$(BIN)/python -m tests.bench.routing

bench: $(READY) $(EN).mo ## Measure the public lists at 50 and at 5,000 projects (about five minutes)
	@$(BIN)/python -m tests.bench.lists

bench-queue: $(READY) $(EN).mo ## Measure the moderators' queue at 100 and at 10,000 waiting cases (about five minutes)
	@$(BIN)/python -m tests.bench.queue

bench-ratings: $(READY) $(EN).mo ## Measure the figures at 1,000 and at 1,000,000 ratings (about ten minutes)
	@$(BIN)/python -m tests.bench.ratings

simulate-ratings: $(READY) ## Show how far attackers can move a rate, with and without the defences
	@$(BIN)/python -m tests.bench.stuffing

lint: $(READY) ## Check style and the house's sizes
	@$(BIN)/ruff check -q . && $(BIN)/ruff format -q --check .

format: $(READY) ## Put the style right
	@$(BIN)/ruff check -q --fix . ; $(BIN)/ruff format -q .

messages: $(READY) ## Gather the texts to translate into the English catalogue
	@$(BIN)/pybabel -q extract --ignore-dirs '.* __pycache__' -F portal/translations/babel.cfg -k N_ -k _l -k lazy_gettext \
	  --no-location --sort-output -o portal/translations/messages.pot .
	@$(BIN)/pybabel -q update -i portal/translations/messages.pot -d portal/translations -l en --no-fuzzy-matching --ignore-obsolete
	@rm portal/translations/messages.pot
	@sed -i.bak -E '/^"(Report-Msgid|POT-Creation|PO-Revision|Last-Translator|Language-Team|Generated-By|Project-Id)/d' $(EN).po
	@rm $(EN).po.bak

lock: $(READY) ## Renew requirements.lock from pyproject.toml
	@$(BIN)/pip -q install uv && $(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --upgrade -q -o requirements.lock

clean: ## Remove the environment and the caches; the data directory stays
	rm -rf $(VENV) .pytest_cache .ruff_cache $(EN).mo

# The environment is ready when it was made from the lock file as it stands now.
$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Preparing .venv (once; a minute or two) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(EN).mo: $(EN).po $(READY)
	@$(BIN)/pybabel -q compile -i $(EN).po -o $@
