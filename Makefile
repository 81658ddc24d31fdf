# Everything runs in .venv, made from python3.11 (or PYTHON=...). `make demo` needs nothing but Python and a network.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
# Debian and Ubuntu ship python3 without venv, and Panda3D's software renderer needs libX11.
APT := python3-venv libx11-6

.PHONY: demo test test-slow test-browser test-lmms-eval verify-real check docs bench apt clean

demo: $(VENV)/core
	$(BIN)/mmego demo --report mmego-demo.html

test: $(VENV)/dev apt
	$(BIN)/python -m pytest

test-slow: $(VENV)/dev apt
	$(BIN)/python -m pytest -m "(slow or ray) and not gpu and not browser"

# Playwright drives the system's Chromium; it brings no browser of its own.
test-browser: $(VENV)/dev apt
	@command -v chromium chromium-browser google-chrome >/dev/null || (command -v apt-get >/dev/null && \
		(apt-get install -y chromium 2>/dev/null || (apt-get update && apt-get install -y chromium))) || \
		echo "these tests need Chromium: apt-get install chromium"
	$(BIN)/pip install --quiet --disable-pip-version-check playwright
	$(BIN)/python -m pytest -m browser

# lmms-eval pins old versions of what we use and brings gigabytes: it has an environment of its own. Torch is left to it:
# the torchvision that it asks for does not load beside another build of torch.
LMMS := .venv-lmms-eval
test-lmms-eval: $(LMMS)/ready apt
	$(LMMS)/bin/python -m pytest tests/integrations -m "slow or not slow"

$(LMMS)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(LMMS)
	$(LMMS)/bin/pip install --quiet --disable-pip-version-check -e ".[eval,sim]" pytest
	touch $@

check: $(VENV)/dev
	$(BIN)/ruff check src tests examples benchmarks scripts
	$(BIN)/ruff format --check src tests examples benchmarks scripts
	$(BIN)/mypy

# The pages of docs/ as a site in site/, with the commands' own help and the docstrings. A warning is an error: links, anchors,
# pages outside the menu. Not with --quiet, which hides the warnings from --strict. What mkdocs-material warns of MkDocs 2 is
# in docs/explanation/decisions.md.
docs: $(VENV)/docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "site/index.html"

# How fast a minute of video is decoded, and in how much memory, on this machine. The other decoders (decord, torchcodec)
# need an environment of their own, an hour of video a quarter of an hour: docs/explanation/video-speed-and-damage.md
# has the commands and what came out.
bench: $(VENV)/dev
	$(BIN)/python benchmarks/decode.py

# On a machine that reaches the hub: a published checkpoint's answers against transformers' own (docs/how-to/load-checkpoints.md).
MODEL ?= llava-hf/llava-onevision-qwen2-0.5b-ov-hf
VIDEO ?=
verify-real: $(VENV)/core
	$(BIN)/python scripts/verify_real.py --model $(MODEL) $(if $(VIDEO),--video $(VIDEO)) --out verify-real.md

apt:
	@ldconfig -p | grep -q libX11.so.6 || (command -v apt-get >/dev/null && \
		(apt-get install -y libx11-6 2>/dev/null || (apt-get update && apt-get install -y libx11-6))) || \
		echo "the simulator's tests need libX11: apt-get install libx11-6"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		(echo "mmego needs Python 3.11 or newer: apt-get install python3.11 python3.11-venv, or PYTHON=..."; exit 1)
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || (command -v apt-get >/dev/null && \
		(apt-get install -y python3-venv 2>/dev/null || (apt-get update && apt-get install -y python3-venv))) || true
	$(PYTHON) -m venv $(VENV) || (rm -rf $(VENV); echo "cannot make a virtual environment: apt-get install $(APT)"; exit 1)

# torch by its exact version first. Which build of it pip finds depends on where it looks: where that is the one for GPUs,
# it brings gigabytes of CUDA packages. To spare them, install the CPU build of that version into $(VENV) beforehand.
$(VENV)/core: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check "$$(grep '^torch==' constraints.txt)"
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/dev: $(VENV)/core
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[sim,train,data,scale,dev]"
	touch $@

$(VENV)/docs: $(VENV)/dev
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[docs]"
	touch $@

clean:
	rm -rf $(VENV) $(LMMS) site build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache
