import { isDeepStrictEqual } from "node:util";
import { compareTexts } from "../base/text-order.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import { automaticAddresses, chosenForHost, chosenForNamespace } from "../model/indexes/automatic-addresses.ts";
import { exportedServices, servicesNamed } from "../model/indexes/exported-services.ts";
import type { MeshService, ServicePort } from "../model/mesh-service.ts";
import { asSeen, type Egress, egress } from "./egress.ts";
import type { Families } from "./scope-id.ts";

/** One port of one host as one object declares it. */
export interface DeclaredPort {
  readonly service: MeshService;
  readonly port: ServicePort;
}

/** One port of one host as a scope sees it, and the service that answers for it. */
export interface VisiblePort extends DeclaredPort {
  /** Where callers find it: the service's own addresses, or the automatic ones of its host (see `automaticAddressesOf`). */
  readonly addresses: readonly string[];
}

/**
 * Several objects may declare one host, each its own ports. Who comes first keeps a port: an object of the caller's own
 * namespace, then a Kubernetes Service, then the oldest, then by name.
 */
function claimOrder(services: readonly MeshService[], namespace: string): readonly MeshService[] {
  const rank = (s: MeshService) => (s.namespace === namespace ? 0 : 2) + (s.declaredBy === "Service" ? 0 : 1);
  return services.toSorted((a, b) => rank(a) - rank(b) || compareTexts(a.created, b.created) || compareTexts(keyOf(a), keyOf(b)));
}

const keyOf = ({ namespace, name }: Pick<MeshService, "namespace" | "name">): string => `${namespace}/${name}`;

const NONE: readonly string[] = [];

function isOf(families: Families, address: string): boolean {
  return families === "dual" || (families === "v6") === address.includes(":");
}

/** Addresses that were chosen for hosts, by object and host. */
type Chosen = ReadonlyMap<string, readonly string[]>;

const NONE_CHOSEN: Chosen = new Map();

const chosenKey = (host: string, of: Pick<MeshService, "namespace" | "name">): string => `${keyOf(of)}/${host}`;

/** Nothing is asked where the caller's agent answers no DNS queries: such callers have no part in what is chosen. */
function chosenAt(reader: Reader, { dns }: Egress, keys: readonly string[]): Chosen {
  if (dns === undefined) {
    return NONE_CHOSEN;
  }
  const chosen = keys.flatMap((key) => reader.ask(automaticAddresses, key));
  return new Map(chosen.map((each) => [chosenKey(each.host, each), each.addresses.filter((address) => isOf(dns, address))]));
}

/**
 * The addresses that were chosen for a host of which nobody declares any. Of several objects those of the first claim: a caller asks for a name
 * and gets one set, and finds every port of the host there.
 */
function automaticAddressesOf(services: readonly MeshService[], chosen: Chosen): readonly string[] {
  if (chosen.size === 0 || !services.every((service) => service.declaredBy === "ServiceEntry" && service.addresses.length === 0)) {
    return NONE;
  }
  const sets = services.map((service) => chosen.get(chosenKey(service.host, service)) ?? NONE);
  return sets.find((addresses) => addresses.length > 0) ?? NONE;
}

function portsOf(services: readonly MeshService[], chosen: Chosen): readonly VisiblePort[] {
  const byNumber = new Map<number, VisiblePort>();
  const automatic = automaticAddressesOf(services, chosen);
  for (const service of services) {
    for (const port of service.ports) {
      if (!byNumber.has(port.number)) {
        byNumber.set(port.number, { service, port, addresses: service.addresses.length > 0 ? service.addresses : automatic });
      }
    }
  }
  return [...byNumber.values()];
}

function seen(rules: Egress, services: readonly MeshService[]): readonly MeshService[] {
  return claimOrder(
    services.flatMap((service) => asSeen(rules, service) ?? []),
    rules.namespace,
  );
}

/** The ports that these services of one host have for a caller, at the addresses that they declare. */
export function seenPorts(rules: Egress, services: readonly MeshService[]): readonly VisiblePort[] {
  return portsOf(seen(rules, services), NONE_CHOSEN);
}

/** Argument of `visibleHost`: scope and host. */
export function hostArg(scope: string, host: string): string {
  return `${scope} ${host}`;
}

export function splitHostArg(arg: string): readonly [scope: string, host: string] {
  const space = arg.lastIndexOf(" ");
  return [arg.slice(0, space), arg.slice(space + 1)];
}

/** The ports of one host that a scope sees, in the order declared; empty where it sees no such host. */
export const visibleHost: Query<readonly VisiblePort[]> = {
  name: "visible-host",
  compute(reader, arg) {
    const [scope, host] = splitHostArg(arg);
    const rules = reader.get(egress, scope);
    return portsOf(seen(rules, reader.ask(servicesNamed, host)), chosenAt(reader, rules, [chosenForHost(host)]));
  },
};

/** Of thousands all but a few are the very same objects: only those are looked into. */
function samePort(a: VisiblePort, b: VisiblePort | undefined): boolean {
  const same = a.port === b?.port && a.service === b.service;
  return same && sameTexts(a.addresses, b.addresses) ? true : a.port === b?.port && isDeepStrictEqual(a, b);
}

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((text, i) => text === b[i]));

function samePorts(a: readonly VisiblePort[], b: readonly VisiblePort[]): boolean {
  return a.length === b.length && a.every((at, i) => samePort(at, b[i]));
}

/**
 * Everything a scope sees, host by host, those first that have the first claim (see `claimOrder`) on what several ask for: a
 * short name, a virtual address, all TCP on a port.
 */
export const visiblePorts: Query<readonly VisiblePort[]> = {
  name: "visible-ports",
  compute(reader, scope) {
    const rules = reader.get(egress, scope);
    const services = [...reader.ask(exportedServices, "*"), ...reader.ask(exportedServices, rules.namespace)];
    const byHost = Map.groupBy(seen(rules, services), (service) => service.host);
    const chosen = chosenAt(reader, rules, [chosenForNamespace("*"), chosenForNamespace(rules.namespace)]);
    return [...byHost.values()].flatMap((declared) => portsOf(declared, chosen));
  },
  equal: samePorts,
};
