# What the house looks like. Each checker fails when it checked nothing; test/unit/tools proves that each rule bites.

.PHONY: lint
lint: $(GEN_READY) ## format, types, import ranks, sizes, manners, dead code [ONLY="biome types"]
	@$(NODE) tools/lint/main.ts $(ONLY)

.PHONY: format
format: | $(NPM_READY) ## let Biome format and order imports
	@$(NODE) node_modules/@biomejs/biome/bin/biome check --write --error-on-warnings . || true
