import type { Clock } from "../base/clock.ts";
import type { AgentLog } from "./agent-log.ts";

/** What an agent gets from its surroundings; only main makes the real ones. */
export interface AgentParts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: AgentLog;
  /** Takes Envoy's own lines. */
  readonly print: (line: string) => void;
  /** Somebody asked the agent to end (`/quitquitquit`). */
  readonly onQuit: () => void;
  /** The agent must not go on as it is: whoever runs it ends it at once, and starts another. */
  readonly onFailure: (reason: string) => void;
}
