import type { VirtualServiceSpec } from "../../api/networking/virtual-service.ts";
import type { VirtualHost } from "../../gen/envoy/config/route/v3/route_components_pb.ts";
import type { ResolveDestination, ResolvedDestination } from "./resolved-destination.ts";

/** A VirtualService with the names it is known by. */
export interface BoundVirtualService {
  readonly namespace: string;
  readonly name: string;
  readonly spec: VirtualServiceSpec;
}

/** Who is asking: decides matches on gateway, port and source. */
export interface RouteContext {
  /** `mesh` for sidecars, `NAMESPACE/NAME` for a Gateway. */
  readonly gateway: string;
  /** The port called (service port in the mesh, server port at a gateway). */
  readonly port: number;
  /** The workload whose routes these are. */
  readonly source: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
}

export interface VirtualHostInput {
  /** `HOST:PORT`. */
  readonly name: string;
  readonly domains: readonly string[];
  readonly virtualService?: BoundVirtualService;
  /** The service's own cluster; used where no VirtualService has an http route for this context. */
  readonly fallback?: ResolvedDestination;
  readonly context: RouteContext;
  readonly resolve: ResolveDestination;
}

/** Undefined where there is nothing to route: no VirtualService route applies and there is no fallback. */
export function buildVirtualHost(input: VirtualHostInput): VirtualHost | undefined {
  throw new Error(`not built yet: ${input.name}`);
}
