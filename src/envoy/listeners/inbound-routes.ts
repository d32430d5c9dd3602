import { create } from "@bufbuild/protobuf";
import { RouteSchema, VirtualHostSchema } from "../../gen/envoy/config/route/v3/route_components_pb.ts";
import { type RouteConfiguration, RouteConfigurationSchema } from "../../gen/envoy/config/route/v3/route_pb.ts";
import { routeMatch } from "../routes/route-match.ts";
import { wireDuration } from "../wire/wire-duration.ts";

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
  const limit = wireDuration("0s");
  const route = create(RouteSchema, {
    name: "default",
    match: routeMatch(undefined),
    action: {
      case: "route",
      value: {
        clusterSpecifier: { case: "cluster", value: cluster },
        ...(limit && { timeout: limit, maxStreamDuration: { grpcTimeoutHeaderMax: limit } }),
        retryPolicy: { retryOn: "reset-before-request", numRetries: 2 },
      },
    },
    decorator: { operation },
  });
  const host = create(VirtualHostSchema, { name: `inbound|http|${port}`, domains: ["*"], routes: [route] });
  return create(RouteConfigurationSchema, { name, virtualHosts: [host], validateClusters: false });
}
