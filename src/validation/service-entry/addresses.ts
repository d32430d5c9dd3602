import { parseRange } from "../../base/address.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { each } from "../each.ts";
import type { Rule } from "../rule.ts";

/** Addresses are IP addresses or ranges; a range cannot be what a name resolves to. */
export const serviceEntryAddresses: Rule<"ServiceEntry"> = {
  id: "service-entry/addresses",
  kinds: ["ServiceEntry"],
  check: ({ spec }) =>
    each(spec.addresses, "spec.addresses", (value, path) => {
      if (!parseRange(value)) return [finding("badRange", path, { value })];
      const { resolution = "NONE" } = spec;
      const named = resolution !== "NONE" && resolution !== "STATIC";
      return named && value.includes("/") ? [finding("cidrNeedsNoneOrStatic", path, { value, resolution })] : [];
    }),
};
