import { fullHost } from "../model/short-host.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import { untilMany } from "../validation/bounded.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { oncePerKey } from "./once-per-key.ts";
import { type DestinationAt, routeDestinations } from "./route-destinations.ts";
import type { World } from "./world.ts";

/** What the world says of a host. */
interface Known {
  readonly there: boolean;
  readonly ports: ReadonlySet<number>;
  /** A Service of Kubernetes, whose ports are all there are. */
  readonly declared: boolean;
}

function known(host: string, namespace: string, world: World): Known {
  const services = world.services(host, namespace);
  return {
    there: services.length > 0,
    ports: new Set(services.flatMap((service) => service.ports)),
    declared: services.some(({ by, host: own }) => by.kind === "Service" && own === host),
  };
}

function checkDestination({ destination, path }: DestinationAt, host: string, { there, ports, declared }: Known): readonly Finding[] {
  if (!there) return [finding("hostUnknown", `${path}.host`, { value: host, hint: "correct the name, or add a ServiceEntry for it" })];
  const port = destination.port?.number;
  if (port === undefined) {
    return declared && ports.size > 1 ? [finding("portAmbiguous", `${path}.port`, { host, names: some(ports) })] : [];
  }
  return ports.size === 0 || ports.has(port) ? [] : [finding("portUnknown", `${path}.port.number`, { host, port, names: some(ports) })];
}

/** As many as fit into a message. */
function some(ports: ReadonlySet<number>): string {
  return [...ports].slice(0, 40).join(", ");
}

/** Where a route leads there is a service that is seen there, with the port that is named. */
export const destinationHost: AnalysisRule<"VirtualService"> = {
  id: "destination-host",
  kinds: ["VirtualService"],
  check: ({ spec, metadata: { namespace } }, world) => {
    const ask = oncePerKey((host) => known(host, namespace, world));
    return untilMany(routeDestinations(spec), "spec", (at) => {
      const host = fullHost(at.destination.host, namespace);
      return checkDestination(at, host, ask(host));
    });
  },
};
