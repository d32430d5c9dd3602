import { create } from "@bufbuild/protobuf";
import { type Route, RouteSchema, type VirtualHost, VirtualHostSchema } from "../../gen/envoy/config/route/v3/route_components_pb.ts";
import { PASSTHROUGH } from "../clusters/cluster-name.ts";
import { routeLimits } from "./route-limits.ts";
import { routeMatch } from "./route-match.ts";

const BAD_GATEWAY = 502;

function action(kind: "allow_any" | "block_all"): Route["action"] {
  if (kind === "block_all") {
    return create(RouteSchema, { action: { case: "directResponse", value: { status: BAD_GATEWAY } } }).action;
  }
  const passing = { clusterSpecifier: { case: "cluster", value: PASSTHROUGH }, ...routeLimits() } as const;
  return create(RouteSchema, { action: { case: "route", value: passing } }).action;
}

/** The virtual host for names that nobody declared, under the outbound policy in force. */
export function catchAllVirtualHost(kind: "allow_any" | "block_all"): VirtualHost {
  return create(VirtualHostSchema, {
    name: kind,
    domains: ["*"],
    routes: [create(RouteSchema, { name: kind, match: routeMatch(undefined), action: action(kind) })],
    includeRequestAttemptCount: true,
  });
}
