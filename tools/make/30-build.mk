# The programs, and the container images made of them.

SOURCES := $(shell find src -name '*.ts' -not -path 'src/gen/*' 2>/dev/null)
BUILT := dist/.built

.PHONY: build
build: $(BUILT) ## bundle dist/fairlead (the command) and dist/agent.js
$(BUILT): $(SOURCES) tools/build.ts package.json $(GEN_READY) | $(NPM_READY)
	@echo "==> dist: bundling"
	@$(NODE) tools/build.ts
	@touch $@

.PHONY: images
images: system-images build envoy ## make the container images as one OCI archive, dist/images/all.tar
	@$(NODE) tools/images/main.ts
