import { checkExportTo } from "../check/export-to.ts";
import type { Rule } from "../rule.ts";

/** A ServiceEntry may be exported to nobody, other kinds not. */
export const serviceEntryExportTo: Rule<"ServiceEntry"> = {
  id: "service-entry/export-to",
  kinds: ["ServiceEntry"],
  check: ({ spec, metadata }) => checkExportTo(spec.exportTo, "spec.exportTo", { namespace: metadata.namespace, none: true }),
};
