import { checkAnyLabels } from "../check/labels.ts";
import { present } from "../each.ts";
import type { Rule } from "../rule.ts";

/** The selector has labels that a pod can have; with others it chooses none, and says so. */
export const gatewaySelector: Rule<"Gateway"> = {
  id: "gateway/selector",
  kinds: ["Gateway"],
  check: ({ spec }) => present(spec.selector, "spec.selector", checkAnyLabels),
};
