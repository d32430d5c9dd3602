import { fieldPath } from "../../api/field-path.ts";
import type { HttpMatch } from "../../api/networking/http-match.ts";
import type { HttpRoute } from "../../api/networking/http-route.ts";
import type { StringMatch } from "../../api/networking/string-match.ts";
import { regexFault, regexSize } from "../../base/regex.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { Rule } from "../rule.ts";

/** Istio's limit, which keeps Envoy's programs small. */
const MOST_BYTES = 1024;

interface RegexAt {
  readonly regex: string;
  readonly path: string;
}

/** How much is compiled for one object, repetitions counted: a tenth of a second or two. */
const MOST_SIZE = 50_000;

/** `*` for a header that must be missing is no expression: it stands for any value. */
function ofAbsent(match: StringMatch | undefined, path: string): readonly RegexAt[] {
  return match?.regex === "*" ? [] : ofMatch(match, path);
}

function ofMatch(match: StringMatch | undefined, path: string): readonly RegexAt[] {
  return match?.regex ? [{ regex: match.regex, path: `${path}.regex` }] : [];
}

const TESTS = ["uri", "scheme", "method", "authority"] as const;
const MAPS = [
  ["headers", ofMatch],
  ["withoutHeaders", ofAbsent],
  ["queryParams", ofMatch],
] as const;

function ofCondition(condition: HttpMatch, path: string): readonly RegexAt[] {
  return [
    ...TESTS.flatMap((name) => ofMatch(condition[name], `${path}.${name}`)),
    ...MAPS.flatMap(([name, of]) =>
      Object.entries(condition[name] ?? {}).flatMap(([key, match]) => of(match, fieldPath(`${path}.${name}`, key))),
    ),
  ];
}

function ofRule({ match = [], rewrite, corsPolicy }: HttpRoute, path: string): readonly RegexAt[] {
  const { match: pattern, rewrite: replacement } = rewrite?.uriRegexRewrite ?? {};
  return [
    ...match.flatMap((condition, index) => ofCondition(condition, fieldPath(`${path}.match`, index))),
    ...(pattern && replacement ? [{ regex: pattern, path: `${path}.rewrite.uriRegexRewrite.match` }] : []),
    ...(corsPolicy?.allowOrigins ?? []).flatMap((origin, index) => ofMatch(origin, fieldPath(`${path}.corsPolicy.allowOrigins`, index))),
  ];
}

/** Regular expressions are in RE2's syntax, as Envoy's are. They cost so much to compile that not all of a flood are looked at. */
export const virtualServiceRegexes: Rule<"VirtualService"> = {
  id: "virtual-service/regexes",
  kinds: ["VirtualService"],
  check: ({ spec: { http = [] } }) => {
    const faults = new Map<string, string | undefined>();
    const findings: Finding[] = [];
    let size = 0;
    for (const { regex, path } of http.flatMap((rule, index) => ofRule(rule, fieldPath("spec.http", index)))) {
      const length = Buffer.byteLength(regex);
      if (length > MOST_BYTES) {
        findings.push(finding("regexTooLong", path, { size: length, most: MOST_BYTES }));
        continue;
      }
      if (!faults.has(regex)) {
        size += regexSize(regex);
        if (size > MOST_SIZE) return [...findings, finding("manyRegexes", path, { most: MOST_SIZE })];
        faults.set(regex, regexFault(regex));
      }
      const fault = faults.get(regex);
      if (fault !== undefined) findings.push(finding("badRegex", path, { value: regex, fault }));
    }
    return findings;
  },
};
