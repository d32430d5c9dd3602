import type { CorsPolicy } from "../../api/networking/http-action.ts";
import type { StringMatch } from "../../api/networking/string-match.ts";
import { durationNanos } from "../../base/duration.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { checkDurationOrOff } from "../check/duration.ts";
import { checkHeaderName } from "../check/header.ts";
import { checkStringMatch } from "../check/string-match.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*"];
const SECOND = 1_000_000_000n;

const checkMethod: Check<string> = (value, path) => (METHODS.includes(value) ? [] : [finding("badMethod", path, { value })]);

const checkHeader: Check<string> = (value, path) => (value === "*" ? [] : checkHeaderName(value, path));

const checkOrigin: Check<StringMatch> = (match, path) =>
  match.exact === "" ? [finding("emptyMatch", `${path}.exact`, { way: "text" })] : checkStringMatch(match, path);

const checkMaxAge: Check<string> = (value, path) => {
  const nanos = durationNanos(value);
  const broken = nanos !== undefined && nanos % SECOND !== 0n;
  return broken ? [finding("durationTooFine", path, { value, unit: "second" })] : checkDurationOrOff(value, path);
};

const checkCors: Check<CorsPolicy> = (cors, path) => [
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
