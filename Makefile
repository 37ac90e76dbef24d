# Atrium: everything a person needs, from a clean clone. Only Python 3.11, git and make are expected.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test lint types check laws chaos screenshots pins clean
.PHONY: bench-ingest bench-cockpit bench-push bench-vision bench-ledger bench-checkout bench-billing bench-inventory eval-vision train-embedder

help: ## says what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; raise SystemExit(sys.version_info[:2] != (3, 11))' \
		|| { echo "Atrium needs Python 3.11; name it with make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# A stamp per set of pins: installing again only when they change.
$(VENV)/.demo: requirements/demo.txt pyproject.toml | $(BIN)/python
	@test -f $(VENV)/.test || { echo 'Installing what the demo needs (about a minute) …'; $(PIP) --no-compile -r requirements/demo.txt && $(BIN)/python requirements/slim.py >/dev/null && $(PIP) -e .; }
	@touch $@

$(VENV)/.test: requirements/test.txt pyproject.toml | $(BIN)/python
	@echo 'Installing what the tests need (a few minutes: it brings PyTorch) …'
	@$(PIP) -r requirements/test.txt && $(PIP) -e .
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo ## the whole mall, live, in this terminal; Ctrl-C ends it, the data stays
	@$(BIN)/atrium demo

demo-reset: $(VENV)/.demo ## throws the demo's data away and starts afresh
	@$(BIN)/atrium demo --reset

test: $(VENV)/.test ## the whole test suite
	@$(BIN)/pytest

lint: $(VENV)/.test ## style, spelling and import rules
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/codespell && $(BIN)/lint-imports

types: $(VENV)/.test ## mypy, strict, on the domain
	@$(BIN)/mypy

check: lint types test ## what CI runs

laws: $(VENV)/.test ## the conservation laws over 10,000 random steps
	@ATRIUM_LAW_STEPS=10000 $(BIN)/pytest tests -k 'X_R9' --timeout=1800

chaos: $(VENV)/.test ## kills a till 300 times between any two statements, the database 15 times, and the ingest as CI does
	@ATRIUM_CHAOS_ROUNDS=300 $(BIN)/pytest tests/chaos --timeout=1800

screenshots: $(VENV)/.test ## docs/screenshots from a running demo
	@$(BIN)/python -m tests.browser.screenshots

bench-ingest bench-cockpit bench-push bench-vision bench-ledger bench-checkout bench-billing bench-inventory: bench-%: $(VENV)/.test ## ours beside the reference, a JSON line per figure
	@$(BIN)/python -m tests.benchmarks.$*

eval-vision: $(VENV)/.test ## counts real footage and writes docs/vision-accuracy.md
	@$(BIN)/python -m vision_service.evaluation.footage
	@$(BIN)/python -m vision_service.evaluation.detectors
	@$(BIN)/python -m vision_service.evaluation.association
	@$(BIN)/python -m vision_service.evaluation.hazards
	@$(BIN)/python -m vision_service.evaluation.looks
	@$(BIN)/python -m vision_service.evaluation.handovers

SCALE ?= small
train-embedder: $(VENV)/.test ## trains the person embedder on synthetic people; SCALE=full wants a GPU
	@$(BIN)/python -m vision_service.training.train_embedder --scale $(SCALE)
	@$(BIN)/python -m vision_service.training.refine_embedder --scale $(SCALE)

PHOTOGRAPHS ?=
train-detector: $(VENV)/.test ## trains the person detector on synthetic scenes; SCALE=full wants a GPU
	@$(BIN)/python -m vision_service.training.train_detector --scale $(SCALE) $(if $(PHOTOGRAPHS),--photographs $(PHOTOGRAPHS))

pins: $(VENV)/.test ## renews requirements/*.txt
	@PATH="$(abspath $(BIN)):$$PATH" requirements/compile.sh

clean: ## removes the virtual environment and the demo's data
	rm -rf $(VENV) .state
