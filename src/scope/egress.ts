import type { Query, Reader } from "../model/evaluation.ts";
import { isSeenFrom } from "../model/export-to.ts";
import { sidecarsIn } from "../model/indexes/rules.ts";
import type { MeshService } from "../model/mesh-service.ts";
import { covers } from "./host-pattern.ts";
import { meshSettings, type OutboundPolicy, outboundPolicyOf } from "./mesh-settings.ts";
import { parseScopeId } from "./scope-id.ts";

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
  readonly policy: OutboundPolicy;
  readonly listeners: readonly EgressListener[];
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

/** What the scope's Sidecar object says of egress; without one, all hosts under the mesh's outbound policy. */
export const egress: Query<Egress> = {
  name: "egress",
  compute(reader, id) {
    const scope = parseScopeId(id);
    const spec = sidecarOf(reader, scope.sidecar)?.spec;
    const policy = outboundPolicyOf(spec?.outboundTrafficPolicy?.mode) ?? reader.get(meshSettings, "").outboundPolicy;
    const listeners = spec?.egress?.map((listener) => ({
      ...(listener.port?.number === undefined ? {} : { port: listener.port.number }),
      hosts: (listener.hosts ?? []).map((host) => parseHost(host, scope.namespace)),
    }));
    return { namespace: scope.namespace, policy, listeners: listeners === undefined || listeners.length === 0 ? EVERYTHING : listeners };
  },
};

/** True where an egress listener lets `host` of `namespace` through, on `port` where one is asked for. */
export function letsThrough(rules: Egress, host: string, namespace: string, port?: number): boolean {
  return rules.listeners
    .filter((listener) => listener.port === undefined || port === undefined || listener.port === port)
    .some((listener) => listener.hosts.some((h) => (h.namespace === "*" || h.namespace === namespace) && covers(h.dns, host)));
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
