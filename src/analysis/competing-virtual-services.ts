import { fieldPath } from "../api/field-path.ts";
import { keyOf, type StoredObject } from "../api/object.ts";
import { isSeenFrom, resolveExportTo } from "../model/export-to.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { hostsOf, onMesh } from "./world-keys.ts";

type Routes = StoredObject<"VirtualService">;

/** Whether some namespace sees both. */
function meet(one: Routes, other: Routes): boolean {
  const [a, b] = [one, other].map(({ spec, metadata }) => resolveExportTo(spec.exportTo, metadata.namespace));
  return a !== undefined && b !== undefined && (b.includes("*") ? a.length > 0 : b.some((namespace) => isSeenFrom(a, namespace)));
}

/** On the mesh a host has one VirtualService: of several, one counts and the others are lost. */
export const competingVirtualServices: AnalysisRule<"VirtualService"> = {
  id: "competing-virtual-services",
  kinds: ["VirtualService"],
  check: (object, world) => {
    if (!onMesh(object)) return [];
    return hostsOf(object).flatMap((host, index) => {
      const rivals = world.meshRoutes(host).filter((other) => keyOf(other) !== keyOf(object) && meet(object, other));
      if (rivals.length === 0) return [];
      const names = [object, ...rivals].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
      return [finding("virtualServicesCompete", fieldPath("spec.hosts", index), { names: names.join(", "), host })];
    });
  },
};
