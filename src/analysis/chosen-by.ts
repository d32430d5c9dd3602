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
function chosenBy<K extends Kind>({ id, kind, path, labelsOf }: Selector<K>): AnalysisRule<K> {
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

export const sidecarWorkloads = chosenBy({
  id: "sidecar-workloads",
  kind: "Sidecar",
  path: "spec.workloadSelector.labels",
  labelsOf: ({ spec }) => spec.workloadSelector?.labels,
});

export const policyWorkloads = chosenBy({
  id: "policy-workloads",
  kind: "DestinationRule",
  path: "spec.workloadSelector.matchLabels",
  labelsOf: ({ spec }) => spec.workloadSelector?.matchLabels,
});

export const entryWorkloads = chosenBy({
  id: "entry-workloads",
  kind: "ServiceEntry",
  path: "spec.workloadSelector.labels",
  labelsOf: ({ spec }) => spec.workloadSelector?.labels,
});

export const securedWorkloads = chosenBy({
  id: "secured-workloads",
  kind: "PeerAuthentication",
  path: "spec.selector.matchLabels",
  labelsOf: ({ spec }) => spec.selector?.matchLabels,
});
