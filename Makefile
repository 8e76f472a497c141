# Two commands matter: `make site` shows the illustrative place, `make test` runs every check and test.

PYTHON ?= python3
BIN = .venv/bin
AS_OF ?=

# `make test` looks at every kind of page in Debian's chromium; `make browser` in all looks, and follows every link.
.PHONY: setup site test browser check docs screenshots bench bench-quick corpus soak lock

setup: .venv/.site

site: .venv/.site
	$(BIN)/community-budget publish $(if $(AS_OF),--as-of $(AS_OF))
	$(BIN)/community-budget serve

test: check
	$(BIN)/pytest

browser: .venv/.test
	COMMUNITY_BUDGET_BROWSER=1 $(BIN)/pytest -n 0 tests/browser

check: .venv/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/deptry .
	$(BIN)/cog --check -I docs docs/*.md README.md

docs: .venv/.test
	$(BIN)/cog -r -I docs docs/*.md README.md

screenshots: .venv/.test
	$(BIN)/python docs/screenshots.py

bench-quick: .venv/.test
	$(BIN)/python bench/bench.py quick

bench: .venv/.test
	$(BIN)/python bench/bench.py full

# A hundred thousand mixed requests to a real server: about half an hour.
soak: .venv/.test
	$(BIN)/python bench/soak.py 100000

# Real files, described and checked one by one; COMMUNITY_BUDGET_REAL_FILES names the folder that has them.
corpus: .venv/.test
	$(BIN)/python tests/corpus.py

# Exact versions with hashes, for every platform; run after changing the dependencies in pyproject.toml.
lock: .venv/.test
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --upgrade \
		--extra build pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --constraint requirements.txt \
		--extra build --extra test pyproject.toml --output-file requirements-test.txt

.venv/.site: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --no-deps --require-hashes --requirement requirements.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/.test: .venv/.site requirements-test.txt
	$(BIN)/pip install --quiet --no-deps --require-hashes --requirement requirements-test.txt
	touch $@
