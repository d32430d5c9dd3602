import { chosenBy } from "../chosen-by.ts";

/** A Sidecar that chooses workloads chooses one. */
export const sidecarWorkloads = chosenBy({
  id: "sidecar/chosen-workloads",
  kind: "Sidecar",
  path: "spec.workloadSelector.labels",
  labelsOf: ({ spec }) => spec.workloadSelector?.labels,
});
