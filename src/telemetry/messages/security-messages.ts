import type { Message } from "./message.ts";

/** FL15: how workloads want to be called. */
export const SECURITY_MESSAGES = {
  portsOfAllWorkloads: {
    code: "FL1501",
    level: "error",
    title: "Ports of workloads that are not chosen",
    text: "ports are those of chosen workloads; write selector.matchLabels, or take portLevelMtls out",
  },
} as const satisfies Record<string, Message>;
