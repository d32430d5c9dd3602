import type { Clock } from "../base/clock.ts";
import type { AgentLog } from "./agent-log.ts";
import type { LocalAnswer } from "./local-answers.ts";

export interface DnsServer {
  readonly host: string;
  readonly port: number;
}

/** What became of a query: the agent's own answer, that of a server, or none. */
export const QUERY_ENDS = ["answered", "forwarded", "unanswered"] as const;
export type QueryEnd = (typeof QUERY_ENDS)[number];

/** What is done with captured queries, over either protocol. */
export interface QueryHandling {
  readonly localAnswer: LocalAnswer;
  /** Asked where there is no local answer: in this order, each where the one before is silent. Over TCP only the first. */
  readonly servers: readonly DnsServer[];
  readonly ended: (how: QueryEnd, queries?: number) => void;
  /** Queries over UDP, and connections, at a time. */
  readonly mostAtOnce: number;
  readonly clock: Clock;
  readonly log: AgentLog;
  readonly stopped: AbortSignal;
}
