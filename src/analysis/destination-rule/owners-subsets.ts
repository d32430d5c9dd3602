import { isWildcard } from "../../base/hostname.ts";
import { fullHost } from "../../model/short-host.ts";
import { destinationRulesOf, rulesIn } from "../../scope/destination-rule.ts";
import { rootNamespace } from "../../scope/mesh-settings.ts";
import { reachableHost } from "../../scope/reachable-hosts.ts";
import { hostArg } from "../../scope/visible-services.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { scopeIn } from "../scope-in.ts";
import type { World } from "../world.ts";

/** Subsets that the owners of a host define for callers of a namespace, with the rule that does. */
function ownersSubsets(world: World, host: string, caller: string): ReadonlyMap<string, string> {
  const at = world.get(reachableHost, hostArg(scopeIn(caller), host));
  const owners = new Set(at.map(({ service }) => service.namespace).filter((namespace) => namespace !== caller));
  const rules = [...owners].flatMap((namespace) => rulesIn(world, host, { namespace, caller }));
  return new Map(
    rules.flatMap(({ namespace, name, spec }) => (spec.subsets ?? []).map((subset) => [subset.name, `${namespace}/${name}`] as const)),
  );
}

/** For its own namespace's callers a rule takes the place of the service's own: subsets that are defined there are gone for them. */
export const ownersSubsetsGone: AnalysisRule<"DestinationRule"> = {
  id: "destination-rule/owners-subsets",
  kinds: ["DestinationRule"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata: { namespace } }, world) => {
    const host = fullHost(spec.host, namespace);
    if (isWildcard(host) || namespace === world.get(rootNamespace, "")) return [];
    const kept = new Set(world.get(destinationRulesOf, hostArg(scopeIn(namespace), host)).subsets.map(({ name }) => name));
    const lost = [...ownersSubsets(world, host, namespace)].filter(([name]) => !kept.has(name));
    if (lost.length === 0) return [];
    const names = lost.slice(0, 20).map(([name]) => name);
    const rules = [...new Set(lost.map(([, rule]) => rule))].slice(0, 5);
    return [finding("ownersSubsetsGone", "spec.subsets", { names: names.join(", "), rule: rules.join(", "), host, namespace })];
  },
};
