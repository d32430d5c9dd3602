import { chosenBy } from "../chosen-by.ts";

/** A policy for chosen workloads has one. */
export const securedWorkloads = chosenBy({
  id: "security/chosen-workloads",
  kind: "PeerAuthentication",
  path: "spec.selector.matchLabels",
  labelsOf: ({ spec }) => spec.selector?.matchLabels,
});
