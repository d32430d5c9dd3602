import { atMostOne, REAL_PORT } from "../dialect/cel.ts";
import { Fields } from "../dialect/fields.ts";
import { ListOf } from "../dialect/list-of.ts";
import type { CelRule, TypeOf } from "../dialect/node.ts";
import { StringEnum } from "../dialect/string-enum.ts";
import { Text } from "../dialect/text.ts";
import { Unsigned } from "../dialect/whole.ts";
import { EndpointSchema } from "./workload-entry.ts";
import { WorkloadSelectorSchema } from "./workload-selector.ts";

export const ServicePortSchema = Fields(
  "One port of the service.",
  {
    number: Unsigned("Port number that callers use, 1 to 65535.", [REAL_PORT]),
    protocol: Text(
      "HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, MONGO, MYSQL, REDIS, TCP or TLS, upper or lower case; default: told apart by what is sent.",
      {
        maxLength: 256,
      },
    ),
    name: Text("Name of the port, unique in the service.", { maxLength: 256 }),
    targetPort: Unsigned("Port of the endpoints, where it differs from `number`; default `number`.", [REAL_PORT]),
  },
  { required: ["number", "name"] },
);

export type ServicePort = TypeOf<typeof ServicePortSchema>;

const NOT_EVERYTHING: CelRule = {
  rule: "self != '*'",
  message: "a service cannot be every host; write a host name, or *. and a domain",
};

const ONE_PORT_A_NUMBER: CelRule = {
  rule: "self.all(one, self.exists_one(other, one.number == other.number))",
  message: "each port number may stand once; take one of the two ports out",
};

const RESOLUTION = "(has(self.resolution) ? self.resolution : 'NONE')";

const RANGES_ONLY_WITHOUT_DNS: CelRule = {
  rule: `!((has(self.addresses) ? self.addresses : []).exists(address, address.contains('/')) && !(${RESOLUTION} in ['STATIC', 'NONE']))`,
  message: "a CIDR range needs resolution NONE or STATIC; write single addresses, or change resolution",
};

const NO_ENDPOINTS_WITHOUT_RESOLUTION: CelRule = {
  rule: `${RESOLUTION} == 'NONE' ? !has(self.endpoints) : true`,
  message: "resolution NONE goes to the address the caller asked for; write resolution STATIC or DNS, or take endpoints out",
};

const ONE_ENDPOINT_OF_ROUND_ROBIN: CelRule = {
  rule: `${RESOLUTION} == 'DNS_ROUND_ROBIN' ? (has(self.endpoints) ? self.endpoints : []).size() <= 1 : true`,
  message: "resolution DNS_ROUND_ROBIN takes one endpoint at the most; write resolution DNS for several",
};

export const ServiceEntrySchema = Fields(
  "Adds a service, mostly one outside the mesh, to those the mesh knows and may call.",
  {
    hosts: ListOf("Names of the service: host names, or `*.` and a domain.", Text("Host name or wildcard.", { rules: [NOT_EVERYTHING] }), {
      minItems: 1,
      maxItems: 256,
    }),
    addresses: ListOf(
      "Virtual addresses of the service: IP addresses, or CIDR ranges.",
      Text("IP address or CIDR range.", { maxLength: 64 }),
      {
        maxItems: 256,
      },
    ),
    ports: ListOf("Ports of the service.", ServicePortSchema, { maxItems: 256, mapKeys: ["name"], rules: [ONE_PORT_A_NUMBER] }),
    location: StringEnum("Whether the service is outside the mesh or part of it; default MESH_EXTERNAL.", [
      "MESH_EXTERNAL",
      "MESH_INTERNAL",
    ]),
    resolution: StringEnum(
      "How endpoints are found: NONE sends to the address the caller asked for, STATIC to `endpoints`, DNS and DNS_ROUND_ROBIN to what the name " +
        "resolves to, DYNAMIC_DNS to what the name of each request resolves to; default NONE.",
      ["NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS"],
    ),
    endpoints: ListOf("Workloads that answer for the service.", EndpointSchema, { maxItems: 4096 }),
    workloadSelector: WorkloadSelectorSchema,
    exportTo: ListOf(
      "Namespaces that see this service: names, `.` for its own, `*` for all, `~` for none; default all.",
      Text("Namespace."),
    ),
    subjectAltNames: ListOf(
      "Names one of which the certificate of the service must carry, when the sidecar originates TLS.",
      Text("Name."),
    ),
  },
  {
    required: ["hosts"],
    rules: [
      atMostOne("workloadSelector", "endpoints"),
      RANGES_ONLY_WITHOUT_DNS,
      NO_ENDPOINTS_WITHOUT_RESOLUTION,
      ONE_ENDPOINT_OF_ROUND_ROBIN,
    ],
  },
);

export type ServiceEntrySpec = TypeOf<typeof ServiceEntrySchema>;
