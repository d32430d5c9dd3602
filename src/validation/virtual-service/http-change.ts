import type { HttpRedirect, HttpRewrite } from "../../api/networking/http-action.ts";
import type { HttpRoute } from "../../api/networking/http-route.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkHeaders } from "../check/header.ts";
import { type Check, each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

const checkRewrite: Check<HttpRewrite> = ({ uri, authority, uriRegexRewrite }, path) => {
  if (!uri && !authority && !uriRegexRewrite) return [finding("rewriteEmpty", path, {})];
  const both = uri && uriRegexRewrite ? [finding("onlyOne", path, { names: "uri and uriRegexRewrite" })] : [];
  return [
    ...both,
    ...present(uriRegexRewrite, `${path}.uriRegexRewrite`, ({ match, rewrite }, at) =>
      match && rewrite ? [] : [finding("regexRewriteHalf", at, {})],
    ),
  ];
};

const CHANGES = ["uri", "authority", "scheme", "port", "derivePort", "prefixRewrite", "redirectCode"] as const;
const EITHER_OR = [
  ["port", "derivePort"],
  ["uri", "prefixRewrite"],
] as const;
const SCHEMES: readonly string[] = ["", "http", "https"];

const checkRedirectCode: Check<number> = (value, path) =>
  value === 0 || (value >= 300 && value <= 399) ? [] : [finding("redirectCode", path, { value })];

const checkScheme: Check<string> = (value, path) => (SCHEMES.includes(value) ? [] : [finding("redirectScheme", path, { value })]);

const checkRedirect: Check<HttpRedirect> = (redirect, path) => [
  ...present(redirect.redirectCode, `${path}.redirectCode`, checkRedirectCode),
  ...present(redirect.scheme, `${path}.scheme`, checkScheme),
  ...(CHANGES.some((name) => redirect[name]) ? [] : [finding("redirectEmpty", path, {})]),
  ...EITHER_OR.filter(([one, other]) => redirect[one] && redirect[other]).map((names) =>
    finding("onlyOne", path, { names: names.join(" and ") }),
  ),
];

function checkAuthority(rule: HttpRoute, path: string): readonly Finding[] {
  const names = Object.keys(rule.headers?.request?.set ?? {}).map((name) => name.toLowerCase());
  const twice = rule.rewrite?.authority && names.some((name) => name === ":authority" || name === "host");
  return twice ? [finding("authorityTwice", `${path}.rewrite.authority`, {})] : [];
}

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
        ...(body?.string !== undefined && body.bytes !== undefined
          ? [finding("onlyOne", `${at}.body`, { names: "string and bytes" })]
          : []),
      ]),
    ]),
};
