import { Fields } from "../dialect/fields.ts";
import { Flag } from "../dialect/flag.ts";
import { ListOf } from "../dialect/list-of.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { Unsigned } from "../dialect/whole.ts";
import { StringMatchSchema } from "./string-match.ts";

const Labels = MapOf("Labels of the calling workload.", Text("Value of the label."));
const Gateways = ListOf("Gateways the rule is for, `mesh` for all sidecars; default those of the VirtualService.", Text("Gateway."));

export const HttpMatchSchema = Fields("Conditions that must all hold; several of these are alternatives.", {
  name: Text("Name of the condition, which statistics and logs show."),
  uri: StringMatchSchema,
  scheme: StringMatchSchema,
  method: StringMatchSchema,
  authority: StringMatchSchema,
  headers: MapOf("Header in lower case → test; an empty test asks only that it is there.", StringMatchSchema),
  port: Unsigned("Port the request was sent to."),
  sourceLabels: Labels,
  gateways: Gateways,
  queryParams: MapOf("Query parameter → test; an empty test asks only that it is there.", StringMatchSchema),
  ignoreUriCase: Flag("Compare `uri` without regard to upper and lower case; default false, and without effect on regex."),
  withoutHeaders: MapOf("Header → test that must not hold; an empty test asks that it is missing.", StringMatchSchema),
  sourceNamespace: Text("Namespace of the calling workload."),
  statPrefix: Text("Prefix of the statistics of requests that match."),
});

export type HttpMatch = TypeOf<typeof HttpMatchSchema>;

export const TlsMatchSchema = Fields(
  "Conditions that must all hold; several of these are alternatives.",
  {
    sniHosts: ListOf("Server names, `*.` and a domain for many; one must match.", Text("Server name.")),
    destinationSubnets: ListOf("Addresses or CIDR ranges the connection was made to.", Text("Address or CIDR range.")),
    port: Unsigned("Port the connection was made to."),
    sourceLabels: Labels,
    gateways: Gateways,
    sourceNamespace: Text("Namespace of the calling workload."),
  },
  { required: ["sniHosts"] },
);

export type TlsMatch = TypeOf<typeof TlsMatchSchema>;

export const L4MatchSchema = Fields("Conditions that must all hold; several of these are alternatives.", {
  destinationSubnets: ListOf("Addresses or CIDR ranges the connection was made to.", Text("Address or CIDR range.")),
  port: Unsigned("Port the connection was made to."),
  sourceSubnet: Text("No longer used."),
  sourceLabels: Labels,
  gateways: Gateways,
  sourceNamespace: Text("Namespace of the calling workload."),
});

export type L4Match = TypeOf<typeof L4MatchSchema>;
