# The one door of fairlead: `make` lists what it opens. Each concern has its file under tools/make/.
# Needs GNU make, Node 20 or newer, Python 3, and for the test binaries Go or KUBEBUILDER_ASSETS; brings all else itself.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# What is made once for a machine (Envoy, test binaries) lies in CACHE; what is made for this clone lies in .cache and dist.
CACHE ?= $(or $(FAIRLEAD_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/fairlead)
STAMP := .cache/stamp
MACHINE := $(shell uname -m)
NODE_ARCH := $(or $(patsubst x86_64,x64,$(filter x86_64,$(MACHINE))),$(patsubst aarch64,arm64,$(filter aarch64,$(MACHINE))),unsupported)
NODE_DIR := $(CURDIR)/tools/node/node_modules/node-linux-$(NODE_ARCH)
NODE := $(NODE_DIR)/bin/node
SYSTEM_PATH := $(PATH)

# Every recipe finds Node 24 and the test binaries first, whatever `node` the machine has.
export PATH := $(CURDIR)/.cache/bin:$(NODE_DIR)/bin:$(PATH)
export FAIRLEAD_CACHE := $(CACHE)

include $(sort $(wildcard tools/make/*.mk))

.PHONY: help
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z][a-z-]*:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: clean
clean: ## remove what was made in this clone (the machine-wide cache stays)
	@rm -rf dist .cache src/gen coverage
	@echo "removed dist, .cache, src/gen; the cache $(CACHE) stays"
