import type { VirtualServiceSpec } from "../api/networking/virtual-service.ts";
import { hostMatches } from "../base/hostname.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import { isSeenFrom } from "../model/export-to.ts";
import { type Rule, virtualServicesOnGateway } from "../model/indexes/rules.ts";
import { fullHost } from "../model/short-host.ts";
import type { GatewayPort, GatewayServer } from "./gateway-ports.ts";
import { openHosts } from "./open-hosts.ts";

/** A host served at a gateway's port, and the VirtualService that says how. */
export interface GatewayHost {
  readonly host: string;
  readonly gateway: string;
  readonly rule: Rule<VirtualServiceSpec>;
}

/** Argument of `gatewayHosts`. */
export interface GatewayHostsArg {
  readonly namespace: string;
  readonly port: GatewayPort;
}

/** The part that a server's host and a VirtualService's host have in common: the narrower; undefined where none. */
function common(server: string, host: string): string | undefined {
  return hostMatches(server, host) ? host : hostMatches(host, server) ? server : undefined;
}

function servedBy(server: GatewayServer, rule: Rule<VirtualServiceSpec>): readonly string[] {
  const open = openHosts(server, rule.namespace);
  const hosts = (rule.spec.hosts ?? []).map((host) => fullHost(host, rule.namespace));
  return hosts.flatMap((host) => open.flatMap((dns) => common(dns, host) ?? []));
}

/** Several VirtualServices of one namespace may share a host at a gateway: their routes add up, the oldest's first. */
function together(a: Rule<VirtualServiceSpec>, b: Rule<VirtualServiceSpec>): Rule<VirtualServiceSpec> {
  return { ...a, spec: { ...a.spec, http: [...(a.spec.http ?? []), ...(b.spec.http ?? [])] } };
}

function rulesAt(reader: Reader, namespace: string, gateway: string): readonly Rule<VirtualServiceSpec>[] {
  return reader.ask(virtualServicesOnGateway, gateway).filter((rule) => isSeenFrom(rule.exportTo, namespace));
}

/** What a host is served by after one more rule claims it: who comes first keeps it, rules of one gateway and namespace add up. */
function claim(known: GatewayHost | undefined, next: GatewayHost): GatewayHost {
  if (known === undefined) {
    return next;
  }
  const addsUp = known.gateway === next.gateway && known.rule.namespace === next.rule.namespace && known.rule.name !== next.rule.name;
  return addsUp ? { ...known, rule: together(known.rule, next.rule) } : known;
}

/** Hosts served at a gateway's port (argument: JSON of `GatewayHostsArg`), by name. */
export const gatewayHosts: Query<readonly GatewayHost[]> = {
  name: "gateway-hosts",
  compute(reader, arg) {
    const { namespace, port } = JSON.parse(arg) as GatewayHostsArg;
    const claims = port.servers.flatMap((server) =>
      rulesAt(reader, namespace, server.gateway).flatMap((rule) =>
        [...new Set(servedBy(server, rule))].map((host) => ({ host, gateway: server.gateway, rule })),
      ),
    );
    const found = new Map<string, GatewayHost>();
    for (const next of claims) {
      found.set(next.host, claim(found.get(next.host), next));
    }
    return [...found.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
  },
};
