import { ClusterSchema } from "../gen/envoy/config/cluster/v3/cluster_pb.ts";
import type { Query, Reader } from "../model/evaluation.ts";
import type { EncodedResource } from "../rpc/resource.ts";
import { destinationRulesOf, effectivePolicy, type HostRules } from "../scope/destination-rule.ts";
import { clusterSettings } from "../scope/mesh-settings.ts";
import { declaredPort, portRef } from "../scope/port-ref.ts";
import type { View } from "../scope/proxy-view.ts";
import { isReachable, reachableHost, reachableHosts } from "../scope/reachable-hosts.ts";
import { serviceEndpoints } from "../scope/service-endpoints.ts";
import type { EffectivePolicy } from "../scope/traffic-policy.ts";
import { hostArg, splitHostArg, type VisiblePort } from "../scope/visible-services.ts";
import { BLACK_HOLE, INBOUND_PASSTHROUGH, inboundClusterName, outboundClusterName, PASSTHROUGH } from "./clusters/cluster-name.ts";
import { blackHoleCluster, inboundPassthroughCluster, passthroughCluster } from "./clusters/fixed-clusters.ts";
import { buildInboundCluster } from "./clusters/inbound-cluster.ts";
import { buildServiceCluster } from "./clusters/service-cluster.ts";
import { encode, sameResource } from "./encode.ts";
import { ALL_BUCKETS, bucketArg, queryOfBucket, splitBucketArg } from "./host-buckets.ts";

/** All a cluster is made of. Scopes in which it comes out equal share the cluster. */
interface ClusterParts {
  /** See `portRef`. */
  readonly ref: string;
  readonly subset?: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly policy: EffectivePolicy;
  /** See `ServiceClusterInput`. */
  readonly balancesHeadless?: boolean;
}

const builtCluster: Query<EncodedResource | undefined> = {
  name: "cluster",
  compute(reader, arg) {
    const { ref, ...parts } = JSON.parse(arg) as ClusterParts;
    const at = reader.get(declaredPort, ref);
    if (at === undefined) {
      return undefined;
    }
    const { resolution, headless } = at.service;
    const readsEndpoints = headless || resolution === "DNS" || resolution === "DNS_ROUND_ROBIN";
    const cluster = buildServiceCluster({
      ...at,
      ...parts,
      endpoints: readsEndpoints ? reader.get(serviceEndpoints, ref) : [],
      mesh: reader.get(clusterSettings, ""),
    });
    return encode("cluster", cluster.name, ClusterSchema, cluster);
  },
  equal: sameResource,
  recover: () => undefined,
};

function partsOf({ service, port }: VisiblePort, rules: HostRules, subset: string | undefined): ClusterParts {
  const declared = rules.subsets.find((s) => s.name === subset);
  const policy = effectivePolicy(rules, port.number, subset);
  const named = declared === undefined ? {} : { subset: { name: declared.name, labels: declared.labels ?? {} } };
  return { ref: portRef({ service, port }), ...named, policy };
}

/** Cluster names of one host in a scope (see `hostArg`) → argument of `builtCluster`. */
const hostClusters: Query<ReadonlyMap<string, string>> = {
  name: "host-clusters",
  compute(reader, arg) {
    const [, host] = splitHostArg(arg);
    const rules = reader.get(destinationRulesOf, arg);
    const subsets = [undefined, ...rules.subsets.map((s) => s.name)];
    return new Map(
      reader.get(reachableHost, arg).flatMap((at) =>
        subsets.map((subset) => {
          const name = outboundClusterName({ host, port: at.port.number, subset });
          return [name, JSON.stringify(partsOf(at, rules, subset))] as const;
        }),
      ),
    );
  },
};

function asGateway(parts: string): string {
  return JSON.stringify({ ...(JSON.parse(parts) as ClusterParts), balancesHeadless: true });
}

const hostsOfBucket = queryOfBucket("hosts", reachableHosts, (host) => host);

const clusterNamesOfBucket: Query<readonly string[]> = {
  name: "cluster-names-of-bucket",
  compute(reader, arg) {
    const [scope] = splitBucketArg(arg);
    return reader.get(hostsOfBucket, arg).flatMap((host) => [...reader.get(hostClusters, hostArg(scope, host)).keys()]);
  },
};

/** Names of all outbound clusters of a scope. */
function outboundClusterNames(reader: Reader, scope: string): readonly string[] {
  return ALL_BUCKETS.flatMap((bucket) => reader.get(clusterNamesOfBucket, bucketArg(scope, bucket)));
}

function buildFixed(reader: Reader, name: string, ipv6: boolean): EncodedResource | undefined {
  const settings = { connectTimeout: reader.get(clusterSettings, "").connectTimeout, ipv6 };
  switch (name) {
    case BLACK_HOLE:
      return encode("cluster", name, ClusterSchema, blackHoleCluster(settings));
    case PASSTHROUGH:
      return encode("cluster", name, ClusterSchema, passthroughCluster(settings));
    case INBOUND_PASSTHROUGH:
      return encode("cluster", name, ClusterSchema, inboundPassthroughCluster(settings));
    default:
      return undefined;
  }
}

export function clusterNames(reader: Reader, view: View): readonly string[] {
  const own = view.type === "router" ? [] : [INBOUND_PASSTHROUGH, ...view.inbound.map((port) => inboundClusterName(port.port))];
  return [...outboundClusterNames(reader, view.scope), BLACK_HOLE, PASSTHROUGH, ...own];
}

function outboundCluster(reader: Reader, view: View, { name, host }: { name: string; host: string }): EncodedResource | undefined {
  const arg = hostArg(view.scope, host);
  if (!reader.get(isReachable, arg)) {
    return undefined;
  }
  const parts = reader.get(hostClusters, arg).get(name);
  const isHeadless = reader.get(reachableHost, arg).some(({ service }) => service.headless);
  return parts === undefined ? undefined : reader.get(builtCluster, view.type === "router" && isHeadless ? asGateway(parts) : parts);
}

export function clusterResource(reader: Reader, view: View, name: string): EncodedResource | undefined {
  const [direction, port, , host] = name.split("|");
  if (direction === "outbound" && host !== undefined) {
    return outboundCluster(reader, view, { name, host });
  }
  if (direction === "inbound") {
    const declared = view.inbound.find((inbound) => inbound.port === Number(port));
    const { connectTimeout } = reader.get(clusterSettings, "");
    return declared && encode("cluster", name, ClusterSchema, buildInboundCluster({ ...declared, connectTimeout, ipv6: view.ipv6 }));
  }
  return buildFixed(reader, name, view.ipv6);
}
