import { create } from "@bufbuild/protobuf";
import { isHttp, type Protocol } from "../../base/protocol.ts";
import { PROXY_PORTS } from "../../base/proxy-ports.ts";
import type { TransportSocket } from "../../gen/envoy/config/core/v3/base_pb.ts";
import { type FilterChain, FilterChainSchema } from "../../gen/envoy/config/listener/v3/listener_components_pb.ts";
import { type Listener, ListenerSchema } from "../../gen/envoy/config/listener/v3/listener_pb.ts";
import { BLACK_HOLE, INBOUND_PASSTHROUGH, inboundClusterName } from "../clusters/cluster-name.ts";
import { httpConnectionManager } from "./http-connection-manager.ts";
import { inboundChain, inboundTls, MESH_ALPN, MESH_HTTP_ALPN } from "./inbound-chains.ts";
import { inboundRoutes } from "./inbound-routes.ts";
import { httpInspector, originalDestinationFilter, originalSourceFilter, PLAIN_HTTP, tlsInspector } from "./inspectors.ts";
import { ANY_ADDRESS, inspection, listenerAt } from "./listener-base.ts";
import type { ListenerSettings } from "./listener-settings.ts";
import { tcpProxy } from "./tcp-proxy.ts";

/** A port of the workload that some Service (or Sidecar ingress) declares. */
export interface InboundPort {
  /** The port the workload listens on. */
  readonly port: number;
  readonly protocol: Protocol;
  /** `SERVICE.NAMESPACE`, for the names of traces. */
  readonly service: string;
}

export interface VirtualInboundInput {
  /** One for each port number. */
  readonly ports: readonly InboundPort[];
  readonly trustDomain: string;
  readonly settings: ListenerSettings;
  /** Interception by TPROXY: the caller's address is kept, and the socket must be one that the kernel hands foreign connections to. */
  readonly keepsSource?: boolean;
  /** Default 15006. */
  readonly listenPort?: number;
}

interface Place {
  readonly name: string;
  readonly cluster: string;
  readonly port?: number;
  readonly service: string;
  readonly settings: ListenerSettings;
  readonly tls: TransportSocket;
}

function httpFilters({ name, cluster, port, service, settings }: Place) {
  const routes = inboundRoutes({ name: cluster, cluster, port: port ?? 0, operation: `${service}:${port ?? "*"}/*` });
  const statPrefix = port === undefined ? `${name};` : `inbound_${name};`;
  return [httpConnectionManager({ side: "inbound", statPrefix, routes, settings })];
}

const tcpFilters = ({ cluster, settings }: Place) => [tcpProxy([{ cluster, weight: 1 }], settings)];

/** For a port known to speak HTTP. */
function httpChains(place: Place): FilterChain[] {
  const chains = { ...place, filters: httpFilters(place) };
  return [
    inboundChain(chains, { transport: "tls", alpn: [...MESH_ALPN, ...MESH_HTTP_ALPN], ended: true }),
    inboundChain(chains, { transport: "raw_buffer", alpn: [] }),
  ];
}

/** For a port that speaks anything but HTTP. TLS that is not the mesh's is the app's own. */
function tcpChains(place: Place, alpn: readonly string[] = [...MESH_ALPN, ...MESH_HTTP_ALPN]): FilterChain[] {
  const chains = { ...place, filters: tcpFilters(place) };
  return [
    inboundChain(chains, { transport: "tls", alpn, ended: true }),
    inboundChain(chains, { transport: "raw_buffer", alpn: [] }),
    inboundChain(chains, { transport: "tls", alpn: [] }),
  ];
}

/** HTTP where the caller is seen to speak it. */
function detectedHttpChains(place: Place): FilterChain[] {
  const chains = { ...place, filters: httpFilters(place) };
  return [
    inboundChain(chains, { transport: "tls", alpn: MESH_HTTP_ALPN, ended: true }),
    inboundChain(chains, { transport: "raw_buffer", alpn: PLAIN_HTTP }),
  ];
}

function portChains({ port, protocol, service }: InboundPort, { settings, tls }: Pick<Place, "settings" | "tls">): FilterChain[] {
  const place: Place = { name: `${ANY_ADDRESS}_${port}`, cluster: inboundClusterName(port), port, service, settings, tls };
  if (isHttp(protocol)) {
    return httpChains(place);
  }
  return protocol === "auto" ? [...detectedHttpChains(place), ...tcpChains(place, MESH_ALPN)] : tcpChains(place);
}

function blackHole(port: number, settings: ListenerSettings): FilterChain {
  return create(FilterChainSchema, {
    name: "virtualInbound-blackhole",
    filterChainMatch: { destinationPort: port },
    filters: [tcpProxy([{ cluster: BLACK_HOLE, weight: 1 }], settings)],
  });
}

/** The listener `virtualInbound`: mutual TLS and plain text are both taken (permissive). */
export function virtualInbound(input: VirtualInboundInput): Listener {
  const { ports, trustDomain, settings, keepsSource = false, listenPort = PROXY_PORTS.inbound } = input;
  const tls = inboundTls(trustDomain);
  const undeclared = { cluster: INBOUND_PASSTHROUGH, service: INBOUND_PASSTHROUGH, settings, tls };
  return create(ListenerSchema, {
    name: "virtualInbound",
    ...listenerAt({ address: ANY_ADDRESS, port: listenPort }, "in", settings),
    ...(keepsSource && { transparent: true }),
    listenerFilters: [
      originalDestinationFilter(),
      ...(keepsSource ? [originalSourceFilter()] : []),
      tlsInspector(listenPort),
      httpInspector(listenPort),
    ],
    ...inspection(settings.protocolDetectionTimeout ?? "0s"),
    filterChains: [
      blackHole(listenPort, settings),
      ...detectedHttpChains({ ...undeclared, name: "virtualInbound-catchall-http" }),
      ...tcpChains({ ...undeclared, name: "virtualInbound" }, MESH_ALPN),
      ...[...ports].sort((a, b) => a.port - b.port).flatMap((port) => portChains(port, { settings, tls })),
    ],
  });
}
