import type { StoredObject } from "../api/object.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { AnalysisRule } from "./analysis-rule.ts";

function isForAll({ spec }: StoredObject<"Sidecar">): boolean {
  return Object.keys(spec.workloadSelector?.labels ?? {}).length === 0;
}

/** At most one Sidecar of a namespace is for all its workloads. */
export const competingSidecars: AnalysisRule<"Sidecar"> = {
  id: "competing-sidecars",
  kinds: ["Sidecar"],
  check: (object, world) => {
    if (!isForAll(object)) return [];
    const peers = world.all("Sidecar").filter((other) => isForAll(other) && other.metadata.namespace === object.metadata.namespace);
    if (peers.length < 2) return [];
    const names = peers.map(({ metadata }) => metadata.name).sort();
    return [finding("sidecarsCompete", "spec.workloadSelector", { names: names.join(", ") })];
  },
};
