import { Fields } from "../dialect/fields.ts";
import { ListOf } from "../dialect/list-of.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { TrafficPolicySchema } from "./traffic-policy.ts";
import { PolicySelectorSchema } from "./workload-selector.ts";

export const SubsetSchema = Fields(
  "Some of the service's endpoints, under a name that routes can use.",
  {
    name: Text("Name of the subset."),
    labels: MapOf("Labels the endpoints carry.", Text("Value of the label.")),
    trafficPolicy: TrafficPolicySchema,
  },
  { required: ["name"] },
);

export type Subset = TypeOf<typeof SubsetSchema>;

export const DestinationRuleSchema = Fields(
  "How connections to a service are made, once a route has chosen it.",
  {
    host: Text("Host of a Kubernetes Service or ServiceEntry, `*.` and a domain for many; a short name is completed with this namespace."),
    trafficPolicy: TrafficPolicySchema,
    subsets: ListOf("Named parts of the service.", SubsetSchema),
    exportTo: ListOf("Namespaces this applies in: names, `.` for its own, `*` for all; default all.", Text("Namespace.")),
    workloadSelector: PolicySelectorSchema,
  },
  { required: ["host"] },
);

export type DestinationRuleSpec = TypeOf<typeof DestinationRuleSchema>;
