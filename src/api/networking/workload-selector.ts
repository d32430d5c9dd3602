import { Fields } from "../dialect/fields.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";

/** Selector of Sidecar and ServiceEntry: exact labels under `labels`. */
export const WorkloadSelectorSchema = Fields("Chooses workloads of the same namespace by their labels.", {
  labels: MapOf("Labels a workload must carry, each with exactly this value.", Text("Value of the label.", { maxLength: 63 }), {
    maxProperties: 256,
  }),
});

export type WorkloadSelector = TypeOf<typeof WorkloadSelectorSchema>;

/** Selector of DestinationRule: exact labels under `matchLabels`. */
export const PolicySelectorSchema = Fields("Chooses workloads of the same namespace by their labels.", {
  matchLabels: MapOf("Labels a workload must carry, each with exactly this value.", Text("Value of the label.", { maxLength: 63 }), {
    maxProperties: 4096,
  }),
});

export type PolicySelector = TypeOf<typeof PolicySelectorSchema>;
