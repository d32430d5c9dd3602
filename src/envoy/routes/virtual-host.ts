import { create } from "@bufbuild/protobuf";
import { type Route, RouteSchema, type VirtualHost, VirtualHostSchema } from "../../gen/envoy/config/route/v3/route_components_pb.ts";
import type { BoundVirtualService } from "./bound-virtual-service.ts";
import { defaultAction } from "./forward-action.ts";
import type { ResolveDestination, ResolvedDestination } from "./resolved-destination.ts";
import type { RouteContext } from "./route-context.ts";
import { routeMatch } from "./route-match.ts";
import { operation, virtualServiceRoutes } from "./virtual-service-routes.ts";

export interface VirtualHostInput {
  /** `HOST:PORT`. */
  readonly name: string;
  readonly domains: readonly string[];
  readonly virtualService?: BoundVirtualService;
  /** The service's own cluster; used where no VirtualService has an http route for this context. */
  readonly fallback?: ResolvedDestination;
  readonly context: RouteContext;
  readonly resolve: ResolveDestination;
  /** See `VirtualServiceRoutesInput`. */
  readonly leaveOut?: (reason: unknown) => void;
}

function defaultRoute(name: string, destination: ResolvedDestination): Route {
  return create(RouteSchema, {
    name: "default",
    match: routeMatch(undefined),
    action: { case: "route", value: defaultAction(destination) },
    decorator: { operation: operation(name, undefined) },
  });
}

function routes({ name, virtualService, fallback, ...input }: VirtualHostInput): Route[] {
  const written = virtualService ? virtualServiceRoutes({ ...input, virtualService, hostAndPort: name }) : [];
  return written.length > 0 || fallback === undefined ? written : [defaultRoute(name, fallback)];
}

/**
 * The routes of one host. Requests that no rule of its VirtualService takes are answered 404. Undefined where there is
 * nothing to route: no rule can apply and there is no fallback.
 */
export function buildVirtualHost(input: VirtualHostInput): VirtualHost | undefined {
  const found = routes(input);
  return found.length === 0
    ? undefined
    : create(VirtualHostSchema, { name: input.name, domains: [...input.domains], routes: found, includeRequestAttemptCount: true });
}
