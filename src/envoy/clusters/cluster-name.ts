export const BLACK_HOLE = "BlackHoleCluster";
export const PASSTHROUGH = "PassthroughCluster";
export const INBOUND_PASSTHROUGH = "InboundPassthroughCluster";

export interface ClusterAddress {
  readonly host: string;
  readonly port: number;
  readonly subset?: string | undefined;
}

/** `outbound|80|v1|httpbin.default.svc.cluster.local`. */
export function outboundClusterName({ host, port, subset }: ClusterAddress): string {
  return `outbound|${port}|${subset ?? ""}|${host}`;
}

/** `inbound|8080||`, by the port the workload listens on. */
export function inboundClusterName(port: number): string {
  return `inbound|${port}||`;
}
