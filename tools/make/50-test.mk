# Tests, from fast to real. A layer is a folder of test/ and a project of vitest.config.ts.

VITEST := $(NODE) node_modules/vitest/vitest.mjs run
layers = $(foreach layer,$(1),--project $(layer))
empty :=
space := $(empty) $(empty)

.PHONY: test-unit
test-unit: $(GEN_READY) ## the fast tests: unit, property, golden
	@$(VITEST) $(call layers,unit property golden) $(ARGS)

.PHONY: test-needs
test-needs: build images system-network binaries-envtest

.PHONY: test
test: test-needs ## everything that runs without a kubelet; last line: N passed, N failed, N skipped
	@$(VITEST) $(call layers,unit property golden fuzz api-server network tutorials) $(ARGS)

.PHONY: tutorials
tutorials: test-needs ## the tutorials' rows [ROWS="C1 C2"]
	@$(VITEST) $(call layers,tutorials) --reporter=./test/reporter/rows.ts \
	  $(if $(ROWS),--testNamePattern '(^| )($(subst $(space),|,$(strip $(ROWS))))( |$$)') $(ARGS)

.PHONY: cluster-test
cluster-test: test-needs system-cluster binaries-node ## what needs a kubelet, on a one-node cluster made for it [KEEP=1 leaves it up]
	@$(MAKE_IMAGES)
	@$(if $(KEEP),KEEP=1) $(NODE) test/cluster/main.ts $(VITEST) $(call layers,cluster) $(ARGS)

.PHONY: bench
bench: build envoy system-network binaries-envtest ## benchmarks into bench/results [ONLY="push store"]
	@$(NODE) tools/bench.ts $(ONLY)

.PHONY: parity
parity: build ## compare with recorded behaviour: DIR=folder with validation.py, analysis.py, inject.py
	@$(NODE) tools/parity.ts "$(DIR)"
