# make: set everything up in .venv, run the main job, print its summary.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCHMARKS := $(patsubst benchmarks/%.py,bench-%,$(filter-out %/damage.py,$(wildcard benchmarks/*.py)))

.DELETE_ON_ERROR:
.NOTPARALLEL: # Snakemake does the work in parallel; benchmarks must not run side by side
.PHONY: run test lint format lock bench $(BENCHMARKS) clean

run: $(VENV)/core.stamp
	$(BIN)/snakemake --quiet host reason rules
	@echo
	@cat results/photos/summary.md

test: $(VENV)/test.stamp
	$(BIN)/pytest

lint: $(VENV)/test.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/snakefmt --check Snakefile pipeline
	$(BIN)/mypy

format: $(VENV)/test.stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/snakefmt Snakefile pipeline

# Benchmarks, all of them or one: make bench-hog. DATA=ARCHIVE.zip: with images of one's own.
bench: $(BENCHMARKS)
	@$(BIN)/python -m benchmarks.support.record

$(BENCHMARKS): bench-%: $(VENV)/bench.stamp
	$(BIN)/python -m benchmarks.$* $(DATA)

# Pin all packages, also those of the extras. Versions that still fit stay as they are; to take the
# newest of all, delete requirements.lock first.
lock: $(VENV)/bin/pip
	$(BIN)/python -m pip install uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
		--no-annotate --no-emit-index-url --custom-compile-command "make lock" \
		--output-file requirements.lock

# What was computed goes; what was downloaded (data/) and installed (.venv/) stays.
clean:
	rm -rf work
	find results -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +

# A stamp says that its packages are installed as pyproject.toml and requirements.lock say.
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --constraint requirements.lock --editable

$(VENV)/core.stamp: pyproject.toml requirements.lock | $(VENV)/bin/pip
	$(INSTALL) .
	@touch $@

$(VENV)/test.stamp $(VENV)/bench.stamp: $(VENV)/%.stamp: $(VENV)/core.stamp
	$(INSTALL) '.[$*]'
	@touch $@

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.version_info < (3, 11) and sys.exit("error: $(PYTHON) is Python " + sys.version.split()[0] + ", and 3.11 or later is needed: name another with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
