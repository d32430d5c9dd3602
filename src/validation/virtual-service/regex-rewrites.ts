import { rewriteFault } from "../../base/regex-rewrite.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { each } from "../each.ts";
import type { Rule } from "../rule.ts";

/** What is written in place of a match names groups that the expression has. */
export const virtualServiceRegexRewrites: Rule<"VirtualService"> = {
  id: "virtual-service/regex-rewrites",
  kinds: ["VirtualService"],
  check: ({ spec }) =>
    each(spec.http, "spec.http", ({ rewrite }, path) => {
      const { match, rewrite: value } = rewrite?.uriRegexRewrite ?? {};
      const fault = match && value ? rewriteFault(match, value) : undefined;
      return fault === undefined || !value ? [] : [finding("rewriteGroup", `${path}.rewrite.uriRegexRewrite.rewrite`, { value, fault })];
    }),
};
