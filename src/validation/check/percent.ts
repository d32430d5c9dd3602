import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";

/** Whole or broken percent, 0 to 100. */
export const checkPercent: Check<number> = (value, path) =>
  value >= 0 && value <= 100 ? [] : [finding("percentOutOfRange", path, { value, least: 0 })];

/** The same where Envoy counts in millionths: a share is 0, or 0.0001 and more. */
export const checkFinePercent: Check<number> = (value, path) =>
  value > 0 && value < 0.0001 ? [finding("percentOutOfRange", path, { value, least: 0.0001 })] : checkPercent(value, path);
