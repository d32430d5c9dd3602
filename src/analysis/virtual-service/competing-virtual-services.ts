import { fieldPath } from "../../api/field-path.ts";
import type { VirtualServiceSpec } from "../../api/networking/virtual-service.ts";
import { resolveExportTo } from "../../model/export-to.ts";
import { onMesh, type Rule, virtualServicesFor } from "../../model/indexes/rules.ts";
import { fullHost } from "../../model/short-host.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { seenTogether } from "../visibility.ts";

type Routes = Rule<VirtualServiceSpec>;

const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string => `${namespace}/${name}`;

/** On the mesh a host has one VirtualService: of several, one counts and the others are lost. */
export const competingVirtualServices: AnalysisRule<"VirtualService"> = {
  id: "virtual-service/competing-virtual-services",
  kinds: ["VirtualService"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata }, world) => {
    if (!onMesh(spec)) return [];
    const own = resolveExportTo(spec.exportTo, metadata.namespace);
    const meets = new Map<string, boolean>();
    const isRival = (other: Routes): boolean => {
      const name = nameOf(other);
      const known = meets.get(name) ?? (name !== nameOf(metadata) && seenTogether(own, other.exportTo));
      meets.set(name, known);
      return known;
    };
    return untilMany((spec.hosts ?? []).entries(), "spec.hosts", ([index, written]) => {
      const host = fullHost(written, metadata.namespace);
      const rivals = world.ask(virtualServicesFor, host).filter(isRival);
      if (rivals.length === 0) return [];
      const names = [...new Set([metadata, ...rivals].map(nameOf))].sort();
      return [finding("virtualServicesCompete", fieldPath("spec.hosts", index), { names: names.join(", "), host })];
    });
  },
};
