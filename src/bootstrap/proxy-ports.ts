import { PROXY_PORTS } from "../base/proxy-ports.ts";

/** Ports of one proxy; the defaults are the ones that people's scripts and dashboards know. */
export interface ProxyPorts {
  /** Envoy's administration, on loopback only. */
  readonly admin: number;
  /** The agent's own HTTP server: readiness, merged metrics, probes. */
  readonly agent: number;
  /** Readiness as the kubelet asks for it. */
  readonly status: number;
  /** Envoy's own statistics. */
  readonly prometheus: number;
}

export const DEFAULT_PORTS: ProxyPorts = PROXY_PORTS;
