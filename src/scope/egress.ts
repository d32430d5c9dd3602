import { hostMatches, hostsOverlap } from "../base/hostname.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import { isSeenFrom } from "../model/export-to.ts";
import { sidecarsIn } from "../model/indexes/rules.ts";
import type { MeshService } from "../model/mesh-service.ts";
import { meshOutboundPolicy, type OutboundPolicy, outboundPolicyOf } from "./mesh-settings.ts";
import { type Families, parseScopeId } from "./scope-id.ts";

/** `namespace/dnsName` of a Sidecar's egress host, taken apart. */
interface EgressHost {
  readonly namespace: string;
  readonly dns: string;
}

interface EgressListener {
  /** Only services with this port; absent for all. */
  readonly port?: number;
  readonly hosts: readonly EgressHost[];
}

/** What a scope lets through before any service is looked at. */
export interface Egress {
  readonly namespace: string;
  readonly listeners: readonly EgressListener[];
  /** See `Scope`. */
  readonly dns?: Families;
}

const EVERYTHING: readonly EgressListener[] = [{ hosts: [{ namespace: "*", dns: "*" }] }];

function parseHost(written: string, namespace: string): EgressHost {
  const slash = written.indexOf("/");
  const from = slash < 0 ? "*" : written.slice(0, slash);
  return { namespace: from === "." ? namespace : from, dns: written.slice(slash + 1).toLowerCase() };
}

function sidecarOf(reader: Reader, key: string | undefined) {
  const [namespace = "", name] = key?.split("/") ?? [];
  return name === undefined ? undefined : reader.ask(sidecarsIn, namespace).find((rule) => rule.name === name);
}

/** What the scope's Sidecar object lets through; without one, all. */
export const egress: Query<Egress> = {
  name: "egress",
  compute(reader, id) {
    const scope = parseScopeId(id);
    const listeners = sidecarOf(reader, scope.sidecar)?.spec.egress?.map((listener) => ({
      ...(listener.port?.number === undefined ? {} : { port: listener.port.number }),
      hosts: (listener.hosts ?? []).map((host) => parseHost(host, scope.namespace)),
    }));
    return {
      namespace: scope.namespace,
      listeners: listeners === undefined || listeners.length === 0 ? EVERYTHING : listeners,
      ...(scope.dns === undefined ? {} : { dns: scope.dns }),
    };
  },
};

/** What becomes of calls to hosts that nobody declared. Apart from `egress`, so that a switch of it touches no host that is. */
export const outboundPolicy: Query<OutboundPolicy> = {
  name: "outbound-policy",
  compute(reader, id) {
    const own = sidecarOf(reader, parseScopeId(id).sidecar)?.spec.outboundTrafficPolicy;
    // REGISTRY_ONLY is the zero of the API's enum: a policy that names no mode means it.
    return own === undefined ? reader.get(meshOutboundPolicy, "") : (outboundPolicyOf(own.mode) ?? "REGISTRY_ONLY");
  },
};

const isFrom = (host: EgressHost, namespace: string): boolean => host.namespace === "*" || host.namespace === namespace;

/** A port is served by the listeners that name it; those that name none serve the ports that are left. */
function listenersFor({ listeners }: Egress, port: number): readonly EgressListener[] {
  const own = listeners.filter((listener) => listener.port === port);
  return own.length > 0 ? own : listeners.filter((listener) => listener.port === undefined);
}

/** True where an egress listener lets `host` of `namespace` through on a port. */
export function letsThrough(rules: Egress, host: string, namespace: string, port: number): boolean {
  return listenersFor(rules, port).some(({ hosts }) => hosts.some((h) => isFrom(h, namespace) && hostMatches(h.dns, host)));
}

/** True where a rule of `namespace` for `host`, which may be a wildcard, can concern something that is let through. */
export function letsRule(rules: Egress, host: string, namespace: string): boolean {
  return rules.listeners.some(({ hosts }) => hosts.some((h) => isFrom(h, namespace) && hostsOverlap(h.dns, host)));
}

/** The same scope, were there no Sidecar object to narrow what it sees. */
export function withoutListeners(rules: Egress): Egress {
  return { ...rules, listeners: EVERYTHING };
}

/** The service as the scope sees it, with the ports it may call; undefined where it sees none. */
export function asSeen(rules: Egress, service: MeshService): MeshService | undefined {
  if (!isSeenFrom(service.exportTo, rules.namespace)) {
    return undefined;
  }
  const ports = service.ports.filter((port) => port.protocol !== "UDP" && letsThrough(rules, service.host, service.namespace, port.number));
  if (ports.length === 0) {
    return undefined;
  }
  // The same object where nothing is hidden: long lists of services are compared on every change.
  return ports.length === service.ports.length ? service : { ...service, ports };
}
