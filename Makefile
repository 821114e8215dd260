# The commands of this repository; `make` lists them. CI runs `make test` (.ci/run).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The distribution's Python, which has the Debian torch and onnx packages.
PYTHON ?= /usr/bin/python3
export BLNET_PYTHON := $(PYTHON)

# npm writes this file at the end of an install, so it serves as the stamp of `setup`.
STAMP := node_modules/.package-lock.json

# Debian packages that `tools` installs; each of TOOLS is a command and a package of one name.
TOOLS := verilator iverilog yosys z3 g++ make chromium tclsh
PYTHON_MODULES := torch onnx numpy PIL yaml

# Python packages for tests, in environments of their own; the requirements are their stamps.
TFLITE_ENV := build/tflite-env
TFLITE_REQUIREMENTS := test/support/tflite-requirements.txt
SNAKEMAKE_ENV := build/snakemake-env
SNAKEMAKE_REQUIREMENTS := test/support/snakemake-requirements.txt

# nextpnr-ecp5 for the tests of place and route, likewise.
NEXTPNR_ENV := build/nextpnr-env
NEXTPNR_REQUIREMENTS := hw/nextpnr-requirements.txt

# cocotb, FuseSoC, a SystemRDL compiler and IP-XACT's schemas, likewise. The list is complete, so nothing else is installed.
COCOTB_ENV := build/cocotb-env
COCOTB_REQUIREMENTS := test/support/cocotb-requirements.txt

# $(call python-env,folder,requirements,what of it skips,more options of pip)
define python-env
	@if cmp -s $(2) $(1)/requirements.txt; then exit 0; fi; \
	rm -rf $(1); \
	if $(PYTHON) -m venv $(1) >/dev/null \
	  && $(1)/bin/pip install -q --no-input --disable-pip-version-check $(4) -r $(2); \
	then cp $(2) $(1)/requirements.txt; \
	else rm -rf $(1); echo '$@: could not install $(3) (venv and pip of $(PYTHON)); its tests skip' >&2; fi
endef

.PHONY: help setup build web demo tools tflite snakemake nextpnr cocotb test check training-test bench bench-build fuzz soak docs fmt clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) ## Install the npm packages of package-lock.json

$(STAMP): package-lock.json
	@node -e 'process.exit(Number.parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null \
	  || { echo 'blnet needs Node.js 20 or newer, with npm: https://nodejs.org/' >&2; exit 1; }
	@# npm ci empties node_modules/ through a link, and so breaks the checkout that it belongs to.
	@if [ -L node_modules ]; then echo 'node_modules is a link: run `make setup` where it points to' >&2; exit 1; fi
	ONNXRUNTIME_NODE_INSTALL=skip npm ci --no-audit --no-fund
	@touch $@

build: $(STAMP) ## Compile src/ to dist/
	@npm run --silent build

web: build ## Build the playground (dist/web) that `blnet ui` serves
	@npm run --silent build:web

demo: build ## Compile and simulate the reference network, end to end
	node dist/cli/main.js demo

tools: ## Install the RTL tools and Python packages, where apt-get and root allow it
	@missing=''; \
	for tool in $(TOOLS); do command -v "$$tool" >/dev/null || missing="$$missing $$tool"; done; \
	for module in $(PYTHON_MODULES); do \
	  $(PYTHON) -c "import importlib.util as u, sys; sys.exit(u.find_spec('$$module') is None)" 2>/dev/null \
	    || missing="$$missing python3-$$(tr A-Z a-z <<<"$$module")"; \
	done; \
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || missing="$$missing python3-venv"; \
	if [ -z "$$missing" ]; then echo 'tools: all here'; exit 0; fi; \
	if ! command -v apt-get >/dev/null || [ "$$(id -u)" != 0 ]; then \
	  echo "tools: please install:$$missing (Debian package names); tests that need them skip" >&2; exit 0; \
	fi; \
	export DEBIAN_FRONTEND=noninteractive; \
	apt-get update -qq || echo 'tools: apt-get update failed, going on with the lists at hand' >&2; \
	for package in $$missing; do \
	  apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$$package" \
	    || echo "tools: could not install $$package; tests that need it skip" >&2; \
	done

tflite: ## Install TFLite Micro for the tests, where Python and its package index allow it
	$(call python-env,$(TFLITE_ENV),$(TFLITE_REQUIREMENTS),TFLite Micro)

snakemake: ## Install Snakemake for the tests, likewise
	$(call python-env,$(SNAKEMAKE_ENV),$(SNAKEMAKE_REQUIREMENTS),Snakemake)

nextpnr: ## Install nextpnr-ecp5 for the tests, likewise
	$(call python-env,$(NEXTPNR_ENV),$(NEXTPNR_REQUIREMENTS),nextpnr-ecp5)

cocotb: ## Install cocotb, FuseSoC and readers of register descriptions for the tests, likewise
	$(call python-env,$(COCOTB_ENV),$(COCOTB_REQUIREMENTS),cocotb,--no-deps)

test: setup tools tflite snakemake nextpnr cocotb ## Everything: install what is missing, then `check`
	@$(MAKE) --no-print-directory check

check: build ## Format, lint, types and tests; installs no tools
	@$(MAKE) --no-print-directory training-test
	@npm run --silent check

training-test: ## Unit tests of training/ (skipped aloud without torch)
	@if $(PYTHON) -c 'import torch' 2>/dev/null; then \
	  cd training && $(PYTHON) -m unittest discover; \
	else \
	  echo 'skipped: training/: $(PYTHON) has no torch' >&2; \
	fi

bench-build: $(STAMP)
	@npx tsc -p tsconfig.bench.json
	@mkdir -p bench/results

bench: build bench-build ## Measure compiler and simulator, plan all networks for all parts; results in bench/results/
	node build/bench-js/bench/bench.js | tee bench/results/bench.txt
	node build/bench-js/bench/plans.js | tee bench/results/plans.txt
	node build/bench-js/bench/copies.js | tee bench/results/copies.txt

fuzz: build bench-build ## Mutated models, builds, configurations, images; kills; results in bench/results/fuzz.txt
	node build/bench-js/bench/fuzz/fuzz.js $(FUZZ) | tee bench/results/fuzz.txt

soak: build bench-build ## Long comparisons of simulator and RTL; results in bench/results/
	node build/bench-js/bench/soak.js | tee bench/results/soak.txt
	node build/bench-js/bench/tflite-equality.js | tee bench/results/tflite-equality.txt
	node build/bench-js/bench/tflite-rtl.js | tee bench/results/tflite-rtl.txt
	node build/bench-js/bench/onnx-equality.js | tee bench/results/onnx-equality.txt
	node build/bench-js/bench/paper-frame.js | tee bench/results/paper-frame.txt
	node build/bench-js/bench/synth-network.js | tee bench/results/synth-network.txt
	node build/bench-js/bench/synth-network.js models/mobile-blnet-cifar10.onnx xc7z020 --requantize-in luts \
	  | tee bench/results/synth-network-luts.txt

docs: build ## Write the generated pages of docs/ (commands, blocks)
	node scripts/write-docs.mjs

fmt: $(STAMP) ## Format, sort imports, apply safe lint fixes
	npx biome check --write .

clean: ## Remove everything that is built, but not node_modules/
	rm -rf dist build coverage
