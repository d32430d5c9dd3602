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
  /** Ports on which calls come, where they are known: the route goes on to the same port. */
  readonly calledOn: ReadonlySet<number> | undefined;
}

function checkDestination({ destination, path, host, calledOn }: Asked, { declared, above, ports }: KnownHost): readonly Finding[] {
  if (!declared) {
    if (above !== undefined) return [finding("hostUnderWildcard", `${path}.host`, { value: host, wildcard: above })];
    return [finding("hostUnknown", `${path}.host`, { value: host, hint: "correct the name, or add a ServiceEntry for it" })];
  }
  const port = destination.port?.number;
  if (port === undefined) {
    const isAmbiguous = ports.size > 1 && !(calledOn && goOn(calledOn, ports));
    return isAmbiguous ? [finding("portAmbiguous", `${path}.port`, { host, names: some(ports) })] : [];
  }
  return ports.size === 0 || ports.has(port) ? [] : [finding("portUnknown", `${path}.port.number`, { host, port, names: some(ports) })];
}

/** Calls on more ports than these are not compared with each destination's. */
const MOST_PORTS = 16;

function goOn(calledOn: ReadonlySet<number>, ports: ReadonlySet<number>): boolean {
  return calledOn === ports || (calledOn.size <= MOST_PORTS && calledOn.isSubsetOf(ports));
}

/** The ports of what the rules are for: those of ServiceEntries, which are written down with their protocols just to be called so. */
function portsCalled(hosts: readonly string[], ask: (host: string) => KnownHost): ReadonlySet<number> | undefined {
  const [first, ...others] = hosts.map(ask);
  if (first === undefined || [first, ...others].some(({ declared }) => declared !== "ServiceEntry")) return undefined;
  return others.length === 0 ? first.ports : new Set([first, ...others].flatMap(({ ports }) => [...ports]));
}

/** Whether only sidecars come to a rule: at a gateway calls come on the gateway's ports. */
function isOnMeshAlone(matches: DestinationAt["matches"], gateways: readonly string[] = []): boolean {
  const own = gateways.length > 0 ? gateways : ["mesh"];
  const named = matches.length === 0 ? [own] : matches.map((match) => (match.gateways?.length ? match.gateways : own));
  return named.every((list) => list.every((gateway) => gateway === "mesh"));
}

/** Where a route leads there is a service that is seen there, with the port that is named. */
export const destinationHost: AnalysisRule<"VirtualService"> = {
  id: "virtual-service/destination-host",
  kinds: ["VirtualService"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata: { namespace } }, world) => {
    const ask = oncePerKey((host) => knownHost(world, namespace, host));
    const own = [...new Set((spec.hosts ?? []).map((host) => fullHost(host, namespace)))];
    const onMesh = new Map<DestinationAt["matches"], boolean>();
    let called: { readonly ports: ReadonlySet<number> | undefined } | undefined;
    const calledOn = ({ destination, matches }: DestinationAt) => {
      if (destination.port !== undefined) return undefined;
      const isOnMesh = onMesh.get(matches) ?? isOnMeshAlone(matches, spec.gateways);
      onMesh.set(matches, isOnMesh);
      if (!isOnMesh) return undefined;
      called ??= { ports: portsCalled(own, ask) };
      return called.ports;
    };
    return untilMany(routeDestinations(spec), "spec", (at) => {
      const host = fullHost(at.destination.host, namespace);
      return checkDestination({ ...at, host, calledOn: calledOn(at) }, ask(host));
    });
  },
};
