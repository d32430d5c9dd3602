import { finding } from "../../telemetry/catalogue.ts";
import { checkSelectorLabels } from "../check/labels.ts";
import type { Rule } from "../rule.ts";

/** Endpoints are listed or selected, never both. */
export const serviceEntryEndpointsOrSelector: Rule<"ServiceEntry"> = {
  id: "service-entry/endpoints-or-selector",
  kinds: ["ServiceEntry"],
  check: ({ spec: { endpoints, workloadSelector, resolution = "NONE" } }) => {
    if (workloadSelector === undefined) return [];
    const path = "spec.workloadSelector";
    const labels = workloadSelector.labels ?? {};
    return [
      ...(endpoints !== undefined ? [finding("endpointsAndSelector", path, {})] : []),
      ...(Object.keys(labels).length === 0 ? [finding("selectorEmpty", path, {})] : []),
      ...(resolution === "NONE" ? [finding("selectorWithNone", path, {})] : []),
      ...checkSelectorLabels(labels, `${path}.labels`),
    ];
  },
};
