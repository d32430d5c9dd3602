import { checkSubsetName } from "../check/destination.ts";
import { checkMatchedLabels } from "../check/labels.ts";
import { checkTrafficPolicy } from "../check/traffic-policy.ts";
import { checkUnique } from "../check/unique.ts";
import { each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

/** Subsets have different names, labels that can be, and policies that can be. */
export const destinationRuleSubsets: Rule<"DestinationRule"> = {
  id: "destination-rule/subsets",
  kinds: ["DestinationRule"],
  check: ({ spec, metadata: { namespace } }) => [
    ...each(spec.subsets, "spec.subsets", (subset, path) => [
      ...checkSubsetName(subset.name, `${path}.name`),
      ...present(subset.labels, `${path}.labels`, checkMatchedLabels),
      ...present(subset.trafficPolicy, `${path}.trafficPolicy`, (policy, at) => checkTrafficPolicy(policy, at, namespace)),
    ]),
    ...checkUnique(spec.subsets, "spec.subsets", { what: "subset", field: "name", of: ({ name }) => name || undefined }),
  ],
};
