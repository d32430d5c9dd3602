import { canonicalAddress, isIp, parseRange } from "../base/address.ts";
import { isHttp, isTls, type Protocol } from "../base/protocol.ts";
import { LISTENER_PORTS } from "../base/proxy-ports.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import { portRef } from "../scope/port-ref.ts";
import { serviceEndpoints } from "../scope/service-endpoints.ts";
import { type VisiblePort, visiblePorts } from "../scope/visible-services.ts";
import { bucketArg, bucketOf, queryOfBucket } from "./host-buckets.ts";

/** One service that answers on a listener, other than by a shared HTTP route table. */
export interface PlannedService {
  readonly host: string;
  readonly protocol: Protocol;
  /** Addresses that tell its connections apart on this listener; empty: all. */
  readonly addresses: readonly string[];
}

/** What stands on one address and port. */
export interface PlannedListener {
  /** `0.0.0.0` or a virtual address. */
  readonly address: string;
  readonly port: number;
  /** Name of the route configuration for HTTP, where some service speaks it here. */
  readonly routeName?: string;
  readonly services: readonly PlannedService[];
}

const ANY = "0.0.0.0";

interface Place {
  readonly address: string;
  /** See `PlannedService`. */
  readonly addresses: readonly string[];
}

const SHARED: Place = { address: ANY, addresses: [] };

/** Single addresses get a listener of their own; ranges are told apart on the shared one. */
function placesAt(addresses: readonly string[]): readonly Place[] {
  const single = new Set(addresses.filter(isIp).map(canonicalAddress));
  const ranges = addresses.filter((address) => address.includes("/") && parseRange(address) !== undefined);
  const shared = ranges.length === 0 ? [] : [{ address: ANY, addresses: ranges }];
  return [...[...single].map((address) => ({ address, addresses: [] })), ...shared];
}

/** Pods of a headless Service are called at their own addresses: each is meant, and no other address on the port is. */
function podAddresses(reader: Reader, at: VisiblePort): readonly string[] {
  return [...new Set(reader.get(serviceEndpoints, portRef(at)).map(({ address }) => address))];
}

/** Where connections for a port of a service arrive. */
function placesOf(reader: Reader, at: VisiblePort): readonly Place[] {
  const { service, port, addresses } = at;
  if (isHttp(port.protocol)) {
    return [SHARED];
  }
  if (service.headless) {
    return placesAt(podAddresses(reader, at));
  }
  if (service.externalName !== undefined) {
    // Its callers connect to the addresses of another name. Of those we know nothing: only HTTP says whom it means.
    return port.protocol === "auto" ? [SHARED] : [];
  }
  if (addresses.length === 0) {
    return [SHARED];
  }
  // An automatic address is known to whom the agent told it; TLS says whom it means wherever else it was resolved.
  const anywhere = service.addresses.length === 0 && isTls(port.protocol) ? [SHARED] : [];
  return [...placesAt(addresses), ...anywhere];
}

/** The services of a port that are told apart by other things than an HTTP host. */
function plannedServices({ service, port }: VisiblePort, { addresses }: Place): readonly PlannedService[] {
  const byHostOnly = isHttp(port.protocol) || service.externalName !== undefined;
  return byHostOnly ? [] : [{ host: service.host, protocol: port.protocol, addresses }];
}

/** Plain connections that nothing tells apart belong to the first who claims them; TLS is told apart by name. */
function withoutRivals(services: readonly PlannedService[]): readonly PlannedService[] {
  const claimed = new Set<string>();
  return services.filter((service) => {
    const claims = isTls(service.protocol) ? [] : service.addresses.length === 0 ? [""] : service.addresses;
    const free = claims.every((claim) => !claimed.has(claim));
    for (const claim of free ? claims : []) {
      claimed.add(claim);
    }
    return free;
  });
}

const mayBeHttp = (protocol: Protocol): boolean => isHttp(protocol) || protocol === "auto";

/** On a virtual address there is but one host that HTTP can mean; elsewhere the table of the port tells hosts apart. */
function routeNameAt({ address, port, anyHttp }: Claimed, services: readonly PlannedService[]): string | undefined {
  if (address === ANY) {
    return anyHttp ? String(port) : undefined;
  }
  const own = services.find(({ protocol }) => protocol === "auto");
  return own && `${own.host}:${port}`;
}

/** What services claim on one address and port, the first claim first. */
interface Claimed {
  readonly address: string;
  readonly port: number;
  readonly services: PlannedService[];
  anyHttp: boolean;
}

function planned(claimed: Claimed): PlannedListener {
  const { address, port } = claimed;
  const services = withoutRivals(claimed.services);
  const routeName = routeNameAt(claimed, services);
  return { address, port, ...(routeName === undefined ? {} : { routeName }), services };
}

/** The outbound listeners of a scope by name, `0.0.0.0_80` or `10.0.0.9_9000`. Each listener asks for its own: see `plannedListener`. */
export const listenerPlan: Query<ReadonlyMap<string, PlannedListener>> = {
  name: "listener-plan",
  // Compared bucket by bucket.
  equal: () => false,
  compute(reader, scope) {
    const claims = new Map<string, Claimed>();
    for (const at of reader.get(visiblePorts, scope)) {
      const { number: port, protocol } = at.port;
      for (const place of placesOf(reader, at).filter(({ address }) => address !== ANY || !LISTENER_PORTS.includes(port))) {
        const name = `${place.address}_${port}`;
        const claimed = claims.get(name) ?? { address: place.address, port, services: [], anyHttp: false };
        claimed.services.push(...plannedServices(at, place));
        claimed.anyHttp ||= mayBeHttp(protocol);
        claims.set(name, claimed);
      }
    }
    return new Map([...claims].map(([name, claimed]) => [name, planned(claimed)]));
  },
};

const planOfBucket = queryOfBucket("listener-plan", listenerPlan, ([name]) => name);

/** One listener of the plan, of which a change of others means nothing; undefined where there is none of that name. */
export function plannedListener(reader: Reader, scope: string, name: string): PlannedListener | undefined {
  return reader.get(planOfBucket, bucketArg(scope, bucketOf(name))).find(([each]) => each === name)?.[1];
}

/** Port numbers on which a scope has an outbound listener, ascending. */
export const listenerPorts: Query<readonly number[]> = {
  name: "listener-ports",
  compute: (reader, scope) => [...new Set([...reader.get(listenerPlan, scope).values()].map((plan) => plan.port))].sort((a, b) => a - b),
};
