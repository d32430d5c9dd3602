import { finding } from "../../telemetry/catalogue.ts";
import { checkWildcardHost } from "../check/host.ts";
import { checkSelectorLabels } from "../check/labels.ts";
import type { Rule } from "../rule.ts";

/** The service is named; a selector has labels that can be. */
export const destinationRuleHost: Rule<"DestinationRule"> = {
  id: "destination-rule/host",
  kinds: ["DestinationRule"],
  check: ({ spec: { host, workloadSelector } }) => {
    const path = "spec.workloadSelector";
    const labels = workloadSelector?.matchLabels ?? {};
    const empty = workloadSelector !== undefined && Object.keys(labels).length === 0;
    return [
      ...checkWildcardHost(host, "spec.host"),
      ...(empty ? [finding("selectorEmpty", path, {})] : []),
      ...checkSelectorLabels(labels, `${path}.matchLabels`),
    ];
  },
};
