# Tests, from fast to real. A layer is a folder of test/ and a project of vitest.config.ts.

VITEST := $(NODE) node_modules/vitest/vitest.mjs run

.PHONY: test-unit
test-unit: $(GEN_READY) ## the fast tests: unit, property, golden
	@$(VITEST) --project unit --project property --project golden $(ARGS)

.PHONY: test-needs
test-needs: build images system-network binaries-envtest

.PHONY: test
test: test-needs ## everything that runs without a kubelet; last line: N passed, N failed, N skipped
	@$(VITEST) --project unit --project property --project golden --project api-server --project network --project tutorials $(ARGS)

.PHONY: tutorials
tutorials: test-needs ## the tutorials' rows [ROWS="C1 C2"]
	@ROWS="$(ROWS)" $(VITEST) --project tutorials --reporter=./test/reporter/rows.ts $(if $(ROWS),--testNamePattern '^(.* )?($(subst $(eval ) ,|,$(strip $(ROWS))))\b') $(ARGS)

.PHONY: cluster-test
cluster-test: test-needs system-cluster binaries-node ## what needs a kubelet, on a one-node cluster made for it
	@$(VITEST) --project cluster $(ARGS)
