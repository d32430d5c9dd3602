import { durationNanos } from "../../base/duration.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { Check } from "../each.ts";

const MILLISECOND = 1_000_000n;

function fine(value: string, nanos: bigint, path: string): readonly Finding[] {
  return nanos % MILLISECOND === 0n ? [] : [finding("durationTooFine", path, { value, unit: "millisecond" })];
}

/** 1ms or more, in whole milliseconds. That it is a duration at all is the schema's to say. */
export const checkDuration: Check<string> = (value, path) => {
  const nanos = durationNanos(value);
  if (nanos === undefined) return [];
  return nanos < MILLISECOND ? [finding("durationTooSmall", path, { value, least: "1ms" })] : fine(value, nanos, path);
};

/** The same, where 0s is allowed and means «off». */
export const checkDurationOrOff: Check<string> = (value, path) => (durationNanos(value) === 0n ? [] : checkDuration(value, path));
