import type { SessionStatus } from "../rpc/delta-session.ts";
import type { ProxyNode } from "../scope/proxy-node.ts";
import { shortName } from "./xds-metrics.ts";

/** Where a proxy stands with one type: `rejected` when it holds on to something older than what it was last sent. */
export type SyncState = "synced" | "stale" | "rejected";

export interface TypeStatus extends Omit<SessionStatus, "rejected"> {
  readonly state: SyncState;
  /** Resource name → the error it was rejected with. */
  readonly rejected: Readonly<Record<string, string>>;
}

/** One line of `proxy-status`. Plain data, so that it can be answered as JSON. */
export interface ConnectionStatus {
  readonly proxy: ProxyNode;
  readonly remote: string;
  /** Of its agent, as it says. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** By `cds`, `eds`, `lds`, `rds`, `sds`; a type that is missing was never asked for. */
  readonly types: Readonly<Record<string, TypeStatus>>;
}

export interface ConnectionEntry extends Omit<ConnectionStatus, "types"> {
  status(): ReadonlyMap<string, SessionStatus>;
  /** Tells the proxy to go elsewhere. */
  sendAway(): void;
}

/** Who is connected now. */
export interface Connections {
  /** The returned function takes the entry out again. */
  enter(entry: ConnectionEntry): () => void;
  list(): readonly ConnectionStatus[];
  /** How many there are of each version. */
  versions(): ReadonlyMap<string, number>;
  sendAllAway(): void;
}

export function createConnections(): Connections {
  const entries = new Set<ConnectionEntry>();
  return {
    enter: (entry) => {
      entries.add(entry);
      return () => entries.delete(entry);
    },
    list: () => [...entries].map(statusOf),
    versions: () => countOf([...entries].map(({ version }) => version)),
    sendAllAway: () => {
      for (const entry of [...entries]) entry.sendAway();
    },
  };
}

function countOf(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function statusOf({ proxy, remote, version, since, status }: ConnectionEntry): ConnectionStatus {
  const types = [...status()].map(([typeUrl, session]) => [shortName(typeUrl), typeStatus(session)] as const);
  return { proxy, remote, version, since, types: Object.fromEntries(types) };
}

function typeStatus(session: SessionStatus): TypeStatus {
  return { ...session, state: stateOf(session), rejected: Object.fromEntries(session.rejected) };
}

function stateOf(session: SessionStatus): SyncState {
  if (session.rejected.size > 0) return "rejected";
  return session.pending + session.inFlight > 0 ? "stale" : "synced";
}
