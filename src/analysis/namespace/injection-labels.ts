import { finding } from "../../telemetry/catalogue.ts";
import type { AnalysisRule } from "../analysis-rule.ts";

/** Labels by which a namespace asks for the mesh; two of them ask for two things. */
export function askingLabels(labels: Readonly<Record<string, string>>): readonly string[] {
  if (labels["istio-injection"] === "disabled") return [];
  return [
    ...(labels["istio-injection"] === "enabled" ? ["istio-injection=enabled"] : []),
    ...(labels["istio.io/rev"] ? [`istio.io/rev=${labels["istio.io/rev"]}`] : []),
    ...(labels["istio.io/dataplane-mode"] === "ambient" ? ["istio.io/dataplane-mode=ambient"] : []),
  ];
}

/** A namespace asks for the mesh by one label. */
export const injectionLabels: AnalysisRule<"Namespace"> = {
  id: "namespace/injection-labels",
  kinds: ["Namespace"],
  level: "warning",
  needs: [],
  check: ({ metadata: { labels } }) => {
    const asking = askingLabels(labels);
    return asking.length < 2 ? [] : [finding("namespaceLabelsContradict", "metadata.labels", { labels: asking.join(", ") })];
  },
};
