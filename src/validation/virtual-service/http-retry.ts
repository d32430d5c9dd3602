import { checkDuration } from "../check/duration.ts";
import { checkRetry } from "../check/retry.ts";
import { each, present } from "../each.ts";
import type { Rule } from "../rule.ts";

/** Timeouts and retries that can be kept. */
export const virtualServiceHttpRetry: Rule<"VirtualService"> = {
  id: "virtual-service/http-retry",
  kinds: ["VirtualService"],
  check: ({ spec }) => [
    ...each(spec.http, "spec.http", (rule, path) => present(rule.timeout, `${path}.timeout`, checkDuration)),
    ...each(spec.http, "spec.http", (rule, path) => present(rule.retries, `${path}.retries`, checkRetry)),
  ],
};
