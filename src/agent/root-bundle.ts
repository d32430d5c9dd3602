import { readFileSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import { trustBundle } from "../pki/trust-bundle.ts";
import type { AgentLog } from "./agent-log.ts";

/** The authorities in the mounted file, followed while the kubelet replaces it. */
export interface RootBundle {
  start(): void;
  stop(): void;
  /** PEM; empty while there is no file, or none that holds a valid certificate. */
  current(): string;
}

/** The kubelet replaces a mounted ConfigMap by a link, which watches of files miss: so it is read anew. */
const EVERY_MS = 2000;

export function createRootBundle(path: string, clock: Clock, log: AgentLog, changed: () => void): RootBundle {
  let current = "";
  let cancel = (): void => {};
  const look = (): void => {
    const next = readBundle(path, clock.now());
    // A file that is gone or broken for a moment takes no trust away: what was read last stays.
    if (next !== "" && next !== current) {
      current = next;
      log.info({ path }, "trust bundle read");
      changed();
    }
    cancel = clock.after(EVERY_MS, look);
  };
  return {
    start: look,
    stop: () => cancel(),
    current: () => current,
  };
}

function readBundle(path: string, now: number): string {
  try {
    return trustBundle([readFileSync(path, "utf8")], now);
  } catch {
    return "";
  }
}
