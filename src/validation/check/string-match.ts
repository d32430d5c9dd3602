import type { StringMatch } from "../../api/networking/string-match.ts";
import { regexFault } from "../../base/regex.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { type Check, present } from "../each.ts";

export const checkRegex: Check<string> = (value, path) => {
  const fault = regexFault(value);
  return fault === undefined ? [] : [finding("badRegex", path, { value, fault })];
};

/** At most one way to test, and not with nothing. */
export const checkStringMatch: Check<StringMatch> = (match, path) => {
  const { prefix, regex } = match;
  const ways = Object.keys(match);
  return [
    ...(ways.length > 1 ? [finding("onlyOne", path, { names: ways.join(", ") })] : []),
    ...(prefix === "" ? [finding("emptyMatch", `${path}.prefix`, { way: "prefix" })] : []),
    ...(regex === "" ? [finding("emptyMatch", `${path}.regex`, { way: "regular expression" })] : []),
    ...present(regex || undefined, `${path}.regex`, checkRegex),
  ];
};
