# The programs, and the container images made of them.

SOURCES := $(shell find src -name '*.ts' -not -path 'src/gen/*' 2>/dev/null)
BUILT := dist/.built
# One at a time, whoever asks for them.
MAKE_IMAGES = flock .cache/images.lock $(NODE) tools/images/main.ts

.PHONY: build
build: $(BUILT) ## bundle dist/fairlead (the command) and dist/agent.js
$(BUILT): $(SOURCES) tools/build.ts package.json $(GEN_READY) | $(NPM_READY)
	@echo "==> dist: bundling"
	@mkdir -p .cache && flock .cache/build.lock $(NODE) tools/build.ts
	@touch $@

.PHONY: images
images: system-images build envoy ## make the container images as one OCI archive, dist/images/all.tar
	@$(MAKE_IMAGES)
