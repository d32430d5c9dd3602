import type { StringMatch } from "../../api/networking/string-match.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";

/** At most one way to test, and no empty regular expression. Regular expressions are looked at all together, by a rule of their own. */
export const checkPathMatch: Check<StringMatch> = (match, path) => {
  const ways = Object.keys(match);
  return [
    ...(ways.length > 1 ? [finding("onlyOne", path, { names: ways.join(", ") })] : []),
    ...(match.regex === "" ? [finding("emptyMatch", `${path}.regex`, { way: "regular expression" })] : []),
  ];
};

/** The same, and no empty prefix, which Envoy takes for paths alone. */
export const checkStringMatch: Check<StringMatch> = (match, path) => [
  ...checkPathMatch(match, path),
  ...(match.prefix === "" ? [finding("emptyMatch", `${path}.prefix`, { way: "prefix" })] : []),
];
