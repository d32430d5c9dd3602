import { chosenBy } from "../chosen-by.ts";

/** A policy for some callers has one. */
export const policyWorkloads = chosenBy({
  id: "destination-rule/chosen-workloads",
  kind: "DestinationRule",
  path: "spec.workloadSelector.matchLabels",
  labelsOf: ({ spec }) => spec.workloadSelector?.matchLabels,
});
