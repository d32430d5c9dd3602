# The main job on one machine, without Kubernetes.

.PHONY: demo
demo: build images system-network ## the main job, step by step, in network namespaces [KEEP=1 leaves it running]
	@dist/fairlead demo $(if $(KEEP),--keep)
