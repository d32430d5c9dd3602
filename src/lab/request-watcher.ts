import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { inNetwork } from "./lab-network.ts";
import type { WatchedOutcome } from "./request-watch.ts";

/** Requests sent without pause from a pod's namespace; says when their outcome changed. */
export interface RequestWatcher {
  /** The first request after `since` (milliseconds since the epoch) whose outcome satisfies `wanted`; rejects after `withinMs`. */
  outcomeAfter(since: number, wanted: (outcome: string) => boolean, withinMs: number): Promise<WatchedOutcome>;
  stop(): void;
}

/** Starts to ask `url` (with Host `host`) from a network namespace. */
export function watchFrom(
  network: string,
  labProcess: readonly string[],
  target: { readonly url: string; readonly host: string },
): RequestWatcher {
  const command = inNetwork(network, [...labProcess, "watch", target.url, target.host]);
  const child = spawn("setpriv", ["--pdeathsig=KILL", ...command], { stdio: ["ignore", "pipe", "ignore"] });
  const seen: WatchedOutcome[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => seen.push(JSON.parse(line) as WatchedOutcome));
  return {
    stop: () => child.kill("SIGKILL"),
    outcomeAfter: async (since, wanted, withinMs) => {
      const deadline = Date.now() + withinMs;
      while (Date.now() < deadline) {
        const found = outcomeSince(seen, since, wanted);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      throw new Error(`no request came to what was awaited within ${withinMs} ms; the last one: ${seen.at(-1)?.outcome ?? "none"}`);
    },
  };
}

/** The outcome that held at `since` counts too: then nothing had to change. */
function outcomeSince(seen: readonly WatchedOutcome[], since: number, wanted: (outcome: string) => boolean): WatchedOutcome | undefined {
  const before = seen.filter(({ sent }) => sent < since).at(-1);
  if (before && wanted(before.outcome) && seen.at(-1) === before) return { ...before, sent: since };
  return seen.find(({ sent, outcome }) => sent >= since && wanted(outcome));
}
