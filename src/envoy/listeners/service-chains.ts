import type { ResolveDestination } from "../routes/resolved-destination.ts";
import type { BoundVirtualService, RouteContext } from "../routes/virtual-host.ts";
import type { TcpChain, TlsChain } from "./chain-targets.ts";

export interface ServiceChainsInput {
  /** The service's host; SNI where its VirtualService says nothing else. */
  readonly host: string;
  /** The service's virtual addresses; empty: any address. */
  readonly addresses: readonly string[];
  /** The service's own cluster. Absent: only what the VirtualService says. */
  readonly cluster?: string;
  readonly virtualService?: BoundVirtualService;
  readonly context: RouteContext;
  readonly resolve: ResolveDestination;
}

/** Chains for a TCP port: the VirtualService's `tcp` routes that apply, else the service's own cluster. */
export function buildTcpChains(input: ServiceChainsInput): readonly TcpChain[] {
  throw new Error(`not built yet: ${input.host}`);
}

/** Chains for a TLS or HTTPS port: the VirtualService's `tls` routes that apply, else the service's own cluster by SNI. */
export function buildTlsChains(input: ServiceChainsInput): readonly TlsChain[] {
  throw new Error(`not built yet: ${input.host}`);
}
