import { finding } from "../../telemetry/catalogue.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { askingLabels } from "../namespace/injection-labels.ts";

/** Why the pods of a namespace have no sidecar, by its labels; absent where they may have one. */
function reasonOf(labels: Readonly<Record<string, string>>): string | undefined {
  if (labels["istio-injection"] === "disabled") return "istio-injection=disabled";
  const [only, ...more] = askingLabels(labels);
  return more.length === 0 && only?.startsWith("istio.io/dataplane-mode") ? only : undefined;
}

/** A Sidecar configures sidecars: where the namespace's label keeps them away, it is for nobody. */
export const withoutSidecars: AnalysisRule<"Sidecar"> = {
  id: "sidecar/without-sidecars",
  kinds: ["Sidecar"],
  level: "warning",
  needs: ["Namespace"],
  check: ({ metadata: { namespace } }, world) => {
    const label = reasonOf(world.find("Namespace", "", namespace)?.metadata.labels ?? {});
    return label === undefined ? [] : [finding("sidecarForNobody", "metadata.namespace", { namespace, label })];
  },
};
