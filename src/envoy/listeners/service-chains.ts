import type { RouteDestination } from "../../api/networking/virtual-service.ts";
import { applicable, type BoundVirtualService } from "../routes/bound-virtual-service.ts";
import type { ResolveDestination } from "../routes/resolved-destination.ts";
import type { RouteContext } from "../routes/route-context.ts";
import type { TcpChain, TlsChain, WeightedTarget } from "./chain-targets.ts";

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

function targetsOf(route: readonly RouteDestination[] | undefined, resolve: ResolveDestination): WeightedTarget[] {
  return (route ?? []).map(({ destination, weight }) => ({ cluster: resolve(destination).cluster, weight: weight ?? 0 }));
}

/** The addresses a match asks for, else the service's own. */
function addressesOf(subnets: readonly string[] | undefined, own: readonly string[]): readonly string[] {
  return subnets?.length ? subnets : own;
}

const ownTarget = ({ cluster }: ServiceChainsInput): WeightedTarget[] => (cluster === undefined ? [] : [{ cluster, weight: 1 }]);

/** Chains for a TCP port: the VirtualService's `tcp` routes that apply, else the service's own cluster. */
export function buildTcpChains(input: ServiceChainsInput): readonly TcpChain[] {
  const { virtualService: bound, context, resolve, addresses } = input;
  const written = (bound?.spec.tcp ?? []).flatMap(({ match, route }) => {
    const alternatives = bound === undefined ? [] : applicable(match, bound, context);
    return alternatives.map((m) => ({ addresses: addressesOf(m?.destinationSubnets, addresses), targets: targetsOf(route, resolve) }));
  });
  return written.length > 0 || input.cluster === undefined ? written : [{ addresses, targets: ownTarget(input) }];
}

/** Chains for a TLS or HTTPS port: the VirtualService's `tls` routes that apply, else the service's own cluster by SNI. */
export function buildTlsChains(input: ServiceChainsInput): readonly TlsChain[] {
  const { virtualService: bound, context, resolve, addresses } = input;
  const written = (bound?.spec.tls ?? []).flatMap(({ match, route }) => {
    const alternatives = bound === undefined ? [] : applicable(match, bound, context);
    return alternatives.map((m) => ({
      serverNames: m?.sniHosts ?? [],
      addresses: addressesOf(m?.destinationSubnets, addresses),
      targets: targetsOf(route, resolve),
    }));
  });
  return written.length > 0 || input.cluster === undefined
    ? written
    : [{ serverNames: [input.host], addresses, targets: ownTarget(input) }];
}
