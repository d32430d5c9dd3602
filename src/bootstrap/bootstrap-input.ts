import type { NodeDescription } from "./node-description.ts";
import type { ProxyPorts } from "./proxy-ports.ts";

/** What else is to be counted, from `proxyStatsMatcher` of the proxy's configuration. */
export interface StatsInclusion {
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** RE2. */
  readonly regexps: readonly string[];
}

export const NO_MORE_STATS: StatsInclusion = { prefixes: [], suffixes: [], regexps: [] };

/** All that the bootstrap depends on. */
export interface BootstrapInput {
  readonly node: NodeDescription;
  readonly ports: ProxyPorts;
  /** Unix socket where the agent serves the configuration. */
  readonly xdsSocket: string;
  /** Unix socket where the agent serves certificates. */
  readonly sdsSocket: string;
  /** The pod has an IPv6 address but no IPv4 one. */
  readonly ipv6Only: boolean;
  readonly stats: StatsInclusion;
  /** Envoy's runtime values, from `runtimeValues` of the proxy's configuration. */
  readonly runtime: Readonly<Record<string, string>>;
}
