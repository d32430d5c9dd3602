import { checkSelectorLabels } from "../check/labels.ts";
import { present } from "../each.ts";
import type { Rule } from "../rule.ts";

/** The selector has labels that can be. */
export const gatewaySelector: Rule<"Gateway"> = {
  id: "gateway/selector",
  kinds: ["Gateway"],
  check: ({ spec }) => present(spec.selector, "spec.selector", checkSelectorLabels),
};
