import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../source/log.ts";
import { type Leadership, whileLeading } from "../leadership.ts";
import { createPace } from "../pace.ts";
import { createWorkQueue } from "../work-queue.ts";
import type { EventSubject, Happening } from "./happening.ts";

/** Objects of one group, by `namespace/name`. */
export type Subjects<S extends EventSubject> = ReadonlyMap<string, S>;

export interface ReportOptions<G, S extends EventSubject> {
  /** Sets how many objects of a group there are. */
  readonly gauge: (group: G, count: number) => void;
  /** Tells in the log of a group whose objects have become others. `names` are at most ten of `count`. */
  readonly line: (group: G, objects: { readonly count: number; readonly names: readonly string[]; readonly one: S | undefined }) => void;
  readonly happening: (group: G, subject: S) => Happening;
  /** Writes an Event unless there is one. */
  readonly recordOnce: (happening: Happening) => Promise<void>;
  readonly leadership: Leadership;
  readonly clock: Clock;
  readonly log: Log;
}

/** Told of all objects of a group whenever one came or went. */
export type Report<G, S extends EventSubject> = (group: G, objects: Subjects<S>) => void;

/** Changes of so long make one line of the log. */
const GATHER_MS = 2_000;
/** A cluster that holds thousands of them is told of them little by little. */
const EVENTS_A_SECOND = 1;
const EVENTS_AT_ONCE = 30;
/** Names in one line of the log. */
const MOST_NAMES = 10;

/**
 * Tells of objects with which something is wrong as long as they are there: each replica by its metric and its log, the leader also by an
 * Event at each object, once. At the object, not at the controller: who looks after it looks there.
 */
export function reportObjects<G, S extends EventSubject>(options: ReportOptions<G, S>, signal: AbortSignal): Report<G, S> {
  const present = new Map<G, Subjects<S>>();
  let announce = (_group: G): void => undefined;
  whileLeading(options.leadership, signal, (term) => {
    announce = announcer(options, present, term);
    for (const group of present.keys()) announce(group);
    term.addEventListener("abort", () => {
      announce = () => undefined;
    });
  });
  const line = logLines(options, present);
  return (group, objects) => {
    present.set(group, objects);
    options.gauge(group, objects.size);
    line(group);
    announce(group);
  };
}

function logLines<G, S extends EventSubject>(
  { clock, line }: ReportOptions<G, S>,
  present: ReadonlyMap<G, Subjects<S>>,
): (group: G) => void {
  const due = new Set<G>();
  const told = new Map<G, string>();
  const tell = (group: G): void => {
    const names = [...(present.get(group)?.keys() ?? [])].sort();
    const before = told.get(group) ?? "";
    told.set(group, names.join());
    if (names.join() === before) return;
    const one = present.get(group)?.get(names[0] ?? "");
    line(group, { count: names.length, names: names.slice(0, MOST_NAMES), one });
  };
  const flush = (): void => {
    for (const group of due) tell(group);
    due.clear();
  };
  return (group) => {
    if (due.size === 0) clock.after(GATHER_MS, flush);
    due.add(group);
  };
}

/** Each object once a term; one that went before its turn came is not told of. */
function announcer<G, S extends EventSubject>(
  options: ReportOptions<G, S>,
  present: ReadonlyMap<G, Subjects<S>>,
  signal: AbortSignal,
): (group: G) => void {
  const { clock, log, recordOnce, happening } = options;
  const pace = createPace({ clock, perSecond: EVENTS_A_SECOND, burst: EVENTS_AT_ONCE });
  const waiting = new Map<string, Happening>();
  const announced = new Map<G, ReadonlySet<string>>();
  const task = async (uid: string): Promise<void> => {
    if (!waiting.has(uid)) return;
    await pace.turn(signal);
    const next = waiting.get(uid);
    waiting.delete(uid);
    if (next !== undefined && !signal.aborted) await recordOnce(next);
  };
  const queue = createWorkQueue({ task, clock, log, signal });
  return (group) => {
    const objects = [...(present.get(group)?.values() ?? [])];
    const before = announced.get(group) ?? new Set();
    const now = new Set(objects.map(({ uid }) => uid));
    announced.set(group, now);
    for (const uid of before.difference(now)) waiting.delete(uid);
    for (const about of objects.filter(({ uid }) => !before.has(uid))) {
      waiting.set(about.uid, happening(group, about));
      queue.add(about.uid);
    }
  };
}
