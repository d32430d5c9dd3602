# The long counts, for a night: the tests of test/soak/parts.ts, part after part. FAIRLEAD_SEED=N runs the inputs of an earlier run.

# What the named parts need; everything where none is named.
SOAK_NEEDS = $(if $(filter-out validate unreachable doors orders patch fuzz% crds,$(or $(ONLY),all)),test-needs,$(GEN_READY) binaries-envtest)
# Parts that run on the one-node cluster.
SOAK_CLUSTER = $(filter restarts,$(or $(ONLY),restarts))

.PHONY: soak
soak: $(SOAK_NEEDS) $(if $(SOAK_CLUSTER),system-cluster binaries-node) ## the long counts, into test/soak/report.md [ONLY="fuzz crds"] [AGAIN=1] [SHARE=0.1]
	@$(if $(SOAK_CLUSTER),$(MAKE_IMAGES))
	@AGAIN=$(AGAIN) $(if $(SHARE),FAIRLEAD_SOAK_SHARE=$(SHARE)) $(NODE) tools/soak.ts $(ONLY)
