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
  if (port?.number === undefined || ports.length === 0 || ports.includes(port.number)) return [];
  return [finding("portUnknown", `${path}.port.number`, { host: whole, port: port.number, names: ports.join(", ") })];
}

/** Where a route leads there is a service that is seen there, with the port that is named. */
export const destinationHost: AnalysisRule<"VirtualService"> = {
  id: "destination-host",
  kinds: ["VirtualService"],
  check: ({ spec, metadata: { namespace } }, world) => routeDestinations(spec).flatMap((at) => checkDestination(at, namespace, world)),
};
