/** A cluster and its share of the connections. */
export interface WeightedTarget {
  readonly cluster: string;
  /** Ignored where the target is the only one. */
  readonly weight: number;
}

/** Connections without TLS inspection, told apart by the address they were meant for. */
export interface TcpChain {
  /** IPs or CIDRs of the original destination; empty: any. */
  readonly addresses: readonly string[];
  readonly targets: readonly WeightedTarget[];
}

/** TLS connections, told apart by the name asked for (and the address, where given). */
export interface TlsChain {
  /** Exact names or `*.example.com`; empty: any TLS. */
  readonly serverNames: readonly string[];
  readonly addresses: readonly string[];
  readonly targets: readonly WeightedTarget[];
}
