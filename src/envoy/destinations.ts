import type { Reader } from "../model/evaluation.ts";
import { fullHost } from "../model/short-host.ts";
import { destinationRulesOf, effectivePolicy } from "../scope/destination-rule.ts";
import { reachableHost } from "../scope/reachable-hosts.ts";
import { hostArg } from "../scope/visible-services.ts";
import { outboundClusterName } from "./clusters/cluster-name.ts";
import type { ResolveDestination, ResolvedDestination } from "./routes/resolved-destination.ts";

interface ClusterAt {
  readonly host: string;
  readonly port: number;
  readonly subset?: string | undefined;
}

/** The cluster for a host, port and subset as a scope sees them, with the hashing its policy asks for. */
export function destinationAt(reader: Reader, scope: string, at: ClusterAt): ResolvedDestination {
  const rules = reader.get(destinationRulesOf, hostArg(scope, at.host));
  const { consistentHash } = effectivePolicy(rules, at.port, at.subset).loadBalancer ?? {};
  return { cluster: outboundClusterName(at), ...(consistentHash === undefined ? {} : { consistentHash }) };
}

/**
 * Resolves `{host, subset, port}` of a VirtualService. Without a port: the service's only one, else the one called. `namespace` is the
 * VirtualService's: short names are meant there.
 */
export function destinationResolver(reader: Reader, at: { scope: string; namespace: string; port: number }): ResolveDestination {
  return (destination) => {
    const host = fullHost(destination.host, at.namespace);
    const [only, ...others] = reader.get(reachableHost, hostArg(at.scope, host));
    const implied = only !== undefined && others.length === 0 ? only.port.number : at.port;
    const subset = destination.subset === "" ? undefined : destination.subset;
    return destinationAt(reader, at.scope, { host, port: destination.port?.number ?? implied, subset });
  };
}
