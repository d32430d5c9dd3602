import type { Query } from "../model/evaluation.ts";
import type { Protocol } from "../model/mesh-service.ts";
import { isHttp, isTls } from "../model/protocol.ts";
import { type VisiblePort, visiblePorts } from "../scope/visible-services.ts";

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

/** Single addresses get a listener of their own; ranges are told apart on the shared one. */
function placesOf({ service, port }: VisiblePort): readonly { address: string; addresses: readonly string[] }[] {
  const single = service.addresses.filter((address) => !address.includes("/"));
  const ranges = service.addresses.filter((address) => address.includes("/"));
  if (isHttp(port.protocol) || service.addresses.length === 0) {
    return [{ address: ANY, addresses: [] }];
  }
  const shared = ranges.length === 0 ? [] : [{ address: ANY, addresses: ranges }];
  return [...single.map((address) => ({ address, addresses: [] })), ...shared];
}

function routeNameOf({ service, port }: VisiblePort): string | undefined {
  if (isHttp(port.protocol)) {
    return String(port.number);
  }
  return port.protocol === "auto" ? `${service.host}:${port.number}` : undefined;
}

function join(at: PlannedListener | undefined, next: PlannedListener): PlannedListener {
  if (at === undefined) {
    return next;
  }
  // A table of all hosts on the port serves a host of undeclared protocol too; the other way round it does not.
  const routeName = [at.routeName, next.routeName].find((name) => name === String(at.port)) ?? at.routeName ?? next.routeName;
  return { ...at, ...(routeName === undefined ? {} : { routeName }), services: [...at.services, ...next.services] };
}

/** Plain connections that nothing tells apart belong to the first who claims them; TLS is told apart by name. */
function withoutRivals(plan: PlannedListener): PlannedListener {
  const claimed = new Set<string>();
  const services = plan.services.filter((service) => {
    const claims = isTls(service.protocol) ? [] : service.addresses.length === 0 ? [""] : service.addresses;
    const free = claims.every((claim) => !claimed.has(claim));
    for (const claim of free ? claims : []) {
      claimed.add(claim);
    }
    return free;
  });
  return { ...plan, services };
}

/** The outbound listeners of a scope by name, `0.0.0.0_80` or `10.0.0.9_9000`. */
export const listenerPlan: Query<ReadonlyMap<string, PlannedListener>> = {
  name: "listener-plan",
  compute(reader, scope) {
    const plans = new Map<string, PlannedListener>();
    for (const at of reader.get(visiblePorts, scope)) {
      const { service, port } = at;
      const routeName = routeNameOf(at);
      for (const { address, addresses } of placesOf(at)) {
        const name = `${address}_${port.number}`;
        const services = isHttp(port.protocol) ? [] : [{ host: service.host, protocol: port.protocol, addresses }];
        const plan = { address, port: port.number, ...(routeName === undefined ? {} : { routeName }), services };
        plans.set(name, join(plans.get(name), plan));
      }
    }
    return new Map([...plans].map(([name, plan]) => [name, withoutRivals(plan)]));
  },
};

/** Port numbers on which a scope has an outbound listener, ascending. */
export const listenerPorts: Query<readonly number[]> = {
  name: "listener-ports",
  compute: (reader, scope) => [...new Set([...reader.get(listenerPlan, scope).values()].map((plan) => plan.port))].sort((a, b) => a - b),
};
