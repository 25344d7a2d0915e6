# Every target brings what it needs: `make demo` and `make test` work on a machine with git, make and Python 3.11.
PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/' | expand -t 22

setup: $(READY)  ## make the environment in .venv from the locked requirements

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "journeyscore needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "this Python has no venv: on Debian, apt install python3-venv"; exit 2; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(READY)

.PHONY: help setup

lock:  ## resolve the requirements anew
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev pyproject.toml -o requirements/dev.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev --extra spark pyproject.toml -o requirements/spark.txt
.PHONY: lock

browser:  ## bring the browser of the browser tests, where that is allowed
	@command -v chromium chromium-browser google-chrome >/dev/null || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || echo "no Chromium, and no right to install it: the browser tests are skipped"
.PHONY: browser

test: $(READY) browser  ## run every test
	@$(BIN)/pytest -q -n auto -m "not spark and not sdk"

check: $(READY)  ## lint, types, import contracts, sizes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python tools/sizes.py
.PHONY: test check

SPARK := .venv-spark/bin
test-spark:  ## run the conformance suite on Spark (local mode; needs Java 17)
	@command -v java >/dev/null || { echo "Spark needs Java 17: on Debian, apt install openjdk-17-jre-headless"; exit 2; }
	@test -x $(SPARK)/python || $(PYTHON) -m venv .venv-spark
	@test -x $(SPARK)/uv || $(SPARK)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(SPARK)/uv pip sync --quiet --python $(SPARK)/python --require-hashes requirements/spark.txt
	@$(SPARK)/uv pip install --quiet --python $(SPARK)/python --no-deps --no-build-isolation --editable .
	@SPARK_LOCAL_IP=127.0.0.1 $(SPARK)/pytest -q -m spark tests/scoring
.PHONY: test-spark

SDKS := build/sdks
test-sdks: $(READY) browser  ## send by the SDKs of Segment and RudderStack (needs Node 20, and the registries)
	@command -v npm >/dev/null || { echo "the SDKs need Node: on Debian, apt install nodejs npm"; exit 2; }
	@test -x .venv-sdks/bin/python || $(PYTHON) -m venv .venv-sdks
	@$(BIN)/uv pip sync --quiet --python .venv-sdks/bin/python --require-hashes requirements/sdks.txt
	@mkdir -p $(SDKS) && cp tests/sdks/js/* $(SDKS) && cd $(SDKS) && npm install --silent --no-audit --no-fund --no-package-lock
	@cd $(SDKS) && for sdk in segment rudder; do node_modules/.bin/esbuild $${sdk}_browser.js --bundle --outfile=$${sdk}_page.js --log-level=error; done
	@$(BIN)/pytest -q -m sdk tests/sdks
.PHONY: test-sdks

test-postgres: $(READY)  ## run the tests of records, inbox, actions and connectors on PostgreSQL
	@$(BIN)/python -m tests.postgres
.PHONY: test-postgres

golden: $(READY)  ## write the golden SQL anew (read the difference!)
	@$(BIN)/python -m tests.sql.golden_files
	@git --no-pager diff --stat -- tests/sql/golden
.PHONY: golden

bench: $(READY)  ## measure import and scoring beside their yardsticks (1 and 10 million events)
	@$(BIN)/python -m bench.run --write

bench-large: $(READY)  ## score 100 million events: 10 million imported, ten times over
	@$(BIN)/python -m bench.run --events 10000000 --times 10 --name bench-large --no-rivals --no-csv --write
bench-web: $(READY)  ## measure the pages with a million candidates and ten million events
	@$(BIN)/python -m bench.web --write
.PHONY: bench bench-large bench-web

kill-live: $(READY)  ## kill the real server 500 times while clients send, and compare
	@$(BIN)/python -m tests.live.kill_server 500

cut-live: $(READY)  ## cut the power of a simulated disk 10,000 times, and compare
	@$(BIN)/python -m tests.inbox.power 10000

bench-live: $(READY)  ## measure live intake with ten million events of history: DATA is a directory that has them
	@$(BIN)/python -m bench.live --data $(DATA) --write
.PHONY: kill-live cut-live bench-live

docs: $(READY)  ## write the generated pages anew
	@for page in write_event_docs write_import_docs write_schema picture; do PYTHONPATH=. $(BIN)/python tools/$$page.py || exit 1; done

gallery: $(READY) browser  ## take the pictures of docs/gallery.md anew
	@PYTHONPATH=. $(BIN)/python tools/gallery.py
.PHONY: gallery

messages: $(READY)  ## compile the Dutch texts of the pages, and say which are missing
	@$(BIN)/python tools/messages.py
.PHONY: messages

demo: $(READY)  ## see the product at work
	@$(BIN)/journeyscore --data demo-data demo

smoke: $(READY)  ## try the built wheel alone, in a bare environment
	@rm -rf dist build/smoke && $(BIN)/uv build --quiet --wheel --no-build-isolation --out-dir dist
	@$(BIN)/uv venv --quiet build/smoke && $(BIN)/uv pip install --quiet --python build/smoke/bin/python dist/*.whl
	@cd build && smoke/bin/journeyscore --version && smoke/bin/journeyscore --data smoke-data demo --no-serve --candidates 200 >/dev/null
	@cd build && smoke/bin/journeyscore --data smoke-data doctor && rm -rf smoke-data
.PHONY: docs demo smoke
