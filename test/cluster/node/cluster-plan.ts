import { createHash } from "node:crypto";
import { join, resolve } from "node:path";

/** Addresses and names inside the cluster's own namespaces; nothing of it is seen on the machine. */
export const NETWORK = {
  node: "fairlead-node",
  nodeAddress: "172.30.0.2",
  /** The outside world's end of the link, where its DNS server listens too. */
  gatewayAddress: "172.30.0.1",
  outsideAddresses: ["203.0.113.10", "203.0.113.11"],
  podRange: "10.244.0.0/24",
  serviceRange: "10.96.0.0/16",
  dnsAddress: "10.96.0.10",
} as const;

export const SERVER = `https://${NETWORK.nodeAddress}:6443`;

/** Where one cluster keeps what it makes. All of it is removed in the end but for `last`. */
export interface ClusterPlan {
  readonly state: string;
  readonly logs: string;
  /** What was found out about a cluster whose tests failed. */
  readonly last: string;
  /** Folder in every cgroup hierarchy. */
  readonly cgroup: string;
  readonly kubeconfig: string;
}

/** One cluster a clone. */
export function clusterPlan(): ClusterPlan {
  const state = resolve(".cache/cluster");
  const cgroup = `fairlead-${createHash("sha256").update(state).digest("hex").slice(0, 10)}`;
  return { state, logs: join(state, "log"), last: resolve(".cache/cluster-last"), cgroup, kubeconfig: join(state, "admin.kubeconfig") };
}
