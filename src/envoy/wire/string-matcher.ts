import { create } from "@bufbuild/protobuf";
import type { StringMatch } from "../../api/networking/string-match.ts";
import { type RegexMatcher, RegexMatcherSchema } from "../../gen/envoy/type/matcher/v3/regex_pb.ts";
import { type StringMatcher, StringMatcherSchema } from "../../gen/envoy/type/matcher/v3/string_pb.ts";

/** RE2, which Envoy uses without being told. */
export function safeRegex(regex: string): RegexMatcher {
  return create(RegexMatcherSchema, { regex });
}

/** The test of a string; undefined for an empty one, which asks only for presence. */
export function stringMatcher(match: StringMatch): StringMatcher | undefined {
  if (match.exact !== undefined) {
    return create(StringMatcherSchema, { matchPattern: { case: "exact", value: match.exact } });
  }
  if (match.prefix !== undefined) {
    return create(StringMatcherSchema, { matchPattern: { case: "prefix", value: match.prefix } });
  }
  return match.regex === undefined
    ? undefined
    : create(StringMatcherSchema, { matchPattern: { case: "safeRegex", value: safeRegex(match.regex) } });
}
