import { connect, type GrpcClient } from "../rpc/grpc-client.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { AgentParts } from "./agent-parts.ts";
import { createRelay, type Relay } from "./relay.ts";
import { openResourceStore, type ResourceStore } from "./resource-store.ts";
import { targetName } from "./target-name.ts";
import { createUpstream, type Upstream } from "./upstream.ts";
import type { WorkloadTrust } from "./workload-trust.ts";

/** From the controller into the store, from the store to Envoy. */
export interface Configuration {
  readonly relay: Relay;
  readonly upstream: Upstream;
  readonly store: ResourceStore;
}

/** Opens the store. Throws when its folder cannot be written. */
export function openConfiguration(
  options: AgentOptions,
  parts: AgentParts,
  trust: Pick<WorkloadTrust, "rootPem" | "identity">,
): Configuration {
  const store = openResourceStore(options.paths.data);
  const relay = createRelay({ ...parts, store, wantsNames: options.dnsServers !== undefined, upstream: () => upstream });
  const upstream: Upstream = createUpstream({
    ...parts,
    node: options.node,
    dial: () => dial(options, parts, trust),
    wanted: relay.wanted,
    versions: relay.held,
    received: relay.received,
    lost: relay.lost,
  });
  return { relay, upstream, store };
}

/** The controller is called by name, with the certificate in force; without one there is nobody to say who calls. */
export function dial(
  options: AgentOptions,
  { clock, log }: Pick<AgentParts, "clock" | "log">,
  trust: Pick<WorkloadTrust, "rootPem" | "identity">,
): GrpcClient | undefined {
  const own = trust.identity();
  const rootPem = trust.rootPem();
  if (own === undefined || rootPem === "") return undefined;
  try {
    const tls = { rootPem, serverName: targetName(options.discoveryAddress), identity: own };
    return connect({ target: options.discoveryAddress, tls, clock });
  } catch (error) {
    log.error({ reason: String(error) }, "certificate or trust bundle cannot be used");
    return undefined;
  }
}
