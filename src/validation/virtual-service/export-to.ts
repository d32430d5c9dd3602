import { checkExportTo } from "../check/export-to.ts";
import type { Rule } from "../rule.ts";

/** Exported to namespaces that can be, never to none. */
export const virtualServiceExportTo: Rule<"VirtualService"> = {
  id: "virtual-service/export-to",
  kinds: ["VirtualService"],
  check: ({ spec, metadata }) => checkExportTo(spec.exportTo, "spec.exportTo", { namespace: metadata.namespace, none: false }),
};
