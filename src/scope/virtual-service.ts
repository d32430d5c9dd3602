import type { VirtualServiceSpec } from "../api/networking/virtual-service.ts";
import type { Query } from "../model/evaluation.ts";
import { isSeenFrom } from "../model/export-to.ts";
import { type Rule, virtualServicesFor } from "../model/indexes/rules.ts";
import { hostAndWildcards } from "../model/short-host.ts";
import { egress, letsThrough } from "./egress.ts";
import { splitHostArg } from "./visible-services.ts";

/**
 * The VirtualService that sidecars of a scope follow for a host (see `hostArg`): the one with the most specific host, then
 * the oldest; undefined where none applies.
 */
export const virtualServiceOf: Query<Rule<VirtualServiceSpec> | undefined> = {
  name: "virtual-service-of",
  compute(reader, arg) {
    const [scope, host] = splitHostArg(arg);
    const rules = reader.get(egress, scope);
    for (const key of hostAndWildcards(host)) {
      const found = reader
        .ask(virtualServicesFor, key)
        .find((rule) => isSeenFrom(rule.exportTo, rules.namespace) && letsThrough(rules, key, rule.namespace));
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  },
};
