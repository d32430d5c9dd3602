import { chosenBy } from "../chosen-by.ts";

/** A service whose workloads are chosen by labels has one. */
export const entryWorkloads = chosenBy({
  id: "service-entry/chosen-workloads",
  kind: "ServiceEntry",
  path: "spec.workloadSelector.labels",
  labelsOf: ({ spec }) => spec.workloadSelector?.labels,
});
