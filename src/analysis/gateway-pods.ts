import { finding } from "../telemetry/catalogue.ts";
import type { AnalysisRule } from "./analysis-rule.ts";

/** Some pod carries the gateway. Nothing is said where no pod is known, as in a folder of files. */
export const gatewayPods: AnalysisRule<"Gateway"> = {
  id: "gateway-pods",
  kinds: ["Gateway"],
  check: ({ spec: { selector = {} } }, world) => {
    if (!world.knowsPods() || world.hasPodWith(selector)) return [];
    const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
    return [finding("gatewayPodsMissing", "spec.selector", { labels: labels.join(", ") })];
  },
};
