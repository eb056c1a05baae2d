# `make test` is all a newcomer needs: it installs into .venv what requirements.lock says, checks
# and tests. VENV and PYTHON can be named: make test VENV=/tmp/venv PYTHON=python3.13
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: check test demo bench plots model images lock

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: check
	$(BIN)/python -m pytest -q -n 2 -rs

demo: $(VENV)/.base
	$(BIN)/boilerkill clean corpora/pages -o out --overwrite

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

# Speed beside peers with its plot, and how cost grows; takes minutes on a quiet machine.
plots: $(VENV)/.bench
	$(BIN)/python -m benchmarks speed --pages 40 --plot docs/images/speed.png
	$(BIN)/python -m benchmarks scale --plot docs/images/scale.png

model: $(VENV)/.dev
	$(BIN)/boilerkill train --config training/recipe.toml -o boilerkill/data/model.bk --card training

# The README's pictures, in the Chromium of this machine.
images: $(VENV)/.dev
	$(BIN)/python docs/screenshots.py

# Needs pip-tools. Hashes of all files of each release, and no address.
lock:
	pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	    --extra dumps --extra label --extra train --extra test --extra dev --output-file requirements.lock pyproject.toml

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: pyproject.toml | $(BIN)/python
	$(INSTALL) --editable .
	touch $@

$(VENV)/.dev: requirements.lock pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/.base

$(VENV)/.bench: $(VENV)/.dev
	$(INSTALL) --editable '.[bench]'
	touch $@
