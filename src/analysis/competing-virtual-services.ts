import { fieldPath } from "../api/field-path.ts";
import { keyOf, type StoredObject } from "../api/object.ts";
import { resolveExportTo } from "../model/export-to.ts";
import { finding } from "../telemetry/catalogue.ts";
import { untilMany } from "../validation/bounded.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { hostsOf, onMesh } from "./world-keys.ts";

type Routes = StoredObject<"VirtualService">;

function seenFrom({ spec, metadata }: Routes): ReadonlySet<string> {
  return new Set(resolveExportTo(spec.exportTo, metadata.namespace));
}

/** Whether some namespace sees what is exported so, both ways. */
function meet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  if (one.has("*") || other.has("*")) return one.size > 0 && other.size > 0;
  return [...one].some((namespace) => other.has(namespace));
}

/** On the mesh a host has one VirtualService: of several, one counts and the others are lost. */
export const competingVirtualServices: AnalysisRule<"VirtualService"> = {
  id: "competing-virtual-services",
  kinds: ["VirtualService"],
  check: (object, world) => {
    if (!onMesh(object)) return [];
    const own = seenFrom(object);
    const meets = new Map<Routes, boolean>();
    const isRival = (other: Routes): boolean => {
      const known = meets.get(other) ?? (keyOf(other) !== keyOf(object) && meet(own, seenFrom(other)));
      meets.set(other, known);
      return known;
    };
    return untilMany(hostsOf(object).entries(), "spec.hosts", ([index, host]) => {
      const rivals = world.meshRoutes(host).filter(isRival);
      if (rivals.length === 0) return [];
      const names = [object, ...rivals].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
      return [finding("virtualServicesCompete", fieldPath("spec.hosts", index), { names: names.join(", "), host })];
    });
  },
};
