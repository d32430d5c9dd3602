import { fixedByValue } from "../../api/fix.ts";
import type { CorsPolicy } from "../../api/networking/http-action.ts";
import type { StringMatch } from "../../api/networking/string-match.ts";
import { durationNanos } from "../../base/duration.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { deprecated } from "../check/deprecated.ts";
import { checkDuration } from "../check/duration.ts";
import { checkHeaderName } from "../check/header.ts";
import { checkStringMatch } from "../check/string-match.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

/** Methods of HTTP, and `*` for all that a browser asks for. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*"];
const SECOND = 1_000_000_000n;

const checkMethod: Check<string> = (value, path) => {
  if (METHODS.includes(value)) return [];
  const [found, meant] = [finding("badMethod", path, { value }), value.trim().toUpperCase()];
  return [METHODS.includes(meant) ? fixedByValue(found, meant) : found];
};

const checkHeader: Check<string> = (value, path) => (value === "*" ? [] : checkHeaderName(value, path));

const checkOrigin: Check<StringMatch> = (match, path) =>
  match.exact === "" || Object.keys(match).length === 0
    ? [finding("emptyMatch", match.exact === undefined ? path : `${path}.exact`, { way: "origin" })]
    : checkStringMatch(match, path);

const checkMaxAge: Check<string> = (value, path) => {
  const nanos = durationNanos(value);
  const broken = nanos !== undefined && nanos % SECOND !== 0n;
  return broken ? [finding("durationTooFine", path, { value, unit: "second" })] : checkDuration(value, path);
};

/** Whole origins, where an asterisk alone stands for all. */
function checkOldOrigins(origins: readonly string[], taken: CorsPolicy["allowOrigins"], path: string): readonly Finding[] {
  const movable = taken === undefined && !origins.includes("");
  const value = origins.map((exact) => (exact === "*" ? { regex: ".*" } : { exact }));
  return [deprecated(path, { instead: "allowOrigins", moved: movable ? { to: `${path}s`, value } : undefined })];
}

const checkCors: Check<CorsPolicy> = (cors, path) => [
  ...present(cors.allowOrigin, `${path}.allowOrigin`, (origins, at) => checkOldOrigins(origins, cors.allowOrigins, at)),
  ...each(cors.allowOrigins, `${path}.allowOrigins`, checkOrigin),
  ...each(cors.allowMethods, `${path}.allowMethods`, checkMethod),
  ...each(cors.allowHeaders, `${path}.allowHeaders`, checkHeader),
  ...each(cors.exposeHeaders, `${path}.exposeHeaders`, checkHeader),
  ...present(cors.maxAge, `${path}.maxAge`, checkMaxAge),
];

/** Origins, methods and headers that browsers can ask for. */
export const virtualServiceHttpCors: Rule<"VirtualService"> = {
  id: "virtual-service/http-cors",
  kinds: ["VirtualService"],
  check: ({ spec }) => each(spec.http, "spec.http", (rule, path) => present(rule.corsPolicy, `${path}.corsPolicy`, checkCors)),
};
