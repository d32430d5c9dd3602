import type { DestinationRuleSpec } from "../api/networking/destination-rule.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import { isSeenFrom } from "../model/export-to.ts";
import { destinationRulesFor, type Rule } from "../model/indexes/rules.ts";
import { hostAndWildcards } from "../model/short-host.ts";
import { egress } from "./egress.ts";
import { rootNamespace } from "./mesh-settings.ts";
import { reachableHost } from "./reachable-hosts.ts";
import type { EffectivePolicy } from "./traffic-policy.ts";
import { splitHostArg } from "./visible-services.ts";

type TrafficPolicy = NonNullable<DestinationRuleSpec["trafficPolicy"]>;
type Subset = NonNullable<DestinationRuleSpec["subsets"]>[number];

/** The DestinationRules that hold for a host in a scope, as one. */
export interface HostRules {
  readonly rule?: { readonly namespace: string; readonly name: string };
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets: readonly Subset[];
}

const NONE: HostRules = { subsets: [] };

/** Rules of one host in one namespace add up: the oldest gives the policy, each adds the subsets not yet there. */
function merge(rules: readonly Rule<DestinationRuleSpec>[]): HostRules {
  const [first] = rules;
  if (first === undefined) {
    return NONE;
  }
  const subsets = new Map<string, Subset>();
  for (const subset of rules.flatMap((rule) => rule.spec.subsets ?? [])) {
    if (!subsets.has(subset.name)) {
      subsets.set(subset.name, subset);
    }
  }
  const trafficPolicy = rules.find((rule) => rule.spec.trafficPolicy !== undefined)?.spec.trafficPolicy;
  return {
    rule: { namespace: first.namespace, name: first.name },
    ...(trafficPolicy === undefined ? {} : { trafficPolicy }),
    subsets: [...subsets.values()],
  };
}

/** Rules of one namespace for a host that a caller's namespace sees: those for the most specific host. */
export function rulesIn(
  reader: Pick<Reader, "ask">,
  host: string,
  from: { readonly namespace: string; readonly caller: string },
): readonly Rule<DestinationRuleSpec>[] {
  for (const key of hostAndWildcards(host)) {
    const found = reader
      .ask(destinationRulesFor, key)
      .filter((rule) => rule.namespace === from.namespace && isSeenFrom(rule.exportTo, from.caller));
    if (found.length > 0) {
      return found;
    }
  }
  return [];
}

/**
 * Rules for a host (see `hostArg`): those of the caller's namespace, else of the service's, else of the root namespace; in
 * each the most specific host (Istio's documentation, «DestinationRule precedence»).
 */
export const destinationRulesOf: Query<HostRules> = {
  name: "destination-rules-of",
  compute(reader, arg) {
    const [scope, host] = splitHostArg(arg);
    const caller = reader.get(egress, scope).namespace;
    const owners = reader.get(reachableHost, arg).map(({ service }) => service.namespace);
    for (const namespace of new Set([caller, ...owners, reader.get(rootNamespace, "")])) {
      const found = rulesIn(reader, host, { namespace, caller });
      if (found.length > 0) {
        return merge(found);
      }
    }
    return NONE;
  },
};

function withPort(policy: TrafficPolicy | undefined, port: number): TrafficPolicy | undefined {
  return policy?.portLevelSettings?.find((settings) => settings.port?.number === port) ?? policy;
}

const BLOCKS = ["loadBalancer", "connectionPool", "outlierDetection", "tls"] as const;

/** The policy for one port, and one subset where a name is given. */
export function effectivePolicy(rules: HostRules, port: number, subset?: string): EffectivePolicy {
  const top = withPort(rules.trafficPolicy, port);
  const own = withPort(rules.subsets.find((s) => s.name === subset)?.trafficPolicy, port);
  const blocks = BLOCKS.flatMap((block) => {
    const value = own?.[block] ?? top?.[block];
    return value === undefined ? [] : [[block, value] as const];
  });
  return { ...(Object.fromEntries(blocks) as EffectivePolicy), ...(rules.rule === undefined ? {} : { rule: rules.rule }) };
}
