import { finding } from "../telemetry/catalogue.ts";
import type { AnalysisRule } from "./analysis-rule.ts";

/** Some pod carries the gateway. Nothing is said where no pod is known, as in a folder of files. */
export const gatewayPods: AnalysisRule<"Gateway"> = {
  id: "gateway-pods",
  kinds: ["Gateway"],
  check: ({ spec: { selector = {} } }, world) => {
    const pods = world.all("Pod");
    const wanted = Object.entries(selector);
    const carried = pods.some(({ metadata }) => wanted.every(([key, value]) => metadata.labels[key] === value));
    if (pods.length === 0 || carried) return [];
    return [finding("gatewayPodsMissing", "spec.selector", { labels: wanted.map(([key, value]) => `${key}=${value}`).join(", ") })];
  },
};
