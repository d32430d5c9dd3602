# Node 24 first, then everything that npm installs, then the messages generated from Envoy's API.

NODE_READY := $(NODE)
NPM_READY := node_modules/.fairlead-$(firstword $(shell sha256sum package-lock.json))
GEN_INPUTS := tools/generate.ts $(shell find tools/proto -name "*.proto" 2>/dev/null | sort) package.json
GEN_READY := src/gen/.fairlead-$(firstword $(shell cat $(GEN_INPUTS) | sha256sum))

.PHONY: deps
deps: $(NPM_READY) ## install Node 24 and the npm packages of the lockfile

$(NODE_READY): tools/node/package-lock.json
	@if [ "$(NODE_ARCH)" = unsupported ]; then echo "no Node 24 package for $(MACHINE): x86_64 and aarch64 are known" >&2; exit 1; fi
	@PATH="$(SYSTEM_PATH)" tools/require-node.sh
	@echo "==> node 24: installing"
	@cd tools/node && PATH="$(SYSTEM_PATH)" npm ci --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

# Named by the lockfile's hash, inside node_modules: a new lockfile or a removed folder installs again, a touched file does not.
$(NPM_READY): | $(NODE_READY)
	@echo "==> npm packages: installing"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: generate
generate: $(GEN_READY) ## make src/gen from Envoy's API
$(GEN_READY): | $(NPM_READY)
	@echo "==> src/gen: generating"
	@$(NODE) tools/generate.ts
	@touch $@

.PHONY: generate-docs
generate-docs: $(GEN_READY) ## make the committed CRDs, values.schema.json, docs/messages.md and docs/fields.md from their sources
	@$(NODE) tools/crds.ts
	@$(NODE) tools/values-schema.ts
	@$(NODE) tools/messages.ts
	@$(NODE) tools/fields.ts
