import { finding } from "../../telemetry/catalogue.ts";
import { each } from "../each.ts";
import type { Rule } from "../rule.ts";

/** Rules hand over once, to a VirtualService that is named: one without hosts hands over no further. */
export const virtualServiceDelegate: Rule<"VirtualService"> = {
  id: "virtual-service/delegate",
  kinds: ["VirtualService"],
  check: ({ spec: { hosts = [], http } }) =>
    each(http, "spec.http", ({ delegate }, path) => {
      if (!delegate) return [];
      if (hosts.length === 0) return [finding("delegateInDelegate", `${path}.delegate`, {})];
      return delegate.name ? [] : [finding("delegateName", `${path}.delegate.name`, {})];
    }),
};
