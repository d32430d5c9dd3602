import { Fields } from "../dialect/fields.ts";
import { ListOf } from "../dialect/list-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { Whole } from "../dialect/whole.ts";
import { DestinationSchema } from "./destination.ts";
import { L4MatchSchema, TlsMatchSchema } from "./http-match.ts";
import { HttpRouteSchema } from "./http-route.ts";

export const RouteDestinationSchema = Fields(
  "A destination and its share.",
  {
    destination: DestinationSchema,
    weight: Whole("Share of the connections, relative to the other weights; default 100 where it is the only one, else 0."),
  },
  { required: ["destination"] },
);

export type RouteDestination = TypeOf<typeof RouteDestinationSchema>;

export const TlsRouteSchema = Fields(
  "A rule for TLS that is handed on unopened; the first one that matches counts.",
  {
    match: ListOf("Alternatives, one of which must match.", TlsMatchSchema),
    route: ListOf("Where matching connections go.", RouteDestinationSchema),
  },
  { required: ["match"] },
);

export type TlsRoute = TypeOf<typeof TlsRouteSchema>;

export const TcpRouteSchema = Fields("A rule for TCP; the first one that matches counts.", {
  match: ListOf("Alternatives, one of which must match; none means every connection.", L4MatchSchema),
  route: ListOf("Where matching connections go.", RouteDestinationSchema),
});

export type TcpRoute = TypeOf<typeof TcpRouteSchema>;

export const VirtualServiceSchema = Fields("Where traffic to some hosts goes, and what happens to it on the way.", {
  hosts: ListOf(
    "Hosts the rules are for: names, `*.` and a domain, or addresses; none makes rules that others delegate to.",
    Text("Host."),
  ),
  gateways: ListOf("Gateways the rules are for, `mesh` for all sidecars; default `mesh` alone.", Text("Gateway, or namespace/gateway.")),
  http: ListOf("Rules for HTTP, in order.", HttpRouteSchema),
  tls: ListOf("Rules for TLS that is handed on unopened, in order.", TlsRouteSchema),
  tcp: ListOf("Rules for other TCP, in order.", TcpRouteSchema),
  exportTo: ListOf("Namespaces this applies in: names, `.` for its own, `*` for all; default all.", Text("Namespace.")),
});

export type VirtualServiceSpec = TypeOf<typeof VirtualServiceSchema>;
