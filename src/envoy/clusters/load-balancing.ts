import type { LoadBalancer } from "../../api/networking/load-balancer.ts";
import { Cluster_LbPolicy, type ClusterSchema } from "../../gen/envoy/config/cluster/v3/cluster_pb.ts";
import type { MessagePart } from "../wire/message-part.ts";
import { wireDuration } from "../wire/wire-duration.ts";

type ClusterInit = MessagePart<typeof ClusterSchema>;
type Balancing = Pick<ClusterInit, "lbPolicy" | "lbConfig">;

const DEFAULT_RING_SIZE = 1024;

const SIMPLE: Readonly<Record<NonNullable<LoadBalancer["simple"]>, Cluster_LbPolicy>> = {
  UNSPECIFIED: Cluster_LbPolicy.LEAST_REQUEST,
  LEAST_CONN: Cluster_LbPolicy.LEAST_REQUEST,
  LEAST_REQUEST: Cluster_LbPolicy.LEAST_REQUEST,
  RANDOM: Cluster_LbPolicy.RANDOM,
  ROUND_ROBIN: Cluster_LbPolicy.ROUND_ROBIN,
  PASSTHROUGH: Cluster_LbPolicy.CLUSTER_PROVIDED,
};

function slowStart(policy: LoadBalancer) {
  const warmup = policy.warmup ?? (policy.warmupDurationSecs === undefined ? undefined : { duration: policy.warmupDurationSecs });
  const slowStartWindow = wireDuration(warmup?.duration);
  if (warmup === undefined || slowStartWindow === undefined) {
    return undefined;
  }
  return {
    slowStartWindow,
    // Envoy wants a runtime key beside the number; this one is set nowhere.
    ...("aggression" in warmup &&
      warmup.aggression !== undefined && { aggression: { defaultValue: warmup.aggression, runtimeKey: "unset" } }),
    ...("minimumPercent" in warmup && warmup.minimumPercent !== undefined && { minWeightPercent: { value: warmup.minimumPercent } }),
  };
}

function hashing(hash: NonNullable<LoadBalancer["consistentHash"]>): Balancing {
  if (hash.maglev !== undefined) {
    const size = hash.maglev.tableSize;
    return { lbPolicy: Cluster_LbPolicy.MAGLEV, lbConfig: { case: "maglevLbConfig", value: size ? { tableSize: BigInt(size) } : {} } };
  }
  const size = hash.ringHash?.minimumRingSize ?? hash.minimumRingSize;
  const minimumRingSize = BigInt(size || DEFAULT_RING_SIZE);
  return { lbPolicy: Cluster_LbPolicy.RING_HASH, lbConfig: { case: "ringHashLbConfig", value: { minimumRingSize } } };
}

/** How one of the endpoints is chosen. What is hashed is the route's business. */
export function loadBalancing(policy: LoadBalancer | undefined): Balancing {
  if (policy?.consistentHash !== undefined) {
    return hashing(policy.consistentHash);
  }
  const lbPolicy = SIMPLE[policy?.simple ?? "UNSPECIFIED"];
  const slowStartConfig = policy && slowStart(policy);
  if (slowStartConfig === undefined) {
    return { lbPolicy };
  }
  switch (lbPolicy) {
    case Cluster_LbPolicy.LEAST_REQUEST:
      return { lbPolicy, lbConfig: { case: "leastRequestLbConfig", value: { slowStartConfig } } };
    case Cluster_LbPolicy.ROUND_ROBIN:
      return { lbPolicy, lbConfig: { case: "roundRobinLbConfig", value: { slowStartConfig } } };
    default:
      return { lbPolicy };
  }
}
