import type { UnenforcedKind } from "../../api/unenforced-kinds.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../source/log.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { EventSubject, Happening } from "../events/happening.ts";
import { type Leadership, whileLeading } from "../leadership.ts";
import { createPace } from "../pace.ts";
import { createWorkQueue } from "../work-queue.ts";
import type { UnenforcedObjects } from "./watch-unenforced.ts";

export interface ReportOptions {
  /** Sets how many objects of a kind there are. */
  readonly gauge: (kind: UnenforcedKind, count: number) => void;
  /** Writes an Event unless there is one. */
  readonly recordOnce: (happening: Happening) => Promise<void>;
  readonly leadership: Leadership;
  readonly clock: Clock;
  readonly log: Log;
}

/** Told of all objects of a kind whenever one came or went. */
export type Report = (kind: UnenforcedKind, objects: UnenforcedObjects) => void;

/** Changes of so long make one line of the log. */
const GATHER_MS = 2_000;
/** A cluster that holds thousands of them is told of them little by little. */
const EVENTS_A_SECOND = 1;
const EVENTS_AT_ONCE = 30;
/** Names in one line of the log. */
const MOST_NAMES = 10;

/**
 * Tells of objects that have no effect: each replica by its metric and its log, the leader also by an Event at each object, once. At
 * the object, not at the controller: who wrote it looks there, and relies on what does not happen.
 */
export function reportUnenforced(options: ReportOptions, signal: AbortSignal): Report {
  const present = new Map<UnenforcedKind, UnenforcedObjects>();
  let announce = (_kind: UnenforcedKind): void => undefined;
  whileLeading(options.leadership, signal, (term) => {
    announce = announcer(options, present, term);
    for (const kind of present.keys()) announce(kind);
    term.addEventListener("abort", () => {
      announce = () => undefined;
    });
  });
  const line = logLines(options, present);
  return (kind, objects) => {
    present.set(kind, objects);
    options.gauge(kind, objects.size);
    line(kind);
    announce(kind);
  };
}

type Present = ReadonlyMap<UnenforcedKind, UnenforcedObjects>;

function logLines({ clock, log }: ReportOptions, present: Present): (kind: UnenforcedKind) => void {
  const due = new Set<UnenforcedKind>();
  const told = new Map<UnenforcedKind, string>();
  const tell = (kind: UnenforcedKind): void => {
    const names = [...(present.get(kind)?.keys() ?? [])].sort();
    const before = told.get(kind) ?? "";
    told.set(kind, names.join());
    if (names.join() === before) return;
    const fields = { kind: kind.kind, group: kind.group, count: names.length };
    const { code, message } = unenforced(kind);
    if (names.length === 0) log.info(fields, "no object of this kind is left that has no effect");
    else
      log.warn({ ...fields, objects: names.slice(0, MOST_NAMES), reason: message, code }, "the cluster holds objects that have no effect");
  };
  const flush = (): void => {
    for (const kind of due) tell(kind);
    due.clear();
  };
  return (kind) => {
    if (due.size === 0) clock.after(GATHER_MS, flush);
    due.add(kind);
  };
}

/** Each object once a term. */
function announcer(options: ReportOptions, present: Present, signal: AbortSignal): (kind: UnenforcedKind) => void {
  const { clock, log, recordOnce } = options;
  const pace = createPace({ clock, perSecond: EVENTS_A_SECOND, burst: EVENTS_AT_ONCE });
  const waiting = new Map<string, Happening>();
  const announced = new Map<UnenforcedKind, ReadonlySet<string>>();
  const task = async (uid: string): Promise<void> => {
    await pace.turn(signal);
    const happening = waiting.get(uid);
    waiting.delete(uid);
    if (happening !== undefined && !signal.aborted) await recordOnce(happening);
  };
  const queue = createWorkQueue({ task, clock, log, signal });
  return (kind) => {
    const objects = [...(present.get(kind)?.values() ?? [])];
    const before = announced.get(kind) ?? new Set();
    announced.set(kind, new Set(objects.map(({ uid }) => uid)));
    for (const about of objects.filter(({ uid }) => !before.has(uid))) {
      waiting.set(about.uid, happeningOf(kind, about));
      queue.add(about.uid);
    }
  };
}

function happeningOf(kind: UnenforcedKind, about: EventSubject): Happening {
  return { about, type: "Warning", reason: "NotEnforced", action: "Watching", note: unenforced(kind).message };
}

function unenforced({ kind, meaning, instead }: UnenforcedKind) {
  return finding("kindUnenforced", "kind", { kind, meaning, instead });
}
