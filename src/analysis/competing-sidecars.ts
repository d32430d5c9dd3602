import { keyOf } from "../api/object.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { isForAll } from "./world-keys.ts";

/** At most one Sidecar of a namespace is for all its workloads. */
export const competingSidecars: AnalysisRule<"Sidecar"> = {
  id: "competing-sidecars",
  kinds: ["Sidecar"],
  check: (object, world) => {
    if (!isForAll(object)) return [];
    const rivals = world.sidecarsForAll(object.metadata.namespace).filter((other) => keyOf(other) !== keyOf(object));
    if (rivals.length === 0) return [];
    const names = [object, ...rivals].map(({ metadata }) => metadata.name).sort();
    return [finding("sidecarsCompete", "spec.workloadSelector", { names: names.join(", ") })];
  },
};
