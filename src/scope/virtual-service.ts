import type { VirtualServiceSpec } from "../api/networking/virtual-service.ts";
import type { Query } from "../model/evaluation.ts";
import { isSeenFrom } from "../model/export-to.ts";
import { type Rule, virtualServiceHosts, virtualServicesFor } from "../model/indexes/rules.ts";
import { hostAndWildcards } from "../model/short-host.ts";
import { type Egress, egress, letsRule } from "./egress.ts";
import { hostArg, splitHostArg, visibleHost } from "./visible-services.ts";

type VirtualServiceRule = Rule<VirtualServiceSpec>;

/** Rules written for the caller's namespace alone come before those for several, and those before the ones for all. */
function closeness({ exportTo, namespace }: VirtualServiceRule, rules: Egress): number {
  const isPrivate = exportTo.length === 1 && exportTo[0] === rules.namespace && namespace === rules.namespace;
  return isPrivate ? 0 : exportTo.includes(rules.namespace) ? 1 : 2;
}

/**
 * The VirtualService that sidecars of a scope follow for a host (see `hostArg`): the one with the most specific host, then the one
 * exported most narrowly, then the oldest; undefined where none applies.
 */
export const virtualServiceOf: Query<Rule<VirtualServiceSpec> | undefined> = {
  name: "virtual-service-of",
  compute(reader, arg) {
    const [scope, host] = splitHostArg(arg);
    const rules = reader.get(egress, scope);
    for (const key of hostAndWildcards(host)) {
      const [first] = reader
        .ask(virtualServicesFor, key)
        .filter((rule) => isSeenFrom(rule.exportTo, rules.namespace) && letsRule(rules, key, rule.namespace))
        .toSorted((a, b) => closeness(a, rules) - closeness(b, rules));
      if (first !== undefined) {
        return first;
      }
    }
    return undefined;
  },
};

/** Hosts that a scope can call though no service declares them: VirtualServices that it follows name them. */
export const bareHostsOf: Query<readonly string[]> = {
  name: "bare-hosts-of",
  compute(reader, scope) {
    const named = ["*", reader.get(egress, scope).namespace].flatMap((to) => reader.ask(virtualServiceHosts, to));
    const isBare = (at: string) => reader.get(visibleHost, at).length === 0 && reader.get(virtualServiceOf, at) !== undefined;
    return [...new Set(named)].filter((host) => host !== "*" && isBare(hostArg(scope, host))).sort();
  },
};
