import type { StoredObject } from "../api/object.ts";
import { nearest } from "../base/nearest.ts";
import { fullHost } from "../model/short-host.ts";
import { finding } from "../telemetry/catalogue.ts";
import { untilMany } from "../validation/bounded.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { oncePerKey } from "./once-per-key.ts";
import { routeDestinations } from "./route-destinations.ts";

/** A subset that a route names is defined by a DestinationRule that is seen where the route is. */
export const destinationSubset: AnalysisRule<"VirtualService"> = {
  id: "destination-subset",
  kinds: ["VirtualService"],
  check: ({ spec, metadata: { namespace } }, world) => {
    const subsets = oncePerKey((host) => new Set(world.destinationRules(host, namespace).flatMap((rule) => namesOf(rule))));
    return untilMany(routeDestinations(spec), "spec", ({ destination: { host, subset }, path }) => {
      if (!subset) return [];
      const whole = fullHost(host, namespace);
      const names = subsets(whole);
      return names.has(subset) ? [] : [finding("subsetMissing", `${path}.subset`, { subset, host: whole, hint: wayOut(subset, names) })];
    });
  },
};

function namesOf({ spec }: StoredObject<"DestinationRule">): readonly string[] {
  return (spec.subsets ?? []).map(({ name }) => name);
}

/** Names that are compared with a misspelled one, or listed in its place. */
const MOST_NAMES = 200;

function wayOut(subset: string, all: ReadonlySet<string>): string {
  const names = [...all].slice(0, MOST_NAMES);
  const near = nearest(subset, names);
  if (near !== undefined) return `did you mean ${near}?`;
  return names.length > 0 ? `subsets are ${names.join(", ")}` : "add a DestinationRule with this subset, or leave subset out";
}
