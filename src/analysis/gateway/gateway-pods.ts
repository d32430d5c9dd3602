import { finding } from "../../telemetry/catalogue.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { labelsAsText } from "../labels-as-text.ts";
import { usualGateway } from "./usual-gateways.ts";

/** Some pod carries the gateway. Nothing is said where no pod is known, as in a folder of files. */
export const gatewayPods: AnalysisRule<"Gateway"> = {
  id: "gateway/gateway-pods",
  kinds: ["Gateway"],
  level: "warning",
  needs: ["Pod"],
  check: ({ spec: { selector = {} } }, world) => {
    if (world.workloads(selector, { most: 1 }).length > 0) return [];
    if (!world.hasAll("Pod") && usualGateway(selector) !== undefined) return [];
    return [finding("gatewayPodsMissing", "spec.selector", { labels: labelsAsText(selector) })];
  },
};
