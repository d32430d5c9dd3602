import { create } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { durationNanos } from "../../base/duration.ts";

const NANOS = 1_000_000_000n;
/** Envoy counts nanoseconds in 63 bits too, and refuses what comes within a second of that. Nobody lives to see the difference. */
const MOST_SECONDS = 9_223_372_035n;

/** A duration in Go's syntax as a message; undefined where there is none, or none that can be read (validation refuses those). */
export function wireDuration(text: string | undefined): Duration | undefined {
  const nanos = text === undefined ? undefined : durationNanos(text);
  if (nanos === undefined) return undefined;
  const seconds = nanos / NANOS;
  return seconds > MOST_SECONDS
    ? create(DurationSchema, { seconds: MOST_SECONDS })
    : create(DurationSchema, { seconds, nanos: Number(nanos % NANOS) });
}

/** Whole seconds, rounded up, for fields that are plain numbers. */
export function wholeSeconds(text: string | undefined): number | undefined {
  const nanos = text === undefined ? undefined : durationNanos(text);
  return nanos === undefined ? undefined : Number((nanos + NANOS - 1n) / NANOS);
}
