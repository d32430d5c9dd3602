import { nearest } from "../base/nearest.ts";
import { fullHost } from "../model/short-host.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { routeDestinations } from "./route-destinations.ts";

/** A subset that a route names is defined by a DestinationRule that is seen where the route is. */
export const destinationSubset: AnalysisRule<"VirtualService"> = {
  id: "destination-subset",
  kinds: ["VirtualService"],
  check: ({ spec, metadata: { namespace } }, world) =>
    routeDestinations(spec).flatMap(({ destination: { host, subset }, path }) => {
      if (!subset) return [];
      const whole = fullHost(host, namespace);
      const names = world.destinationRules(whole, namespace).flatMap((rule) => (rule.spec.subsets ?? []).map(({ name }) => name));
      if (names.includes(subset)) return [];
      return [finding("subsetMissing", `${path}.subset`, { subset, host: whole, hint: wayOut(subset, names) })];
    }),
};

function wayOut(subset: string, names: readonly string[]): string {
  const near = nearest(subset, names);
  if (near !== undefined) return `did you mean ${near}?`;
  return names.length > 0 ? `subsets are ${names.join(", ")}` : "add a DestinationRule with this subset, or leave subset out";
}
