import { Fields } from "../dialect/fields.ts";
import { Flag } from "../dialect/flag.ts";
import { IntOrString } from "../dialect/int-or-string.ts";
import { ListOf } from "../dialect/list-of.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { Whole } from "../dialect/whole.ts";
import { podFields } from "./pod-template.ts";

/* Of Kubernetes' own kinds, the fields that fairlead reads; decoding drops all others. Their meaning is Kubernetes'. */

const Name = Text("Name.");
const Port = Whole("Port number.");

export const ServicePortBodySchema = Fields(
  "Port of a Service.",
  {
    name: Name,
    port: Port,
    targetPort: IntOrString("Port of the pods, by number or name."),
    protocol: Text("TCP, UDP or SCTP."),
    appProtocol: Text("Protocol."),
  },
  { required: ["port"] },
);

export type ServicePortBody = TypeOf<typeof ServicePortBodySchema>;

export const ServiceBodySchema = Fields("Spec of a Service.", {
  type: Text("ClusterIP, NodePort, LoadBalancer or ExternalName."),
  clusterIP: Text("Address, or None."),
  clusterIPs: ListOf("Addresses.", Text("Address.")),
  ports: ListOf("Ports.", ServicePortBodySchema),
  selector: MapOf("Labels of the pods.", Text("Value.")),
  externalName: Text("Host it stands for."),
  externalIPs: ListOf("Addresses.", Text("Address.")),
  publishNotReadyAddresses: Flag("Whether pods count that are not ready."),
});

export type ServiceBody = TypeOf<typeof ServiceBodySchema>;

export const SliceEndpointSchema = Fields(
  "Endpoint of a slice.",
  {
    addresses: ListOf("Addresses.", Text("Address.")),
    conditions: Fields("State; a field that is missing counts as true.", {
      ready: Flag("Takes traffic."),
      serving: Flag("Answers."),
      terminating: Flag("Is ending."),
    }),
    hostname: Name,
    nodeName: Name,
    zone: Name,
    targetRef: Fields("What the endpoint is.", { kind: Name, name: Name, namespace: Name }),
  },
  { required: ["addresses"] },
);

export type SliceEndpoint = TypeOf<typeof SliceEndpointSchema>;

export const EndpointSliceBodySchema = Fields(
  "An EndpointSlice without its metadata.",
  {
    addressType: Text("IPv4, IPv6 or FQDN."),
    endpoints: ListOf("Endpoints.", SliceEndpointSchema),
    ports: ListOf(
      "Ports.",
      Fields("Port.", { name: Name, port: Port, protocol: Text("TCP, UDP or SCTP."), appProtocol: Text("Protocol.") }),
    ),
  },
  { required: ["addressType"] },
);

export type EndpointSliceBody = TypeOf<typeof EndpointSliceBodySchema>;

export const PodBodySchema = Fields("Spec and state of a Pod, side by side.", {
  ...podFields,
  podIP: Text("Address."),
  podIPs: ListOf("Addresses.", Text("Address.")),
  phase: Text("Pending, Running, Succeeded, Failed or Unknown."),
  ready: Flag("Whether condition Ready is True."),
  keepsSource: Flag("Whether its proxy calls the app from the caller's address, as interception by TPROXY has it."),
  appEnded: Flag("Whether every container but the sidecar has ended, and none will be started again."),
});

export type PodBody = TypeOf<typeof PodBodySchema>;

/** Of a Namespace its metadata is all there is to read. */
export const NamespaceBodySchema = Fields("A Namespace.", {});

export type NamespaceBody = TypeOf<typeof NamespaceBodySchema>;

const Quantities = MapOf("Resource → amount.", IntOrString("Amount."));

export const LimitRangeBodySchema = Fields("Spec of a LimitRange.", {
  limits: ListOf(
    "Limits.",
    Fields("Limits of one type.", {
      type: Text("Container, Pod or PersistentVolumeClaim."),
      min: Quantities,
      max: Quantities,
      default: Quantities,
      defaultRequest: Quantities,
      maxLimitRequestRatio: Quantities,
    }),
  ),
});

export type LimitRangeBody = TypeOf<typeof LimitRangeBodySchema>;

export const ResourceQuotaBodySchema = Fields("Spec of a ResourceQuota.", { hard: Quantities });

export type ResourceQuotaBody = TypeOf<typeof ResourceQuotaBodySchema>;

export const ConfigMapDataSchema = Fields("A ConfigMap's data.", { data: MapOf("File name → text.", Text("Text.")) });

export type ConfigMapData = TypeOf<typeof ConfigMapDataSchema>;

export const SecretBodySchema = Fields("A Secret's type and data.", {
  type: Text("Type."),
  data: MapOf("File name → base64.", Text("Base64.")),
  stringData: MapOf("File name → text, as it is written down before it is stored.", Text("Text.")),
});

export type SecretBody = TypeOf<typeof SecretBodySchema>;
