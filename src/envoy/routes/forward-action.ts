import { create } from "@bufbuild/protobuf";
import type { HttpRoute, HttpRouteDestination } from "../../api/networking/http-route.ts";
import {
  type RouteAction,
  type RouteAction_HashPolicy,
  type RouteAction_RequestMirrorPolicy,
  RouteAction_RequestMirrorPolicySchema,
  RouteActionSchema,
  type WeightedCluster_ClusterWeight,
  WeightedCluster_ClusterWeightSchema,
  WeightedClusterSchema,
} from "../../gen/envoy/config/route/v3/route_components_pb.ts";
import { BLACK_HOLE } from "../clusters/cluster-name.ts";
import { fractionalPercent } from "../wire/fractional-percent.ts";
import type { MessagePart } from "../wire/message-part.ts";
import { scaledWeights } from "../wire/scaled-weights.ts";
import { safeRegex } from "../wire/string-matcher.ts";
import { hashPolicy } from "./hash-policy.ts";
import { headerChanges, hostSetBy } from "./header-changes.ts";
import type { ResolveDestination, ResolvedDestination } from "./resolved-destination.ts";
import { retryPolicy } from "./retry-policy.ts";
import { routeLimits } from "./route-limits.ts";

type Part = MessagePart<typeof RouteActionSchema>;

interface Target {
  readonly written: HttpRouteDestination;
  readonly resolved: ResolvedDestination;
}

function clusterWeight({ written, resolved }: Target, weight: number): WeightedCluster_ClusterWeight {
  const host = hostSetBy(written.headers);
  return create(WeightedCluster_ClusterWeightSchema, {
    name: resolved.cluster,
    weight,
    ...headerChanges(written.headers),
    ...(host !== undefined && { hostRewriteSpecifier: { case: "hostRewriteLiteral", value: host } }),
  });
}

/** One destination takes everything; several share by weight, and where all weights are 0 nobody gets anything. */
function clusters(targets: readonly Target[]): RouteAction["clusterSpecifier"] {
  const [only, ...more] = targets;
  if (only === undefined || (more.length > 0 && targets.every(({ written }) => !written.weight))) {
    return { case: "cluster", value: BLACK_HOLE };
  }
  if (more.length === 0 && only.written.headers === undefined) {
    return { case: "cluster", value: only.resolved.cluster };
  }
  const weights = more.length === 0 ? [only.written.weight || 100] : scaledWeights(targets.map(({ written }) => written.weight ?? 0));
  const weighted = targets.map((target, i) => clusterWeight(target, weights[i] ?? 0));
  return { case: "weightedClusters", value: create(WeightedClusterSchema, { clusters: weighted }) };
}

function mirrors(route: HttpRoute, resolve: ResolveDestination): RouteAction_RequestMirrorPolicy[] {
  const share = route.mirrorPercentage?.value ?? route.mirrorPercent ?? route.mirror_percent ?? 100;
  const first = route.mirror === undefined ? [] : [{ destination: route.mirror, percentage: { value: share } }];
  return [...first, ...(route.mirrors ?? [])].map(({ destination, percentage }) =>
    create(RouteAction_RequestMirrorPolicySchema, {
      cluster: resolve(destination).cluster,
      runtimeFraction: { defaultValue: fractionalPercent(percentage?.value ?? 100) },
    }),
  );
}

function rewrite(route: HttpRoute): Part {
  const { uri, authority, uriRegexRewrite } = route.rewrite ?? {};
  const host = authority || hostSetBy(route.headers);
  return {
    ...(uri && { prefixRewrite: uri }),
    ...(uriRegexRewrite && {
      regexRewrite: { pattern: safeRegex(uriRegexRewrite.match ?? ""), substitution: uriRegexRewrite.rewrite ?? "" },
    }),
    ...(host && { hostRewriteSpecifier: { case: "hostRewriteLiteral", value: host } }),
  };
}

/** What the policies of all destinations hash, each thing once. */
function hashPolicies(destinations: readonly ResolvedDestination[]): RouteAction_HashPolicy[] {
  const hashes = new Map(destinations.flatMap(({ consistentHash: hash }) => (hash ? [[JSON.stringify(hash), hash] as const] : [])));
  return [...hashes.values()].flatMap((hash) => hashPolicy(hash) ?? []);
}

/** The action that sends requests on, as a VirtualService's rule says. */
export function forwardAction(route: HttpRoute, resolve: ResolveDestination): RouteAction {
  const targets = (route.route ?? []).map((written) => ({ written, resolved: resolve(written.destination) }));
  const retries = retryPolicy(route.retries);
  return create(RouteActionSchema, {
    clusterSpecifier: clusters(targets),
    ...routeLimits(route.timeout),
    ...(retries && { retryPolicy: retries }),
    ...rewrite(route),
    requestMirrorPolicies: mirrors(route, resolve),
    hashPolicy: hashPolicies(targets.map((target) => target.resolved)),
  });
}

/** The action that sends requests to a service of which no VirtualService speaks. */
export function defaultAction(destination: ResolvedDestination): RouteAction {
  const retries = retryPolicy(undefined);
  return create(RouteActionSchema, {
    clusterSpecifier: { case: "cluster", value: destination.cluster },
    ...routeLimits(),
    ...(retries && { retryPolicy: retries }),
    hashPolicy: hashPolicies([destination]),
  });
}
