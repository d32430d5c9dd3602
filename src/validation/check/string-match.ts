import type { StringMatch } from "../../api/networking/string-match.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";

/** At most one way to test, and not with nothing. Regular expressions are looked at all together, by a rule of their own. */
export const checkStringMatch: Check<StringMatch> = (match, path) => {
  const { prefix, regex } = match;
  const ways = Object.keys(match);
  return [
    ...(ways.length > 1 ? [finding("onlyOne", path, { names: ways.join(", ") })] : []),
    ...(prefix === "" ? [finding("emptyMatch", `${path}.prefix`, { way: "prefix" })] : []),
    ...(regex === "" ? [finding("emptyMatch", `${path}.regex`, { way: "regular expression" })] : []),
  ];
};
