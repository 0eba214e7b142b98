# make: set everything up in .venv, run the main job, which ends with its summary.
# make DATA=PATH SIZE=64: the same with images of one's own, brought to 64 x 64 pixels.
# make verify RUN=photos: replays a run, and compares its results byte for byte.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCHMARKS := $(patsubst benchmarks/%.py,bench-%,$(filter-out %/damage.py,$(wildcard benchmarks/*.py)))

.DELETE_ON_ERROR:
.NOTPARALLEL: # Snakemake does the work in parallel; benchmarks must not run side by side
.PHONY: run verify test test-deep test-report test-workflows lint format lock bench $(BENCHMARKS) clean

# What is given as NAME=... on the command line, as it was written, and nothing of that name in the
# environment. YAML takes text in single quotes as it is, and so does the shell; Snakemake takes
# quotes off that have no spaces around them.
given = $(if $(filter command,$(origin $1)),$(value $1))
yaml_text = '$(subst ','',$1)'
shell_text = '$(subst ','\'',$1)'
DATA_OPTION = $(if $(call given,DATA),$(call shell_text,data= $(call yaml_text,$(call given,DATA)) ))
SIZE_OPTION = $(if $(call given,SIZE),$(call shell_text,image_size=$(call given,SIZE)))
unexport DATA SIZE RUN ALSO # or make would look for variables of its own in them

# Snakemake keeps a folder in the user's home, and cannot run where that cannot be written.
CACHE = mkdir -p "$${XDG_CACHE_HOME:-$$HOME/.cache}/snakemake" 2>/dev/null \
	&& test -w "$${XDG_CACHE_HOME:-$$HOME/.cache}/snakemake" \
	|| export XDG_CACHE_HOME="$$PWD/.snakemake/cache";

run: $(VENV)/core.stamp
	@$(CACHE) $(BIN)/snakemake $(if $(DATA_OPTION)$(SIZE_OPTION),--config $(DATA_OPTION) $(SIZE_OPTION))

# ALSO="lecture label_efficiency": rules whose files are compared beside those of a plain run.
verify: $(VENV)/core.stamp
	@$(CACHE) $(BIN)/python -m pipeline.verify $(if $(call given,RUN),$(call shell_text,$(call given,RUN)),photos) \
		$(if $(call given,ALSO),--also $(call given,ALSO))

test: $(VENV)/test.stamp
	$(BIN)/pytest

# Tests of whole runs of the workflow on small sets, which take long: folds, odd data, the lecture,
# label efficiency, invariance, the audit.
test-workflows: $(VENV)/test.stamp
	$(BIN)/pytest tests/workflows

# Tests of what needs the extras: networks.
test-deep: $(VENV)/test-deep.stamp
	$(BIN)/pytest tests/deep

# Tests of the report in a browser, which is not installed here.
CHROMIUM = command -v chromium chromium-browser google-chrome >/dev/null \
	|| { echo "error: make test-report needs Chromium (Debian: apt-get install chromium)" >&2; exit 1; }

test-report: $(VENV)/test-report.stamp
	@$(CHROMIUM)
	$(BIN)/pytest -n0 tests/report

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
	$(BIN)/python -m benchmarks.$* $(if $(call given,DATA),$(call shell_text,$(call given,DATA)))

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

$(VENV)/test.stamp $(VENV)/test-deep.stamp $(VENV)/test-report.stamp $(VENV)/bench.stamp: $(VENV)/%.stamp: $(VENV)/core.stamp
	$(INSTALL) '.[$*]'
	@touch $@

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.version_info < (3, 11) and sys.exit("error: $(PYTHON) is Python " + sys.version.split()[0] + ", and 3.11 or later is needed: name another with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
