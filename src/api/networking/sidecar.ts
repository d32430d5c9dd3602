import { Fields } from "../dialect/fields.ts";
import { ListOf } from "../dialect/list-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { StringEnum } from "../dialect/string-enum.ts";
import { Text } from "../dialect/text.ts";
import { ConnectionPoolSchema } from "./connection-pool.ts";
import { DestinationSchema } from "./destination.ts";
import { SidecarPortSchema } from "./port.ts";
import { ServerTlsSchema } from "./tls-settings.ts";
import { WorkloadSelectorSchema } from "./workload-selector.ts";

const CaptureModeSchema = StringEnum("How traffic of this port reaches the sidecar; default what the pod has.", [
  "DEFAULT",
  "IPTABLES",
  "NONE",
]);

export const SidecarIngressSchema = Fields(
  "A port on which the sidecar takes traffic for the workload.",
  {
    port: SidecarPortSchema,
    bind: Text("Address to listen on; default that of the workload."),
    captureMode: CaptureModeSchema,
    defaultEndpoint: Text("Where the workload listens: `127.0.0.1:PORT`, `[::1]:PORT`, `0.0.0.0:PORT`, `[::]:PORT` or `unix:///path`."),
    tls: ServerTlsSchema,
    connectionPool: ConnectionPoolSchema,
  },
  { required: ["port"] },
);

export const SidecarEgressSchema = Fields(
  "Services the workload may call, on one port or on all.",
  {
    port: SidecarPortSchema,
    bind: Text("Address or `unix://` socket to listen on; default all services' addresses."),
    captureMode: CaptureModeSchema,
    hosts: ListOf(
      "Services, each `namespace/host`; the namespace may be `.`, `*` or `~`, the host `*` or start with `*.`.",
      Text("namespace/host."),
    ),
  },
  { required: ["hosts"] },
);

export type SidecarEgress = TypeOf<typeof SidecarEgressSchema>;

export const SidecarSchema = Fields("What the sidecars of some workloads listen on, see, and let out.", {
  workloadSelector: WorkloadSelectorSchema,
  ingress: ListOf("Ports on which traffic comes in; default those of the services the workload belongs to.", SidecarIngressSchema),
  egress: ListOf("Services that may be called; default all that are visible.", SidecarEgressSchema),
  inboundConnectionPool: ConnectionPoolSchema,
  outboundTrafficPolicy: Fields("What happens to calls to unknown destinations; default what the mesh configuration says.", {
    mode: StringEnum("REGISTRY_ONLY refuses them, ALLOW_ANY lets them through.", ["REGISTRY_ONLY", "ALLOW_ANY"]),
    egressProxy: DestinationSchema,
  }),
});

export type SidecarSpec = TypeOf<typeof SidecarSchema>;
