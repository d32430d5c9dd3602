import type { ObjectKey } from "../../api/object.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../source/log.ts";
import { type Leadership, whileLeading } from "../leadership.ts";
import { createLooks } from "../looks.ts";
import { addressOf, type ObjectAddress } from "../object-address.ts";
import type { Pace } from "../pace.ts";
import { quietened } from "../quiet-log.ts";
import { createRefusalTeller } from "../refusal-teller.ts";
import { createWorkQueue } from "../work-queue.ts";
import { statusPace, type WriteParts, writeStatus } from "../write-status.ts";
import { type Assessor, type AssessorParts, createAssessor, isWritten } from "./assess.ts";
import { conditionList, STATUS_MANAGER, type StatusChange } from "./condition-list.ts";
import type { StoredStatus } from "./stored-statuses.ts";
import { type Transition, transitionsOf } from "./transitions.ts";

export interface StatusWriterOptions extends AssessorParts, WriteParts {
  readonly leadership: Leadership;
  /** Called after a write that changed more than words. */
  readonly transition: (object: ObjectAddress, stored: StoredStatus, transition: Transition) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface StatusWriter {
  /** The world changed at this place. */
  touched(place: string): void;
}

/** Changes of so long are looked at together: what is applied as one folder is judged as a whole. */
const GATHER_MS = 500;

/** Keeps the status of every object what it should be, while this replica leads. */
export function keepStatuses(options: StatusWriterOptions, signal: AbortSignal): StatusWriter {
  let touched = (_place: string): void => undefined;
  whileLeading(options.leadership, signal, (term) => {
    touched = runTerm(options, term);
    term.addEventListener("abort", () => {
      touched = () => undefined;
    });
  });
  return { touched: (place) => touched(place) };
}

function runTerm(options: StatusWriterOptions, signal: AbortSignal): StatusWriter["touched"] {
  const { statuses, clock, log } = options;
  const assessor = createAssessor(options);
  const pace = statusPace(clock);
  const task = createWrite(options, { assessor, pace, signal });
  const queue = createWorkQueue({ clock, signal, task, log: quietened(log, clock) });
  const look = (key: ObjectKey): void => {
    if (!signal.aborted && isDue(assessor, options, key)) queue.add(key);
  };
  const marked = createMarked({ clock, log, look, dependents: assessor.dependents }, signal);
  statuses.onChange(marked.mark);
  signal.addEventListener("abort", () => statuses.onChange(() => undefined));
  for (const key of statuses.keys()) marked.mark(key);
  return marked.mark;
}

function isDue(assessor: Assessor, { statuses }: StatusWriterOptions, key: ObjectKey): boolean {
  const wanted = assessor.assess(key);
  const stored = statuses.get(key);
  return wanted !== undefined && stored !== undefined && !isWritten(wanted, stored);
}

interface MarkedParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly look: (key: ObjectKey) => void;
  readonly dependents: Assessor["dependents"];
}

/**
 * Places where something changed; an object's key is the place of the object itself. They are gathered for a while, then whatever depends on them
 * is looked at in slices: who marks waits for nothing, though thousands depend on it.
 */
function createMarked({ clock, log, look, dependents }: MarkedParts, signal: AbortSignal): { mark(place: string): void } {
  const marked = new Set<string>();
  const failed = (error: unknown): void => log.error({ err: error }, "an object could not be judged, its status stays");
  const looks = createLooks({ clock, look, failed });
  const flush = (): void => {
    if (signal.aborted) return;
    for (const place of marked) {
      looks.take(() => {
        looks.at(place as ObjectKey);
        for (const key of dependents(place)) looks.at(key);
      });
    }
    marked.clear();
  };
  return {
    mark: (place) => {
      if (marked.size === 0) clock.after(GATHER_MS, flush);
      marked.add(place);
    },
  };
}

interface Term {
  readonly assessor: Assessor;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

interface Due extends StatusChange {
  readonly address: ObjectAddress;
}

/** Judges anew before it writes: what is due may be another by now, or no longer due. */
function createWrite(options: StatusWriterOptions, { assessor, pace, signal }: Term): (key: string) => Promise<void> {
  const { statuses, clock } = options;
  const tell = createRefusalTeller(options.log, "conditions");
  const due = (key: ObjectKey): Due | undefined => {
    const [address, stored, wanted] = [addressOf(key), statuses.get(key), assessor.assess(key)];
    if (address === undefined || stored === undefined || wanted === undefined || isWritten(wanted, stored)) return undefined;
    return { address, stored, wanted, now: clock.now() };
  };
  return async (key) => {
    await pace.turn(signal);
    const change = signal.aborted ? undefined : due(key as ObjectKey);
    if (change === undefined) return;
    const { address, stored } = change;
    const part = { address, manager: STATUS_MANAGER, meant: { uid: stored.uid }, status: conditionList(change) };
    const applied = await writeStatus(options, part, pace);
    if (applied.result !== "written") return tell(address, applied);
    statuses.answered(key as ObjectKey, applied.object);
    for (const each of transitionsOf(stored, change.wanted)) options.transition(address, stored, each);
  };
}
