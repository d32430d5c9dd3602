import { createHash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { ApiClient } from "../../source/kubernetes/api-client.ts";
import { hasCode } from "../../source/kubernetes/api-error.ts";
import type { Log } from "../../source/log.ts";
import type { Happening } from "./happening.ts";

export interface EventRecorderOptions {
  readonly client: ApiClient;
  /** Name of this replica. */
  readonly identity: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Writes Events. The same thing of the same object is one Event, whichever replica saw it: the API server keeps it for an hour by
 * itself, and what happens again meanwhile is counted in it.
 */
export interface EventRecorder {
  /** Tells each time it happens. */
  record(happening: Happening): Promise<void>;
  /** Tells it only if the API server keeps no such Event. */
  recordOnce(happening: Happening): Promise<void>;
}

export function createEventRecorder({ client, identity, clock, log }: EventRecorderOptions): EventRecorder {
  const create = async (happening: Happening): Promise<"created" | "exists"> => {
    const body = eventOf(happening, { identity, time: microTime(clock.now()) });
    try {
      await client.json({ method: "POST", path: folderOf(happening), body });
      return "created";
    } catch (error) {
      if (hasCode(error, 409)) return "exists";
      throw error;
    }
  };
  const lost = (error: unknown): void => log.debug({ reason: String(error) }, "an Event could not be written and is lost");
  return {
    recordOnce: async (happening) => void (await create(happening).catch(lost)),
    record: async (happening) => {
      try {
        if ((await create(happening)) === "exists") await countUp(client, happening, microTime(clock.now()));
      } catch (error) {
        lost(error);
      }
    },
  };
}

interface Series {
  readonly series?: { readonly count: number };
}

async function countUp(client: ApiClient, happening: Happening, lastObservedTime: string): Promise<void> {
  const path = `${folderOf(happening)}/${nameOf(happening)}`;
  const contentType = "application/merge-patch+json";
  // An empty patch reads it, and asks for no further right.
  const { series } = await client.json<Series>({ method: "PATCH", path, body: {}, contentType });
  await client.json({ method: "PATCH", path, body: { series: { count: (series?.count ?? 1) + 1, lastObservedTime } }, contentType });
}

function folderOf({ about }: Happening): string {
  return `/apis/events.k8s.io/v1/namespaces/${about.namespace}/events`;
}

function nameOf({ about, type, reason, note }: Happening): string {
  const hash = createHash("sha256").update([about.uid, about.kind, type, reason, note].join("\n")).digest("hex");
  return `${about.name.slice(0, MOST_NAME)}.${hash.slice(0, 16)}`;
}

/** Of the object's name, so that the Event's has at most 253 characters. */
const MOST_NAME = 230;
/** Longest note that the API server takes, in characters. */
const MOST_NOTE = 1024;

function eventOf(happening: Happening, { identity, time }: { readonly identity: string; readonly time: string }): object {
  const { about, type, reason, action, note } = happening;
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: nameOf(happening), namespace: about.namespace },
    eventTime: time,
    reportingController: "fairlead",
    reportingInstance: identity,
    regarding: about,
    ...{ type, reason, action },
    note: note.length > MOST_NOTE ? `${note.slice(0, MOST_NOTE - 1)}…` : note,
  };
}

function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
