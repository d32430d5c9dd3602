import { fieldPath } from "../../api/field-path.ts";
import type { HttpMatch } from "../../api/networking/http-match.ts";
import { CLAIM_HEADERS } from "../../api/unbuilt/networking.ts";
import { meanwhileOf } from "../../api/unbuilt/unbuilt-field.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { checkMatchedName } from "../check/header.ts";
import { isJwtClaim } from "../check/jwt-claim.ts";
import { checkMatchedLabels } from "../check/labels.ts";
import { checkNamespace } from "../check/namespace.ts";
import { checkPortNumber } from "../check/port.ts";
import { checkPathMatch, checkStringMatch } from "../check/string-match.ts";
import { type Check, each, eachValue, present } from "../each.ts";
import type { Rule } from "../rule.ts";

const TESTS = ["scheme", "method", "authority"] as const;
const MAPS = ["headers", "withoutHeaders", "queryParams"] as const;

/** A claim stands among the headers, and is never there: nothing here looks at tokens. */
const checkName: Check<string> = (name, path) =>
  isJwtClaim(name) ? [finding("notBuilt", path, { meanwhile: meanwhileOf(CLAIM_HEADERS) })] : checkMatchedName(name, path);

function checkNames(match: HttpMatch, path: string): readonly Finding[] {
  const names = (["headers", "withoutHeaders"] as const).flatMap((map) =>
    Object.keys(match[map] ?? {}).map((name) => [map, name] as const),
  );
  return names.flatMap(([map, name]) => checkName(name, fieldPath(`${path}.${map}`, name)));
}

const checkMatch: Check<HttpMatch> = (match, path) => [
  ...present(match.uri, `${path}.uri`, checkPathMatch),
  ...TESTS.flatMap((name) => present(match[name], `${path}.${name}`, checkStringMatch)),
  ...MAPS.flatMap((name) => eachValue(match[name], `${path}.${name}`, checkStringMatch)),
  ...checkNames(match, path),
  ...present(match.port || undefined, `${path}.port`, checkPortNumber),
  ...present(match.sourceLabels, `${path}.sourceLabels`, checkMatchedLabels),
  ...present(match.sourceNamespace || undefined, `${path}.sourceNamespace`, checkNamespace),
];

/** Conditions can be tested: header names, regular expressions, no test of nothing. */
export const virtualServiceHttpMatch: Rule<"VirtualService"> = {
  id: "virtual-service/http-match",
  kinds: ["VirtualService"],
  check: ({ spec }) =>
    each(spec.http, "spec.http", (rule, path) => [
      ...each(rule.match, `${path}.match`, checkMatch),
      ...(rule.redirect?.prefixRewrite === undefined ? [] : needPrefix(rule.match, `${path}.redirect.prefixRewrite`)),
    ]),
};

function needPrefix(matches: readonly HttpMatch[] | undefined, path: string): readonly Finding[] {
  const all = (matches ?? []).every(({ uri }) => uri?.prefix !== undefined);
  return all && matches?.length ? [] : [finding("prefixNeeded", path, {})];
}
