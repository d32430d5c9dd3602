import type { Family } from "./iptables-options.ts";

/** Where the addresses lie that the agent answers with for hosts without one of their own (ADR 9): nobody is there but the sidecar. */
export const AUTOMATIC_RANGES: Readonly<Record<Family, string>> = { v4: "240.240.0.0/16", v6: "2001:2::/48" };
