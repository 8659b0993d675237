# İcma: `make demo` to look at it, `make test` to test it (ARGS go to each), `make check` before a commit.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
# Compiled once and not by each process that a run of the tests starts, whatever a container says.
export PYTHONDONTWRITEBYTECODE =

.PHONY: demo test check format docs clean
demo: $(STAMP)
	@$(BIN)/icma demo $(ARGS)

test: $(STAMP)-dev
	@tools/need_chromium.sh || echo "  (browser tests will be left out)"
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

check: $(STAMP)-dev
	$(BIN)/ruff check src tests tools
	$(BIN)/ruff format --check src tests tools
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/messages.py check
	ICMA_MODE=test ICMA_HOME=.venv/check $(BIN)/icma manage makemigrations --check --dry-run
	ICMA_MODE=test ICMA_HOME=.venv/check $(BIN)/python tools/docs.py --check

format: $(STAMP)-dev
	$(BIN)/ruff check --fix src tests tools
	$(BIN)/ruff format src tests tools

docs: $(STAMP)-dev
	ICMA_MODE=test ICMA_HOME=.venv/check $(BIN)/python tools/docs.py

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "İcma needs Python 3.11 or newer. Install it, or name one: make demo PYTHON=python3.12"; exit 1; }
	@echo "Making the environment in .venv (once; about a minute)…"
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing (Debian: apt install python3-venv)."; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(STAMP)-dev: $(STAMP)
	@echo "Installing what the tests need…"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf var .venv
