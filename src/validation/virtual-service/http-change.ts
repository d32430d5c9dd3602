import { fieldPath } from "../../api/field-path.ts";
import { fixedByValue } from "../../api/fix.ts";
import {
  DEFAULT_REDIRECT_CODE,
  type HttpDirectResponse,
  type HttpRedirect,
  type HttpRewrite,
  REDIRECT_CODES,
} from "../../api/networking/http-action.ts";
import type { HttpRoute } from "../../api/networking/http-route.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkHeaders } from "../check/header.ts";
import { checkOneLine } from "../check/one-line.ts";
import { checkPortNumber } from "../check/port.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

const checkRewrite: Check<HttpRewrite> = ({ uri, authority, uriRegexRewrite }, path) => {
  if (!uri && !authority && !uriRegexRewrite) return [finding("rewriteEmpty", path, {})];
  const both = uri && uriRegexRewrite ? [finding("onlyOne", path, { names: "uri and uriRegexRewrite" })] : [];
  return [
    ...both,
    ...present(uri, `${path}.uri`, checkOneLine),
    ...present(authority, `${path}.authority`, checkOneLine),
    ...present(uriRegexRewrite?.rewrite, `${path}.uriRegexRewrite.rewrite`, checkOneLine),
    ...present(uriRegexRewrite, `${path}.uriRegexRewrite`, ({ match, rewrite }, at) =>
      match && rewrite ? [] : [finding("regexRewriteHalf", at, {})],
    ),
  ];
};

const CHANGES = ["uri", "authority", "scheme", "port", "derivePort", "prefixRewrite"] as const;
const EITHER_OR = [
  ["port", "derivePort"],
  ["uri", "prefixRewrite"],
] as const;
const SCHEMES: readonly string[] = ["", "http", "https"];

const CODES: readonly number[] = REDIRECT_CODES;

/** A status that Envoy cannot redirect with is taken for the default, as Istio's users may have it in store. */
const checkRedirectCode: Check<number> = (value, path) => {
  const names = REDIRECT_CODES.join(", ");
  if (value === 0 || CODES.includes(value)) return [];
  if (value < 300 || value > 399) return [finding("redirectCode", path, { value, names })];
  return [finding("redirectCodeUnsent", path, { value, sent: DEFAULT_REDIRECT_CODE, names })];
};

const checkScheme: Check<string> = (value, path) => {
  if (SCHEMES.includes(value)) return [];
  const [found, meant] = [finding("redirectScheme", path, { value }), value.toLowerCase().replace(/:(\/\/)?$/, "")];
  return [SCHEMES.includes(meant) ? fixedByValue(found, meant) : found];
};

const TEXTS = ["uri", "authority", "prefixRewrite"] as const;

const checkRedirect: Check<HttpRedirect> = (redirect, path) => [
  ...TEXTS.flatMap((name) => present(redirect[name], `${path}.${name}`, checkOneLine)),
  ...present(redirect.redirectCode, `${path}.redirectCode`, checkRedirectCode),
  ...present(redirect.port || undefined, `${path}.port`, checkPortNumber),
  ...present(redirect.scheme, `${path}.scheme`, checkScheme),
  ...(CHANGES.some((name) => redirect[name]) ? [] : [finding("redirectEmpty", path, {})]),
  ...EITHER_OR.filter(([one, other]) => redirect[one] && redirect[other]).map((names) =>
    finding("onlyOne", path, { names: names.join(" and ") }),
  ),
];

const HOST_HEADERS: readonly string[] = [":authority", "host"];

/** Bytes of a fixed answer, which every proxy keeps: more is refused, and more than the other is told. */
const MOST_BODY = 1024 * 1024;
const BIG_BODY = 100 * 1024;

function checkAuthority(rule: HttpRoute, path: string): readonly Finding[] {
  const { set = {}, add = {} } = rule.headers?.request ?? {};
  const writes = ([set, add] as const).flatMap((map, index) =>
    Object.entries(map)
      .filter(([name, value]) => HOST_HEADERS.includes(name.toLowerCase()) && value !== "")
      .map(([name]) => fieldPath(`${path}.headers.request.${index === 0 ? "set" : "add"}`, name)),
  );
  const all = rule.rewrite?.authority ? [`${path}.rewrite.authority`, ...writes] : writes;
  return all.length > 1 ? [finding("authorityTwice", all[0] ?? path, {})] : [];
}

const checkBody: Check<NonNullable<HttpDirectResponse["body"]>> = ({ string, bytes }, path) => {
  if (string !== undefined && bytes !== undefined) return [finding("onlyOne", path, { names: "string and bytes" })];
  const size = string === undefined ? Buffer.byteLength(bytes ?? "", "base64") : Buffer.byteLength(string);
  if (size > MOST_BODY) return [finding("bodyTooBig", path, { size, most: MOST_BODY })];
  return size > BIG_BODY ? [finding("bodyBig", path, { size, most: BIG_BODY })] : [];
};

/** What is changed on the way: headers, path, host; and where a redirect leads. */
export const virtualServiceHttpChange: Rule<"VirtualService"> = {
  id: "virtual-service/http-change",
  kinds: ["VirtualService"],
  check: ({ spec }) =>
    each(spec.http, "spec.http", (rule, path) => [
      ...present(rule.headers, `${path}.headers`, checkHeaders),
      ...present(rule.rewrite, `${path}.rewrite`, checkRewrite),
      ...present(rule.redirect, `${path}.redirect`, checkRedirect),
      ...checkAuthority(rule, path),
      ...present(rule.directResponse, `${path}.directResponse`, ({ status, body }, at) => [
        ...(status >= 200 && status <= 599 ? [] : [finding("badStatus", `${at}.status`, { value: status, least: 200, most: 599 })]),
        ...present(body, `${at}.body`, checkBody),
      ]),
    ]),
};
