import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkSelectorLabels } from "../check/labels.ts";
import type { Rule } from "../rule.ts";

/** Workloads are found by their labels, and have addresses: there is nothing to resolve. */
function checkResolution(resolution: string, path: string): readonly Finding[] {
  if (resolution === "NONE") return [finding("selectorWithNone", path, {})];
  return resolution.startsWith("DNS") ? [finding("selectorWithDns", path, { resolution })] : [];
}

/** Endpoints are listed or selected, never both. */
export const serviceEntryEndpointsOrSelector: Rule<"ServiceEntry"> = {
  id: "service-entry/endpoints-or-selector",
  kinds: ["ServiceEntry"],
  check: ({ spec: { endpoints, workloadSelector, resolution = "NONE" } }) => {
    if (workloadSelector === undefined) return [];
    const path = "spec.workloadSelector";
    const labels = workloadSelector.labels ?? {};
    return [
      ...(endpoints !== undefined ? [finding("endpointsAndSelector", path, {})] : checkResolution(resolution, path)),
      ...(Object.keys(labels).length === 0 ? [finding("selectorEmpty", path, {})] : []),
      ...checkSelectorLabels(labels, `${path}.labels`),
    ];
  },
};
