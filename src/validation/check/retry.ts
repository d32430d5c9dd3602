import type { HttpRetry } from "../../api/networking/http-action.ts";
import { nearest } from "../../base/nearest.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
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

const checkRetryOn: Check<string> = (text, path) => {
  const parts = text.split(",").map((part) => part.trim());
  const bad = parts.find((part) => !CONDITIONS.includes(part) && !/^[1-5][0-9][0-9]$/.test(part));
  if (bad === undefined || text === "") return [];
  const near = nearest(bad, CONDITIONS);
  return [finding("badRetryOn", path, { value: bad, hint: near ? `write ${near}` : "write a condition of Envoy, or a status number" })];
};

function checkAttempts({ attempts = 0, perTryTimeout, retryOn, backoff }: HttpRetry, path: string): readonly Finding[] {
  if (attempts < 0) return [finding("negative", `${path}.attempts`, { value: attempts })];
  const set = Object.entries({ perTryTimeout, retryOn, backoff }).filter(([, value]) => value);
  return attempts === 0 && set.length > 0 ? [finding("retriesOff", path, { names: set.map(([name]) => name).join(" and ") })] : [];
}

/** Retries that Envoy knows how to make. */
export const checkRetry: Check<HttpRetry> = (retry, path) => [
  ...checkAttempts(retry, path),
  ...present(retry.perTryTimeout, `${path}.perTryTimeout`, checkDuration),
  ...present(retry.backoff, `${path}.backoff`, checkDuration),
  ...present(retry.retryOn, `${path}.retryOn`, checkRetryOn),
];
