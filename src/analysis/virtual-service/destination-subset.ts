import type { StoredObject } from "../../api/object.ts";
import { gatewayKey } from "../../base/gateway-key.ts";
import { nearest } from "../../base/nearest.ts";
import { resolveExportTo } from "../../model/export-to.ts";
import { destinationRulesFor, onMesh } from "../../model/indexes/rules.ts";
import { fullHost, hostAndWildcards } from "../../model/short-host.ts";
import { destinationRulesOf } from "../../scope/destination-rule.ts";
import { hostArg } from "../../scope/visible-services.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { runsIn } from "../gateway/runs-in.ts";
import { oncePerKey } from "../once-per-key.ts";
import { scopeIn } from "../scope-in.ts";
import type { World } from "../world.ts";
import { routeDestinations } from "./route-destinations.ts";

/** Names that are compared with a misspelled one, or listed in its place. */
const MOST_NAMES = 200;

/** Where the pods of the first gateway run that is there. */
function gatewayCallers({ spec, metadata }: StoredObject<"VirtualService">, world: World): string | undefined {
  const [written = ""] = spec.gateways ?? [];
  const [namespace = "", name = ""] = gatewayKey(written, metadata.namespace).split("/");
  const selector = world.find("Gateway", namespace, name)?.spec.selector;
  return selector && runsIn(world, selector)[0];
}

/** A namespace that follows the VirtualService: its own, where sidecars follow it and it is seen there, else the gateway's, else who sees it. */
function callersOf(object: StoredObject<"VirtualService">, world: World): string {
  const { namespace } = object.metadata;
  if (!onMesh(object.spec)) return gatewayCallers(object, world) ?? namespace;
  const seenFrom = resolveExportTo(object.spec.exportTo, namespace);
  return seenFrom.includes("*") || seenFrom.includes(namespace) ? namespace : (seenFrom[0] ?? namespace);
}

/** DestinationRules that have the subset, but do not hold for these callers. */
function elsewhere(world: World, host: string, subset: string): readonly string[] {
  const rules = hostAndWildcards(host).flatMap((key) => world.ask(destinationRulesFor, key));
  const having = rules.filter(({ spec }) => (spec.subsets ?? []).some(({ name }) => name === subset));
  return having.slice(0, 5).map(({ namespace, name }) => `${namespace}/${name}`);
}

interface Missing {
  readonly subset: string;
  readonly host: string;
  readonly names: ReadonlySet<string>;
  readonly callers: string;
}

function wayOut(world: World, { subset, host, names: all, callers }: Missing): string {
  const having = elsewhere(world, host, subset);
  if (having.length > 0) {
    return `${having.join(", ")} does, and does not hold for callers in ${callers}: rules of their own namespace come first, then the service's, then the root's`;
  }
  const names = [...all].slice(0, MOST_NAMES);
  const near = nearest(subset, names);
  if (near !== undefined) return `did you mean ${near}?`;
  return names.length > 0 ? `subsets are ${names.join(", ")}` : "add a DestinationRule with this subset, or remove subset";
}

/** A subset that a route names is defined by the DestinationRule that holds for its callers. */
export const destinationSubset: AnalysisRule<"VirtualService"> = {
  id: "virtual-service/destination-subset",
  kinds: ["VirtualService"],
  level: "warning",
  needs: [],
  check: (object, world) => {
    const { spec } = object;
    const { namespace } = object.metadata;
    const callers = callersOf(object, world);
    const subsets = oncePerKey(
      (host) => new Set(world.get(destinationRulesOf, hostArg(scopeIn(callers), host)).subsets.map(({ name }) => name)),
    );
    return untilMany(routeDestinations(spec), "spec", ({ destination: { host: written, subset }, path }) => {
      if (!subset) return [];
      const host = fullHost(written, namespace);
      const names = subsets(host);
      if (names.has(subset)) return [];
      return [finding("subsetMissing", `${path}.subset`, { subset, host, hint: wayOut(world, { subset, host, names, callers }) })];
    });
  },
};
