import { Fields } from "../dialect/fields.ts";
import { ListOf } from "../dialect/list-of.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { GatewayPortSchema } from "./port.ts";
import { ServerTlsSchema } from "./tls-settings.ts";

export const GatewayServerSchema = Fields(
  "One port that the gateway opens, and the hosts it takes on it.",
  {
    port: GatewayPortSchema,
    bind: Text("Address or `unix://` socket to listen on; default all addresses."),
    hosts: ListOf("Hosts that are taken, each `host` or `namespace/host`, where the host may be `*` or start with `*.`.", Text("Host.")),
    tls: ServerTlsSchema,
    defaultEndpoint: Text("Where traffic goes by default; not used."),
    name: Text("Name of the server, for statistics."),
  },
  { required: ["port", "hosts"] },
);

export type GatewayServer = TypeOf<typeof GatewayServerSchema>;

export const GatewaySchema = Fields("A load balancer at the edge of the mesh: its ports, hosts and certificates.", {
  servers: ListOf("Ports and hosts of the gateway.", GatewayServerSchema),
  selector: MapOf("Labels of the pods that carry out this gateway, each with exactly this value.", Text("Value of the label.")),
});

export type GatewaySpec = TypeOf<typeof GatewaySchema>;
