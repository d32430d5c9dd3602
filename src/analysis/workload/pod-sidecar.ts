import type { StoredObject } from "../../api/object.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { injectionOf } from "../injection-of.ts";
import { proxyContainer } from "./proxy-container.ts";

const ENDED: ReadonlySet<string | undefined> = new Set(["Succeeded", "Failed"]);

/** A pod that has ended, or is about to, calls nobody any more. */
export function runsWithoutSidecar(pod: StoredObject<"Pod">): boolean {
  return !ENDED.has(pod.spec.phase) && pod.metadata.deletionTimestamp === undefined && proxyContainer(pod) === undefined;
}

/** A pod that is to have a sidecar has one: it was made before its labels asked for it, or the injector was away. */
export const podSidecar: AnalysisRule<"Pod"> = {
  id: "workload/pod-sidecar",
  kinds: ["Pod"],
  level: "warning",
  needs: ["Namespace"],
  check: (object, world) => {
    if (!runsWithoutSidecar(object)) return [];
    const decision = injectionOf(object, world);
    return decision?.inject ? [finding("podWithoutSidecar", "spec.containers", { reason: decision.reason })] : [];
  },
};
