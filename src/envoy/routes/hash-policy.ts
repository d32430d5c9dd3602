import { create } from "@bufbuild/protobuf";
import { type RouteAction_HashPolicy, RouteAction_HashPolicySchema } from "../../gen/envoy/config/route/v3/route_components_pb.ts";
import { wireDuration } from "../wire/wire-duration.ts";
import type { ResolvedDestination } from "./resolved-destination.ts";

type ConsistentHash = NonNullable<ResolvedDestination["consistentHash"]>;
type Cookie = NonNullable<ConsistentHash["httpCookie"]>;

function cookie({ name, path, ttl, attributes }: Cookie) {
  const life = wireDuration(ttl);
  return {
    name,
    ...(life && { ttl: life }),
    ...(path !== undefined && { path }),
    attributes: (attributes ?? []).map((attribute) => ({ name: attribute.name ?? "", value: attribute.value ?? "" })),
  };
}

/** What of a request is hashed, so that requests that are alike meet the same endpoint. */
export function hashPolicy(hash: ConsistentHash): RouteAction_HashPolicy | undefined {
  if (hash.httpHeaderName) {
    return create(RouteAction_HashPolicySchema, { policySpecifier: { case: "header", value: { headerName: hash.httpHeaderName } } });
  }
  if (hash.httpCookie !== undefined) {
    return create(RouteAction_HashPolicySchema, { policySpecifier: { case: "cookie", value: cookie(hash.httpCookie) } });
  }
  if (hash.useSourceIp) {
    return create(RouteAction_HashPolicySchema, { policySpecifier: { case: "connectionProperties", value: { sourceIp: true } } });
  }
  return hash.httpQueryParameterName
    ? create(RouteAction_HashPolicySchema, { policySpecifier: { case: "queryParameter", value: { name: hash.httpQueryParameterName } } })
    : undefined;
}
