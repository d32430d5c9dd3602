import type { Message } from "./message.ts";

/** FL15: how workloads want to be called. */
export const SECURITY_MESSAGES = {
  portsOfAllWorkloads: {
    code: "FL1501",
    level: "error",
    title: "Port settings without a selector",
    text: "portLevelMtls applies only to selected workloads; write selector.matchLabels, or remove portLevelMtls",
  },
} as const satisfies Record<string, Message>;
