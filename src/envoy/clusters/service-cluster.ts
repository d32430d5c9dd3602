import { create, type JsonObject } from "@bufbuild/protobuf";
import { isHttp } from "../../base/protocol.ts";
import { type Cluster, Cluster_LbPolicy, ClusterSchema } from "../../gen/envoy/config/cluster/v3/cluster_pb.ts";
import type { MeshEndpoint, MeshService, ServicePort } from "../../model/mesh-service.ts";
import type { EffectivePolicy } from "../../scope/traffic-policy.ts";
import { configPath, istioMetadata } from "../wire/istio-metadata.ts";
import type { MessagePart } from "../wire/message-part.ts";
import { wireDuration } from "../wire/wire-duration.ts";
import { outboundClusterName } from "./cluster-name.ts";
import { connectionLimits, keepAlive } from "./connection-limits.ts";
import { discovery, originalDestination } from "./discovery.ts";
import { httpProtocol, speaksHttp2 } from "./http-protocol.ts";
import { loadBalancing } from "./load-balancing.ts";
import { outlierDetection } from "./outlier-detection.ts";
import { automaticSockets, meshSocket, type PeerIdentity, transportSocket } from "./transport-security.ts";

type ClusterInit = MessagePart<typeof ClusterSchema>;

/** What the mesh configuration says about every cluster. */
export interface ClusterDefaults {
  /** A duration in Go's syntax, `10s`. */
  readonly connectTimeout: string;
  readonly trustDomain: string;
  /** Mutual TLS to peers that can speak it, without a DestinationRule. */
  readonly autoMtls: boolean;
}

export interface ServiceClusterInput {
  readonly service: MeshService;
  readonly port: ServicePort;
  readonly subset?: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly policy: EffectivePolicy;
  /**
   * Endpoints of this port. Written into the cluster where Envoy resolves names (DNS, DNS_ROUND_ROBIN); of a headless Service,
   * read for whether all of them speak mutual TLS; else not read.
   */
  readonly endpoints: readonly MeshEndpoint[];
  readonly mesh: ClusterDefaults;
  /** A gateway's callers choose no pod, so it balances over those of a headless Service. */
  readonly balancesHeadless?: boolean;
}

const keepsAddress = ({ service, policy, balancesHeadless }: ServiceClusterInput): boolean =>
  policy.loadBalancer?.simple === "PASSTHROUGH" || (service.headless === true && !balancesHeadless);

function metadata({ service, subset, policy }: ServiceClusterInput) {
  const fields: JsonObject = {
    ...(policy.rule && { config: configPath("destination-rule", policy.rule) }),
    ...(service.external && { external: true }),
    services: [{ host: service.host, name: service.name, namespace: service.namespace }],
    ...(subset && { subset: subset.name }),
  };
  return istioMetadata(fields);
}

function security(input: ServiceClusterInput): ClusterInit {
  const { service, port, policy, mesh } = input;
  const peer: PeerIdentity = {
    host: service.host,
    port: port.number,
    subset: input.subset?.name,
    subjectAltNames: service.subjectAltNames,
    http2: speaksHttp2(port.protocol, policy.connectionPool),
  };
  if (policy.tls !== undefined) {
    const socket = transportSocket(policy.tls, peer);
    return socket === undefined ? {} : { transportSocket: socket };
  }
  if (service.external || service.resolution === "NONE" || !mesh.autoMtls) {
    return {};
  }
  if (keepsAddress(input)) {
    // Envoy knows no endpoint here whose metadata could say what it speaks: all of them must.
    const all = input.endpoints.length > 0 && input.endpoints.every((endpoint) => endpoint.mutualTls);
    return all ? { transportSocket: meshSocket(peer) } : {};
  }
  return { transportSocketMatches: automaticSockets(peer) };
}

/** Without `sni` in TLS to the outside, HTTP takes the request's own host for it. */
function autoSni({ policy, port }: ServiceClusterInput) {
  const { tls } = policy;
  const outside = tls?.mode === "SIMPLE" || tls?.mode === "MUTUAL";
  if (!outside || tls.sni || !(isHttp(port.protocol) || port.protocol === "auto")) {
    return undefined;
  }
  return { validate: !tls.insecureSkipVerify && !tls.subjectAltNames?.length };
}

function balancing(input: ServiceClusterInput, found: ClusterInit): ClusterInit {
  return found.lbPolicy === originalDestination.lbPolicy ? {} : loadBalancing(input.policy.loadBalancer);
}

/** The cluster `outbound|PORT|SUBSET|HOST`. */
export function buildServiceCluster(input: ServiceClusterInput): Cluster {
  const { service, port, subset, policy, mesh } = input;
  const name = outboundClusterName({ host: service.host, port: port.number, subset: subset?.name });
  const keepAddress = keepsAddress(input);
  const found = discovery({ name, service, endpoints: input.endpoints, subsetLabels: subset?.labels, keepAddress });
  const pool = policy.connectionPool;
  const connectTimeout = wireDuration(pool?.tcp?.connectTimeout) ?? wireDuration(mesh.connectTimeout);
  const connectionOptions = keepAlive(pool);
  return create(ClusterSchema, {
    name,
    altStatName: `${name};`,
    lbPolicy: Cluster_LbPolicy.LEAST_REQUEST,
    ...found,
    ...balancing(input, found),
    ...(connectTimeout && { connectTimeout }),
    circuitBreakers: connectionLimits(pool),
    ...(connectionOptions && { upstreamConnectionOptions: connectionOptions }),
    // Panic routing (to ejected endpoints when many are) is off unless minHealthPercent asks for it.
    commonLbConfig: { healthyPanicThreshold: { value: Math.max(0, policy.outlierDetection?.minHealthPercent ?? 0) } },
    ...(policy.outlierDetection && { outlierDetection: outlierDetection(policy.outlierDetection) }),
    typedExtensionProtocolOptions: httpProtocol({ protocol: port.protocol, pool, autoSni: autoSni(input) }),
    ...security(input),
    metadata: metadata(input),
  });
}
