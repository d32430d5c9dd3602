import { Fields } from "../dialect/fields.ts";
import { ListOf } from "../dialect/list-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { StringEnum } from "../dialect/string-enum.ts";
import { Text } from "../dialect/text.ts";
import { Unsigned } from "../dialect/whole.ts";
import { EndpointSchema } from "./workload-entry.ts";
import { WorkloadSelectorSchema } from "./workload-selector.ts";

export const ServicePortSchema = Fields(
  "One port of the service.",
  {
    number: Unsigned("Port number that callers use, 1 to 65535."),
    protocol: Text(
      "HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, MONGO, MYSQL, REDIS, TCP or TLS, upper or lower case; default: told apart by what is sent.",
      {
        maxLength: 256,
      },
    ),
    name: Text("Name of the port, unique in the service.", { maxLength: 256 }),
    targetPort: Unsigned("Port of the endpoints, where it differs from `number`; default `number`."),
  },
  { required: ["number", "name"] },
);

export type ServicePort = TypeOf<typeof ServicePortSchema>;

export const ServiceEntrySchema = Fields(
  "Adds a service, mostly one outside the mesh, to those the mesh knows and may call.",
  {
    hosts: ListOf("Names of the service: host names, or `*.` and a domain.", Text("Host name or wildcard."), {
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
    ports: ListOf("Ports of the service.", ServicePortSchema, { maxItems: 256 }),
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
      {
        rule: "!(has(self.workloadSelector) && has(self.endpoints))",
        message: "only one of endpoints and workloadSelector may be set",
      },
    ],
  },
);

export type ServiceEntrySpec = TypeOf<typeof ServiceEntrySchema>;
