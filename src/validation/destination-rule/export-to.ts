import { finding } from "../../telemetry/catalogue.ts";
import { checkExportTo } from "../check/export-to.ts";
import type { Rule } from "../rule.ts";

/** Exported to namespaces that can be; with a selector to its own alone. */
export const destinationRuleExportTo: Rule<"DestinationRule"> = {
  id: "destination-rule/export-to",
  kinds: ["DestinationRule"],
  check: ({ spec: { exportTo = [], workloadSelector }, metadata: { namespace } }) => {
    const beyond = workloadSelector !== undefined && exportTo.some((entry) => entry !== "." && entry !== namespace);
    return [
      ...checkExportTo(exportTo, "spec.exportTo", { namespace, none: false }),
      ...(beyond ? [finding("selectorExport", "spec.exportTo", {})] : []),
    ];
  },
};
