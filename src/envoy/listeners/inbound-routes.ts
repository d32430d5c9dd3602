import { create } from "@bufbuild/protobuf";
import { RouteSchema, VirtualHostSchema } from "../../gen/envoy/config/route/v3/route_components_pb.ts";
import { type RouteConfiguration, RouteConfigurationSchema } from "../../gen/envoy/config/route/v3/route_pb.ts";
import { routeLimits } from "../routes/route-limits.ts";
import { routeMatch } from "../routes/route-match.ts";

export interface InboundRoutesInput {
  /** Name of the route configuration: `inbound|PORT||`, or that of the pass-through cluster. */
  readonly name: string;
  readonly cluster: string;
  readonly port: number;
  /** What traces call these requests. */
  readonly operation: string;
}

/** Everything to the app; sent again only where the app cannot have seen it. */
export function inboundRoutes({ name, cluster, port, operation }: InboundRoutesInput): RouteConfiguration {
  const route = create(RouteSchema, {
    name: "default",
    match: routeMatch(undefined),
    action: {
      case: "route",
      value: {
        clusterSpecifier: { case: "cluster", value: cluster },
        ...routeLimits(),
        retryPolicy: { retryOn: "reset-before-request", numRetries: 2 },
      },
    },
    decorator: { operation },
  });
  const host = create(VirtualHostSchema, { name: `inbound|http|${port}`, domains: ["*"], routes: [route] });
  return create(RouteConfigurationSchema, { name, virtualHosts: [host], validateClusters: false });
}
