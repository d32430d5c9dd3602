import { sidecarsIn } from "../../model/indexes/rules.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { AnalysisRule } from "../analysis-rule.ts";
import type { World } from "../world.ts";

type Labels = Readonly<Record<string, string>>;

const isEmpty = (labels: Labels): boolean => Object.keys(labels).length === 0;

/** A workload that both selectors choose. */
function shared(one: Labels, other: Labels, world: World, namespace: string): string | undefined {
  if (Object.entries(one).some(([name, value]) => (other[name] ?? value) !== value)) return undefined;
  const [first] = world.workloads({ ...one, ...other }, { namespace, most: 1 });
  return first && `${first.kind} ${first.metadata.name}`;
}

function rivalsFor(
  own: Labels,
  others: readonly { readonly name: string; readonly labels: Labels }[],
  at: { world: World; namespace: string },
) {
  return others
    .filter(({ labels }) => !isEmpty(labels))
    .flatMap(({ name, labels }): readonly { name: string; workload: string }[] => {
      const workload = shared(own, labels, at.world, at.namespace);
      return workload === undefined ? [] : [{ name, workload }];
    });
}

/** At most one Sidecar is for a workload, and at most one for all of a namespace that have none of their own. */
export const competingSidecars: AnalysisRule<"Sidecar"> = {
  id: "sidecar/competing-sidecars",
  kinds: ["Sidecar"],
  level: "warning",
  needs: [],
  check: ({ spec, metadata: { namespace, name } }, world): readonly Finding[] => {
    const own = spec.workloadSelector?.labels ?? {};
    const others = world
      .ask(sidecarsIn, namespace)
      .filter((other) => other.name !== name)
      .map((other) => ({ name: other.name, labels: other.spec.workloadSelector?.labels ?? {} }));
    if (isEmpty(own)) {
      const rivals = others.filter(({ labels }) => isEmpty(labels));
      if (rivals.length === 0) return [];
      return [
        finding("sidecarsCompete", "spec.workloadSelector", { names: [name, ...rivals.map((rival) => rival.name)].sort().join(", ") }),
      ];
    }
    const [first, ...more] = rivalsFor(own, others, { world, namespace });
    if (first === undefined) return [];
    const names = [name, first.name, ...more.map((rival) => rival.name)].sort().join(", ");
    return [finding("sidecarsShareWorkload", "spec.workloadSelector.labels", { names, workload: first.workload })];
  },
};
