import type { Family } from "./iptables-options.ts";

/**
 * Reserved addresses that the redirection leads back into the pod, whoever calls them: who calls one and meets the agent has proof that
 * calls are captured (ADR 8). Nobody has either: the dummy address of RFC 7600, and one of RFC 6666's prefix for traffic to discard.
 */
export const PROBE_ADDRESS: Readonly<Record<Family, string>> = { v4: "192.0.0.8", v6: "100::1" };
