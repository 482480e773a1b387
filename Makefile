# `make run` starts the dashboard, `make test` tests everything; both install what they need.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8501
JOBS ?= 2
BIN := $(VENV)/bin
# A file's tests stay together, and files come in order: each process starts one server, one browser.
SIDE_BY_SIDE := -n $(JOBS) --dist loadfile --no-loadscope-reorder
COMPILED := $(wildcard linreg_core/solvers/*.py linreg_core/engines/compiled/*.py) linreg_core/losses.py

# Images often tell Python to keep no compiled modules: here each server is three processes of many.
export PYTHONDONTWRITEBYTECODE =

.PHONY: run test tests tools elsewhere another-processor another-installation image-check check bench shots clean

run: $(VENV)/compiled
	$(BIN)/streamlit run app.py --server.port $(PORT)

# Three at once: while one core compiles, the other has something to do.
test: $(VENV)/installed-dev
	$(MAKE) --jobs=3 tests elsewhere

tests: $(VENV)/installed-dev $(VENV)/compiled tools
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

tools:
	scripts/ensure_tools.sh browser node postgresql

# The core's tests as on other machines; with ELSEWHERE=whole all that depend on the machine. Beside the
# others, in the time that these wait. Another processor needs code of its own, and waits for no other.
elsewhere: another-processor another-installation

another-processor: $(VENV)/installed-dev
	nice scripts/elsewhere.sh processor $(ELSEWHERE)

another-installation: $(VENV)/installed-dev $(VENV)/compiled tools
	nice scripts/elsewhere.sh installation $(ELSEWHERE)

# Not part of `test`: needs docker, podman or buildah, and says so where there is none.
image-check: $(VENV)/installed-dev
	$(BIN)/python -m scripts.image_check

check: $(VENV)/installed-dev node_modules/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	node_modules/.bin/tsc

bench: $(VENV)/installed-dev $(VENV)/compiled
	scripts/ensure_tools.sh browser node
	for name in latency wire room classroom watching kills room_store library sessions neighbours browser reading pollution inference terms weighted penalised scale stored stored_page engines upload zones pins proofs sweep_page; do $(BIN)/python -m benchmarks.$$name || exit 1; done

shots: $(VENV)/installed-dev $(VENV)/compiled
	scripts/ensure_tools.sh browser node
	$(BIN)/python -m scripts.shots

$(VENV)/installed: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/installed-dev: requirements.txt requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@ $(VENV)/installed

# No lock file: it would name a registry's host, and what is installed is pinned in package.json.
node_modules/installed: package.json
	scripts/ensure_tools.sh node npm
	npm install --no-package-lock --no-audit --no-fund --silent
	touch $@

$(VENV)/compiled: $(VENV)/installed $(COMPILED)
	$(BIN)/python -m linreg_core.engines.compiled
	touch $@

clean:
	rm -rf $(VENV) node_modules
