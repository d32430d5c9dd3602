import type { ObjectKey } from "../../api/object.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../source/log.ts";
import { type Leadership, whileLeading } from "../leadership.ts";
import { createLooks } from "../looks.ts";
import { addressOf } from "../object-address.ts";
import type { Pace } from "../pace.ts";
import { quietened } from "../quiet-log.ts";
import { createRefusalTeller } from "../refusal-teller.ts";
import { createWorkQueue } from "../work-queue.ts";
import { type StatusPart, statusPace, type WriteParts, writeStatus } from "../write-status.ts";
import { type AddressChange, addressChange } from "./address-change.ts";
import { createAddressTeller } from "./address-teller.ts";
import { createInsistence } from "./insistence.ts";
import { REST_MS } from "./rests.ts";
import { ADDRESSES_MANAGER, entryKeyOf, type StoredEntries, type StoredEntry } from "./stored-entries.ts";

export interface AddressWriterOptions extends WriteParts {
  readonly entries: StoredEntries;
  readonly leadership: Leadership;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps the addresses in the status of every ServiceEntry what they should be, while this replica leads. Begun once all entries are known. */
export function keepAddresses(options: AddressWriterOptions, signal: AbortSignal): void {
  whileLeading(options.leadership, signal, (term) => runTerm(options, term));
}

function runTerm(options: AddressWriterOptions, signal: AbortSignal): void {
  const { entries, clock, log } = options;
  const pace = statusPace(clock);
  const due = createDue(options, (key) => later.add(key));
  const queue = createWorkQueue({ clock, signal, task: createWrite(options, { due, pace, signal }), log: quietened(log, clock) });
  const look = (key: ObjectKey): void => {
    if (!signal.aborted && due.of(key) !== undefined) queue.add(key);
  };
  const failed = (error: unknown): void => log.error({ err: error }, "the addresses of an object could not be worked out, they stay");
  const looks = createLooks({ clock, look, failed });
  const later = createLater(clock, looks.at);
  entries.onChange(looks.at);
  signal.addEventListener("abort", () => entries.onChange(() => undefined));
  for (const key of entries.keys()) looks.at(key);
}

/** Entries that are looked at again: addresses had time to become free, or whoever writes them too had time to end. */
function createLater(clock: Clock, look: (key: ObjectKey) => void): { add(key: ObjectKey): void } {
  const keys = new Set<ObjectKey>();
  const flush = (): void => {
    const due = [...keys];
    keys.clear();
    for (const key of due) look(key);
  };
  return {
    add: (key) => {
      if (keys.size === 0) clock.after(REST_MS, flush);
      keys.add(key);
    },
  };
}

interface DueChange extends AddressChange {
  readonly entry: StoredEntry;
}

interface Due {
  /** What is to be written of an entry as it is now. */
  of(key: ObjectKey): DueChange | undefined;
  /** It was written. */
  done(change: DueChange): void;
}

/** `again`: looks at an entry once more when some time has passed. */
function createDue({ entries, clock, log }: AddressWriterOptions, again: (key: ObjectKey) => void): Due {
  const tell = createAddressTeller(log);
  const insistence = createInsistence(clock);
  const due = (key: ObjectKey, entry: StoredEntry): DueChange | undefined => {
    const allotment = entries.allot(key);
    if (allotment.exhausted.size > 0) again(key);
    tell.exhausted(entry, allotment);
    const change = addressChange(entry, allotment);
    if (change === undefined || insistence.allows(entry, change)) return change && { ...change, entry };
    again(key);
    if (insistence.leave(entry)) tell.left(entry);
    return undefined;
  };
  return {
    of: (key) => {
      const entry = entries.get(key);
      if (entry !== undefined) return due(key, entry);
      insistence.forget(entryKeyOf(key));
      return undefined;
    },
    done: ({ entry, ...change }) => {
      insistence.wrote(entry, change);
      if (change.takesOver) tell.takenOver(entry);
    },
  };
}

interface Term {
  readonly due: Due;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

/** Works out anew what it writes: it may be something else by now, or nothing. */
function createWrite(options: AddressWriterOptions, { due, pace, signal }: Term): (key: string) => Promise<void> {
  const { entries, log } = options;
  const tell = createRefusalTeller(log, "addresses");
  return async (key) => {
    await pace.turn(signal);
    const change = signal.aborted ? undefined : due.of(key as ObjectKey);
    const part = change && partOf(key as ObjectKey, change);
    if (change === undefined || part === undefined) return;
    const applied = await writeStatus(options, part, pace);
    // Where somebody else wrote meanwhile, or it is gone, the watch tells, and then it is looked at again.
    if (applied.result !== "written") return tell(part.address, applied);
    due.done(change);
    entries.answered(key as ObjectKey, applied.object);
  };
}

/**
 * Only the version that was looked at is written: what others may have written since is looked at first, and so is what the leader before wrote
 * last, under the same name as ours.
 */
function partOf(key: ObjectKey, { entry, addresses, takesOver }: DueChange): StatusPart | undefined {
  const address = addressOf(key);
  const meant = { uid: entry.uid, resourceVersion: entry.resourceVersion };
  const status = addresses.length > 0 && { status: { addresses } };
  return address && { address, manager: ADDRESSES_MANAGER, meant, force: takesOver, ...status };
}
