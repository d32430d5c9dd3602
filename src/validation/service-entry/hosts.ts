import { finding } from "../../telemetry/catalogue.ts";
import { checkWildcardHost, partialWildcard } from "../check/host.ts";
import { type Check, each } from "../each.ts";
import type { Rule } from "../rule.ts";

const checkHost: Check<string> = (value, path) => {
  if (value === "*") return [finding("hostIsEverything", path, {})];
  const domain = partialWildcard(value);
  return domain === undefined ? checkWildcardHost(value, path) : [finding("partialWildcard", path, { value, domain })];
};

/** Hosts are names or wildcards of a domain; a lone `*` would take everything. */
export const serviceEntryHosts: Rule<"ServiceEntry"> = {
  id: "service-entry/hosts",
  kinds: ["ServiceEntry"],
  check: ({ spec }) => each(spec.hosts, "spec.hosts", checkHost),
};
