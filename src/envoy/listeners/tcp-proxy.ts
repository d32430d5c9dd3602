import { create } from "@bufbuild/protobuf";
import { type Filter, FilterSchema } from "../../gen/envoy/config/listener/v3/listener_components_pb.ts";
import { type TcpProxy, TcpProxySchema } from "../../gen/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.ts";
import { BLACK_HOLE } from "../clusters/cluster-name.ts";
import { scaledWeights } from "../wire/scaled-weights.ts";
import { configType } from "../wire/typed-config.ts";
import { accessLogs } from "./access-log.ts";
import type { WeightedTarget } from "./chain-targets.ts";
import type { ListenerSettings } from "./listener-settings.ts";

/** Shares of 0 get nothing; without any share left, the connection is refused. */
function clusterSpecifier(targets: readonly WeightedTarget[]): TcpProxy["clusterSpecifier"] {
  const [only, ...more] = targets;
  if (only !== undefined && more.length === 0) {
    return { case: "cluster", value: only.cluster };
  }
  const some = targets.filter(({ weight }) => weight > 0);
  const weights = scaledWeights(some.map(({ weight }) => weight));
  const clusters = some.map(({ cluster: name }, i) => ({ name, weight: weights[i] ?? 1 }));
  return clusters.length === 0
    ? { case: "cluster", value: BLACK_HOLE }
    : create(TcpProxySchema, { clusterSpecifier: { case: "weightedClusters", value: { clusters } } }).clusterSpecifier;
}

/** The network filter that hands bytes on to a cluster, or to several by weight. */
export function tcpProxy(targets: readonly WeightedTarget[], settings: ListenerSettings, statPrefix?: string): Filter {
  const config = create(TcpProxySchema, {
    statPrefix: statPrefix ?? targets[0]?.cluster ?? BLACK_HOLE,
    clusterSpecifier: clusterSpecifier(targets),
    accessLog: accessLogs(settings.accessLog),
  });
  return create(FilterSchema, { name: "envoy.filters.network.tcp_proxy", configType: configType(TcpProxySchema, config) });
}
