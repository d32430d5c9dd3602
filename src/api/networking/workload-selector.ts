import { LABEL_KEYS, NO_WILDCARD_VALUE } from "../dialect/cel.ts";
import { Fields } from "../dialect/fields.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";

const LabelValue = Text("Value of the label.", { maxLength: 63, rules: [NO_WILDCARD_VALUE] });

/** Selector of Sidecar and ServiceEntry: exact labels under `labels`. */
export const WorkloadSelectorSchema = Fields("Chooses workloads of the same namespace by their labels.", {
  labels: MapOf("Labels a workload must carry, each with exactly this value.", LabelValue, {
    maxProperties: 256,
  }),
});

export type WorkloadSelector = TypeOf<typeof WorkloadSelectorSchema>;

/** Selector of DestinationRule and PeerAuthentication: exact labels under `matchLabels`. */
export const PolicySelectorSchema = Fields("Chooses workloads of the same namespace by their labels.", {
  matchLabels: MapOf("Labels a workload must carry, each with exactly this value.", LabelValue, {
    maxProperties: 4096,
    rules: LABEL_KEYS,
  }),
});

export type PolicySelector = TypeOf<typeof PolicySelectorSchema>;
