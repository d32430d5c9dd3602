/** Ports on which a proxy and its agent listen in each pod; people's scripts and dashboards know them. */
export const PROXY_PORTS = {
  /** Envoy's administration, on loopback only. */
  admin: 15000,
  /** Where outbound connections are led. */
  outbound: 15001,
  /** Where the agent proves that calls are captured, on loopback only; Istio has it reserved for failure detection. */
  capture: 15002,
  /** Istio's debugging of a proxy; nothing of ours is there. */
  debug: 15004,
  /** Where inbound connections are led. */
  inbound: 15006,
  /** Istio's tunnels; the redirection leaves it alone. */
  tunnel: 15008,
  /** The agent's own HTTP server: readiness, merged metrics, probes. */
  agent: 15020,
  /** Readiness as the kubelet asks for it. */
  status: 15021,
  /** Where the agent answers captured DNS queries. */
  dns: 15053,
  /** Envoy's own statistics. */
  prometheus: 15090,
} as const;

/**
 * Ports on which a sidecar's Envoy has a listener for every address: it takes no second one. Those of administration and agent are not
 * among them: a listener of a sidecar that stands for outside hosts binds nothing.
 */
export const LISTENER_PORTS: readonly number[] = [PROXY_PORTS.outbound, PROXY_PORTS.inbound, PROXY_PORTS.status, PROXY_PORTS.prometheus];

/** Ports that nothing else in a gateway's pod can bind. */
export const BOUND_PORTS: readonly number[] = [PROXY_PORTS.admin, PROXY_PORTS.agent, PROXY_PORTS.status, PROXY_PORTS.prometheus];

/** Ports on which no container of an app tells its metrics. */
export const SIDECAR_PORTS: ReadonlySet<number> = new Set(Object.values(PROXY_PORTS));
