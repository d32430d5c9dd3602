/** Ports on which a proxy and its agent listen themselves: administration, agent, readiness, statistics; no gateway can bind them. */
export const PROXY_PORTS: readonly number[] = [15000, 15020, 15021, 15090];
