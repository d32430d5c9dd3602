import { fullHost } from "../model/short-host.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { type DestinationAt, routeDestinations } from "./route-destinations.ts";
import type { World } from "./world.ts";

function checkDestination({ destination: { host, port }, path }: DestinationAt, namespace: string, world: World): readonly Finding[] {
  const whole = fullHost(host, namespace);
  const services = world.services(whole, namespace);
  if (services.length === 0) {
    return [finding("hostUnknown", `${path}.host`, { value: whole, hint: "correct the name, or add a ServiceEntry for it" })];
  }
  const ports = [...new Set(services.flatMap((service) => service.ports))];
  if (port?.number !== undefined) return checkPort(whole, port.number, ports, path);
  const declared = services.some(({ by, host: own }) => by.kind === "Service" && own === whole);
  return declared && ports.length > 1 ? [finding("portAmbiguous", `${path}.port`, { host: whole, names: ports.join(", ") })] : [];
}

function checkPort(host: string, port: number, ports: readonly number[], path: string): readonly Finding[] {
  if (ports.length === 0 || ports.includes(port)) return [];
  return [finding("portUnknown", `${path}.port.number`, { host, port, names: ports.join(", ") })];
}

/** Where a route leads there is a service that is seen there, with the port that is named. */
export const destinationHost: AnalysisRule<"VirtualService"> = {
  id: "destination-host",
  kinds: ["VirtualService"],
  check: ({ spec, metadata: { namespace } }, world) => routeDestinations(spec).flatMap((at) => checkDestination(at, namespace, world)),
};
