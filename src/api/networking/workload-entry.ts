import { Fields } from "../dialect/fields.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { Unsigned, Whole } from "../dialect/whole.ts";

const properties = {
  address: Text("IPv4 or IPv6 address, host name (resolved by DNS), or `unix://` and an absolute path of a socket.", { maxLength: 256 }),
  ports: MapOf(
    "Port of this workload for each named port of the service; a name that is missing keeps the service's port.",
    Whole("Port number.", { minimum: 0, maximum: 4294967295 }),
    { maxProperties: 128 },
  ),
  labels: MapOf("Labels of this workload, which subsets and selectors look at.", Text("Value of the label."), { maxProperties: 256 }),
  network: Text("Network the workload is on; workloads of different networks reach each other through gateways only.", { maxLength: 2048 }),
  locality: Text("Where the workload runs, as `region/zone/subzone`.", { maxLength: 2048 }),
  weight: Unsigned("Share of the traffic, relative to the weights of the other endpoints; default 1."),
  serviceAccount: Text("Service account in the same namespace that the workload runs as; its identity follows from it.", {
    maxLength: 253,
  }),
};

/** Endpoint of a ServiceEntry; the same fields as a WorkloadEntry. */
export const EndpointSchema = Fields("One workload that answers for the service.", properties);

export const WorkloadEntrySchema = Fields("A workload outside Kubernetes' pods, such as a virtual machine.", properties, {
  rules: [{ rule: "has(self.address) || has(self.network)", message: "address is required, unless network is given" }],
});

export type WorkloadEntrySpec = TypeOf<typeof WorkloadEntrySchema>;
export type Endpoint = WorkloadEntrySpec;
