import { onMesh } from "../../model/indexes/rules.ts";
import { fullHost } from "../../model/short-host.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { type KnownHost, knownHost } from "../known-host.ts";
import { oncePerKey } from "../once-per-key.ts";
import { type DestinationAt, routeDestinations } from "./route-destinations.ts";

/** As many as fit into a message. */
const some = (ports: ReadonlySet<number>): string => [...ports].slice(0, 40).join(", ");

interface Asked extends DestinationAt {
  readonly host: string;
  /** Calls come on the ports of this very host, so that the port called is one it has. */
  readonly calledItself: boolean;
}

function checkDestination({ destination, path, host, calledItself }: Asked, { declared, above, ports }: KnownHost): readonly Finding[] {
  if (!declared) {
    if (above !== undefined) return [finding("hostUnderWildcard", `${path}.host`, { value: host, wildcard: above })];
    return [finding("hostUnknown", `${path}.host`, { value: host, hint: "correct the name, or add a ServiceEntry for it" })];
  }
  const port = destination.port?.number;
  if (port === undefined) {
    const isAmbiguous = ports.size > 1 && !(calledItself && declared === "ServiceEntry");
    return isAmbiguous ? [finding("portAmbiguous", `${path}.port`, { host, names: some(ports) })] : [];
  }
  return ports.size === 0 || ports.has(port) ? [] : [finding("portUnknown", `${path}.port.number`, { host, port, names: some(ports) })];
}

/** Where a route leads there is a service that is seen there, with the port that is named. */
export const destinationHost: AnalysisRule<"VirtualService"> = {
  id: "destination-host",
  kinds: ["VirtualService"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata: { namespace } }, world) => {
    const ask = oncePerKey((host) => knownHost(world, namespace, host));
    const own = new Set((spec.hosts ?? []).map((host) => fullHost(host, namespace)));
    const meshOnly = onMesh(spec) && (spec.gateways ?? []).length < 2;
    return untilMany(routeDestinations(spec), "spec", (at) => {
      const host = fullHost(at.destination.host, namespace);
      return checkDestination({ ...at, host, calledItself: meshOnly && own.has(host) }, ask(host));
    });
  },
};
