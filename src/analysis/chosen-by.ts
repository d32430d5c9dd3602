import type { Kind, StoredObject } from "../api/object.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { labelsAsText } from "./labels-as-text.ts";

type Labels = Readonly<Record<string, string>>;

interface Selector<K extends Kind> {
  readonly id: string;
  readonly kind: K;
  readonly path: string;
  readonly labelsOf: (object: StoredObject<K>) => Labels | undefined;
}

/** A selector of an object chooses some workload of its namespace; an empty one chooses all. */
export function chosenBy<K extends Kind>({ id, kind, path, labelsOf }: Selector<K>): AnalysisRule<K> {
  return {
    id,
    kinds: [kind],
    level: "warning",
    needs: ["Pod"],
    check: (object, world) => {
      const labels = labelsOf(object) ?? {};
      const { namespace } = object.metadata;
      if (Object.keys(labels).length === 0 || world.workloads(labels, { namespace, most: 1 }).length > 0) return [];
      return [finding("selectorChoosesNothing", path, { labels: labelsAsText(labels), namespace })];
    },
  };
}
