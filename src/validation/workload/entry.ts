import { checkEndpoint } from "../check/endpoint.ts";
import type { Rule } from "../rule.ts";

/** The workload has an address, ports and labels that can be. */
export const workloadEntry: Rule<"WorkloadEntry"> = {
  id: "workload/entry",
  kinds: ["WorkloadEntry"],
  check: ({ spec }) => checkEndpoint(spec, "spec"),
};
