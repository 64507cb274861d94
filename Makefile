# Two commands matter: `make run` and `make test`. Both set up what they need, from nothing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
# A floor or rule is named in what fails: every check runs alone too, e.g. `make types`.
CHECKS := format lint types contracts templates migrations dependencies

.PHONY: run test quick check bench clean setup $(CHECKS)

run: .stamp-run
	$(BIN)/wishes demo

setup: .stamp-run

test: .stamp-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

# Every day: all but the browser journeys. `make test` before a change is offered.
quick: .stamp-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not browser" $(ARGS)

check: .stamp-dev $(CHECKS)
	@echo "All checks passed."

format: .stamp-dev
	$(BIN)/ruff format --check .
lint: .stamp-dev
	$(BIN)/ruff check .
types: .stamp-dev
	$(BIN)/mypy
contracts: .stamp-dev
	$(BIN)/lint-imports
templates: .stamp-dev
	$(BIN)/djlint --quiet --lint templates
migrations: .stamp-dev
	$(BIN)/wishes check --migrations-only
dependencies: .stamp-dev
	$(BIN)/deptry .

bench: .stamp-dev
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) .stamp-run .stamp-dev static/vendor .pytest_cache .mypy_cache .ruff_cache
	rm -rf .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed (found: $$($(PYTHON) --version))."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Could not make a virtual environment. On Debian: apt install python3-venv"; exit 1; }

.stamp-run: $(BIN)/python pyproject.toml constraints.txt app/build_vendor.py
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.stamp-dev: $(BIN)/python pyproject.toml constraints.txt app/build_vendor.py
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@ .stamp-run
