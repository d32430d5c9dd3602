import type { Message } from "./message.ts";

/** FL11: what the cluster holds and fairlead does not carry out. */
export const STATUS_MESSAGES = {
  kindUnenforced: {
    code: "FL1101",
    level: "warning",
    title: "Kind without effect",
    text: "fairlead does not enforce {kind}, so {meaning}; {instead}",
  },
} as const satisfies Record<string, Message>;
