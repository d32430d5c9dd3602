import { create } from "@bufbuild/protobuf";
import { type FilterChain, FilterChainSchema, type ListenerFilter } from "../../gen/envoy/config/listener/v3/listener_components_pb.ts";
import { type Listener, ListenerSchema } from "../../gen/envoy/config/listener/v3/listener_pb.ts";
import { wireRange } from "../wire/wire-address.ts";
import type { TcpChain, TlsChain, WeightedTarget } from "./chain-targets.ts";
import { type ChainMatch, disjoint } from "./disjoint-chains.ts";
import { httpConnectionManager } from "./http-connection-manager.ts";
import { httpInspector, PLAIN_HTTP, tlsInspector } from "./inspectors.ts";
import { inspection, listenerAt, SHORT_INSPECTION } from "./listener-base.ts";
import type { ListenerSettings, OutboundPolicy } from "./listener-settings.ts";
import { tcpProxy } from "./tcp-proxy.ts";
import { undeclaredCluster } from "./virtual-outbound.ts";

/** Everything that is served on one address and port; any mixture. */
export interface OutboundListenerInput {
  /** `0.0.0.0` or one virtual address. Names the listener: `ADDRESS_PORT`. */
  readonly address: string;
  readonly port: number;
  /** HTTP is served by the route configuration of that name. */
  readonly http?: { readonly routeName: string };
  /** Where two chains would take the same connection, the earlier one does. */
  readonly tls: readonly TlsChain[];
  readonly tcp: readonly TcpChain[];
  /** What becomes of connections that nothing above takes. */
  readonly policy: OutboundPolicy;
  readonly settings: ListenerSettings;
}

interface Candidate {
  readonly match: ChainMatch;
  readonly targets: readonly WeightedTarget[];
}

function tlsCandidates({ tls }: OutboundListenerInput): Candidate[] {
  return tls.map(({ serverNames, addresses, targets }) => {
    const names = serverNames.includes("*") ? [] : [...new Set(serverNames.map((name) => name.toLowerCase()))];
    return { match: { addresses, serverNames: names, transport: "tls" }, targets };
  });
}

/**
 * Envoy chooses by transport before protocol and never goes back: beside an HTTP chain, which asks for raw_buffer, a chain
 * that asks for nothing would not be found.
 */
function tcpCandidates({ tcp, tls, http }: OutboundListenerInput): Candidate[] {
  const transports = http === undefined ? [""] : tls.length > 0 ? ["raw_buffer", "tls"] : ["raw_buffer"];
  return tcp.flatMap(({ addresses, targets }) =>
    transports.map((transport) => ({ match: { addresses, serverNames: [], transport }, targets })),
  );
}

function tcpChain({ match, targets }: Candidate, settings: ListenerSettings): FilterChain {
  return create(FilterChainSchema, {
    name: targets[0]?.cluster ?? "",
    filterChainMatch: {
      prefixRanges: match.addresses.flatMap((address) => wireRange(address) ?? []),
      serverNames: [...match.serverNames],
      transportProtocol: match.transport,
    },
    filters: [tcpProxy(targets, settings)],
  });
}

function httpChain({ http, address, port, settings }: OutboundListenerInput): FilterChain[] {
  const name = `${address}_${port}`;
  return http === undefined
    ? []
    : [
        create(FilterChainSchema, {
          name,
          filterChainMatch: { transportProtocol: "raw_buffer", applicationProtocols: PLAIN_HTTP },
          filters: [httpConnectionManager({ side: "outbound", statPrefix: `outbound_${name};`, routes: http.routeName, settings })],
        }),
      ];
}

function inspectors({ http, tls }: OutboundListenerInput): ListenerFilter[] {
  return [...(tls.length > 0 ? [tlsInspector()] : []), ...(http === undefined ? [] : [httpInspector()])];
}

function undeclared({ policy, settings }: OutboundListenerInput): FilterChain {
  const targets = [{ cluster: undeclaredCluster(policy), weight: 1 }];
  return create(FilterChainSchema, { name: "PassthroughFilterChain", filters: [tcpProxy(targets, settings)] });
}

const NEVER = "0s";

/**
 * A caller that is silent is inspected until it speaks, for to take a slow HTTP caller as TCP would pass over its routes.
 * Not so where silence may be what a declared TCP service expects, or where the end is a refusal anyway, which must come
 * in time.
 */
function patience({ tcp, policy, settings }: OutboundListenerInput): string {
  return settings.protocolDetectionTimeout ?? (tcp.length > 0 || policy === "REGISTRY_ONLY" ? SHORT_INSPECTION : NEVER);
}

/** A listener that is not bound: `virtualOutbound` hands connections to it. */
export function buildOutboundListener(input: OutboundListenerInput): Listener {
  const { address, port, settings } = input;
  const raw = disjoint([...tlsCandidates(input), ...tcpCandidates(input)]).map((candidate) => tcpChain(candidate, settings));
  const takesAll = input.tcp.some(({ addresses }) => addresses.length === 0);
  return create(ListenerSchema, {
    name: `${address}_${port}`,
    ...listenerAt({ address, port }, "out", settings),
    bindToPort: false,
    listenerFilters: inspectors(input),
    ...inspection(patience(input)),
    filterChains: [...httpChain(input), ...raw],
    ...(takesAll ? {} : { defaultFilterChain: undeclared(input) }),
  });
}
