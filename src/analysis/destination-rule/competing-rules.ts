import { isDeepStrictEqual } from "node:util";
import { fieldPath } from "../../api/field-path.ts";
import type { DestinationRuleSpec } from "../../api/networking/destination-rule.ts";
import { resolveExportTo } from "../../model/export-to.ts";
import { destinationRulesFor, type Rule } from "../../model/indexes/rules.ts";
import { fullHost } from "../../model/short-host.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { untilMany } from "../../validation/bounded.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import { seenTogether } from "../visibility.ts";

type Policies = Rule<DestinationRuleSpec>;

/** Rules of one namespace for one host add up: the first policy counts, and the first of each subset. */
export const competingRules: AnalysisRule<"DestinationRule"> = {
  id: "destination-rule/competing-rules",
  kinds: ["DestinationRule"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata: { namespace, name } }, world) => {
    if (spec.workloadSelector !== undefined) return [];
    const host = fullHost(spec.host, namespace);
    const exportTo = resolveExportTo(spec.exportTo, namespace);
    const isRival = (rule: Policies): boolean =>
      rule.namespace === namespace &&
      rule.name !== name &&
      rule.spec.workloadSelector === undefined &&
      seenTogether(exportTo, rule.exportTo);
    const rivals = world.ask(destinationRulesFor, host).filter(isRival);
    const namesOf = (rules: readonly Policies[]) => [name, ...rules.slice(0, 20).map((rule) => rule.name)].sort().join(", ");
    const policies = rivals.filter((rule) => rule.spec.trafficPolicy && !isDeepStrictEqual(rule.spec.trafficPolicy, spec.trafficPolicy));
    const whole =
      spec.trafficPolicy === undefined || policies.length === 0
        ? []
        : [finding("policiesCompete", "spec.trafficPolicy", { names: namesOf(policies), host })];
    const bySubset = Map.groupBy(
      rivals.flatMap((rule) => (rule.spec.subsets ?? []).map((subset) => ({ rule, subset }))),
      ({ subset }) => subset.name,
    );
    const subsets = untilMany((spec.subsets ?? []).entries(), "spec.subsets", ([index, subset]) => {
      const same = (bySubset.get(subset.name) ?? []).filter((other) => !isDeepStrictEqual(other.subset, subset));
      if (same.length === 0) return [];
      const names = namesOf(same.map(({ rule }) => rule));
      return [finding("subsetsCompete", fieldPath("spec.subsets", index), { subset: subset.name, names, host })];
    });
    return [...whole, ...subsets];
  },
};
