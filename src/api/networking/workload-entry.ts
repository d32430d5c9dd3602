import { REAL_PORT } from "../dialect/cel.ts";
import { Fields } from "../dialect/fields.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { CelRule, TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { Unsigned } from "../dialect/whole.ts";

const SOCKET_PATH: CelRule = {
  rule: '!self.startsWith("unix://") || self.matches("^unix://[/@](.*[^/])?$")',
  message: "a socket is named by its absolute path; write such as unix:///run/app.sock",
};

const PORT_NAMES: CelRule = {
  rule: "self.all(name, name.matches('^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?$'))",
  message: "ports are named as the service names them: letters, digits and hyphens, at most 63; write such as http",
};

const properties = {
  address: Text("IPv4 or IPv6 address, host name (resolved by DNS), or `unix://` and an absolute path of a socket.", {
    maxLength: 256,
    rules: [SOCKET_PATH],
  }),
  ports: MapOf(
    "Port of this workload for each named port of the service; a name that is missing keeps the service's port.",
    Unsigned("Port number, 1 to 65535.", [REAL_PORT]),
    { maxProperties: 128, rules: [PORT_NAMES] },
  ),
  labels: MapOf("Labels of this workload, which subsets and selectors look at.", Text("Value of the label."), { maxProperties: 256 }),
  network: Text("Network the workload is on; workloads of different networks reach each other through gateways only.", { maxLength: 2048 }),
  locality: Text("Where the workload runs, as `region/zone/subzone`.", { maxLength: 2048 }),
  weight: Unsigned("Share of the traffic, relative to the weights of the other endpoints; default 1."),
  serviceAccount: Text("Service account in the same namespace that the workload runs as; its identity follows from it.", {
    maxLength: 253,
  }),
};

const NO_PORTS_OF_A_SOCKET: CelRule = {
  rule: '(has(self.address) ? self.address : "").startsWith("unix://") ? !has(self.ports) : true',
  message: "a socket has no ports; take ports out, or write an IP address",
};

const PLACE: CelRule = {
  rule: "has(self.address) || has(self.network)",
  message: "address is required, unless network is given; write an IP address or a host name",
};

/** Endpoint of a ServiceEntry; the same fields as a WorkloadEntry. */
export const EndpointSchema = Fields("One workload that answers for the service.", properties, { rules: [PLACE, NO_PORTS_OF_A_SOCKET] });

/** What the workloads of a group have in common: each brings its own address. */
export const TemplateSchema = Fields("What every WorkloadEntry made from this group says.", properties, { rules: [NO_PORTS_OF_A_SOCKET] });

export const WorkloadEntrySchema = Fields("A workload outside Kubernetes' pods, such as a virtual machine.", properties, {
  rules: [PLACE, NO_PORTS_OF_A_SOCKET],
});

export type WorkloadEntrySpec = TypeOf<typeof WorkloadEntrySchema>;
export type Endpoint = WorkloadEntrySpec;
