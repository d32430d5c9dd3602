import type { VirtualServiceSpec } from "../api/networking/virtual-service.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import { servicesNamed } from "../model/indexes/exported-services.ts";
import type { Rule } from "../model/indexes/rules.ts";
import { fullHost } from "../model/short-host.ts";
import { egress, withoutListeners } from "./egress.ts";
import { parseScopeId } from "./scope-id.ts";
import { bareHostsOf, virtualServiceOf } from "./virtual-service.ts";
import { hostArg, seenPorts, splitHostArg, type VisiblePort, visibleHost, visiblePorts } from "./visible-services.ts";

/**
 * The ports of a host (see `hostArg`) that rules may send to: those that are visible, else those that only the Sidecar object hides. A
 * VirtualService whose host is let through takes its destinations with it, as in Istio.
 */
export const reachableHost: Query<readonly VisiblePort[]> = {
  name: "reachable-host",
  compute(reader, arg) {
    const visible = reader.get(visibleHost, arg);
    if (visible.length > 0) {
      return visible;
    }
    const [scope, host] = splitHostArg(arg);
    return seenPorts(withoutListeners(reader.get(egress, scope)), reader.ask(servicesNamed, host));
  },
};

function destinationsOf({ spec, namespace }: Rule<VirtualServiceSpec>): readonly string[] {
  const routed = [...(spec.http ?? []), ...(spec.tls ?? []), ...(spec.tcp ?? [])].flatMap((rule) => rule.route ?? []);
  const mirrors = (spec.http ?? []).flatMap((rule) => [
    ...(rule.mirror ? [rule.mirror] : []),
    ...(rule.mirrors ?? []).map((m) => m.destination),
  ]);
  return [...routed.map(({ destination }) => destination), ...mirrors].map(({ host }) => fullHost(host, namespace));
}

function hiddenDestinations(reader: Reader, scope: string, hosts: ReadonlySet<string>): ReadonlySet<string> {
  const rules = new Set(
    [...hosts, ...reader.get(bareHostsOf, scope)].flatMap((host) => reader.get(virtualServiceOf, hostArg(scope, host)) ?? []),
  );
  const named = new Set([...rules].flatMap(destinationsOf));
  return new Set([...named].filter((host) => !hosts.has(host) && reader.get(reachableHost, hostArg(scope, host)).length > 0));
}

/** Hosts to which calls of a scope can lead: those it sees, and destinations of the rules it follows. */
export const reachableHosts: Query<ReadonlySet<string>> = {
  name: "reachable-hosts",
  compute(reader, scope) {
    const hosts = new Set(reader.get(visiblePorts, scope).map((at) => at.service.host));
    // Without a Sidecar object nothing is hidden that could be called at all.
    return parseScopeId(scope).sidecar === undefined ? hosts : hosts.union(hiddenDestinations(reader, scope, hosts));
  },
};

/** Whether a host (see `hostArg`) is among them. */
export const isReachable: Query<boolean> = {
  name: "is-reachable",
  compute(reader, arg) {
    const [scope, host] = splitHostArg(arg);
    // Asks for the list only where it can matter: it changes with every host that comes or goes.
    return (
      reader.get(visibleHost, arg).length > 0 || (parseScopeId(scope).sidecar !== undefined && reader.get(reachableHosts, scope).has(host))
    );
  },
};
