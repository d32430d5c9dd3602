import { fixedByValue } from "../../api/fix.ts";
import type { HttpRetry } from "../../api/networking/http-action.ts";
import { nearest } from "../../base/nearest.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { MOST_FINDINGS } from "../bounded.ts";
import { type Check, present } from "../each.ts";
import { checkDuration } from "./duration.ts";

/** Conditions of Envoy's router, of HTTP and of gRPC. */
const CONDITIONS: readonly string[] = [
  "5xx",
  "gateway-error",
  "reset",
  "reset-before-request",
  "connect-failure",
  "envoy-ratelimited",
  "retriable-4xx",
  "refused-stream",
  "retriable-status-codes",
  "retriable-headers",
  "http3-post-connect-failure",
  "cancelled",
  "deadline-exceeded",
  "internal",
  "resource-exhausted",
  "unavailable",
];

/** Numbers that mean something, as first and last of each run. */
const STATUSES: readonly (readonly [number, number])[] = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
];

function isStatus(text: string): boolean {
  const status = /^[0-9]{3}$/.test(text) ? Number(text) : 0;
  return STATUSES.some(([first, last]) => status >= first && status <= last);
}

const isCondition = (part: string): boolean => CONDITIONS.includes(part) || isStatus(part);

/** What was most likely meant: the same without blanks, or the nearest condition. */
function meantBy(part: string): string | undefined {
  const word = part.trim();
  return isCondition(word) ? word : nearest(word, CONDITIONS);
}

const checkRetryOn: Check<string> = (text, path) => {
  if (text === "") return [];
  const parts = text.split(",");
  const bad = new Map([...new Set(parts)].filter((part) => !isCondition(part)).map((part) => [part, meantBy(part)]));
  const meant = parts.map((part) => (bad.has(part) ? bad.get(part) : part));
  const corrected = meant.includes(undefined) ? undefined : meant.join(",");
  return [...bad].slice(0, MOST_FINDINGS).map(([value, near]) => {
    const hint = near === undefined ? "write a condition of Envoy, or a status number" : `write ${near}`;
    const found = finding("badRetryOn", path, { value, hint });
    return corrected === undefined ? found : fixedByValue(found, corrected);
  });
};

function checkAttempts({ attempts = 0, perTryTimeout, retryOn, retryRemoteLocalities }: HttpRetry, path: string): readonly Finding[] {
  if (attempts < 0) return [finding("negative", `${path}.attempts`, { value: attempts })];
  const set = Object.entries({ perTryTimeout, retryOn: retryOn || undefined, retryRemoteLocalities }).filter(
    ([, value]) => value !== undefined,
  );
  return attempts === 0 && set.length > 0 ? [finding("retriesOff", path, { names: set.map(([name]) => name).join(" and ") })] : [];
}

/** Retries that Envoy knows how to make. */
export const checkRetry: Check<HttpRetry> = (retry, path) => [
  ...checkAttempts(retry, path),
  ...present(retry.perTryTimeout, `${path}.perTryTimeout`, checkDuration),
  ...present(retry.backoff, `${path}.backoff`, checkDuration),
  ...present(retry.retryOn, `${path}.retryOn`, checkRetryOn),
];
