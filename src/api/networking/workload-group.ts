import { Fields } from "../dialect/fields.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { ReadinessProbeSchema } from "./readiness-probe.ts";
import { TemplateSchema } from "./workload-entry.ts";

export const WorkloadGroupSchema = Fields(
  "What the machines of one kind have in common, and how they join the mesh.",
  {
    metadata: Fields("Labels and annotations of every WorkloadEntry made from this group.", {
      labels: MapOf("Labels that each WorkloadEntry gets.", Text("Value of the label."), { maxProperties: 256 }),
      annotations: MapOf("Annotations that each WorkloadEntry gets.", Text("Value of the annotation."), { maxProperties: 256 }),
    }),
    template: TemplateSchema,
    probe: ReadinessProbeSchema,
  },
  { required: ["template"] },
);

export type WorkloadGroupSpec = TypeOf<typeof WorkloadGroupSchema>;
