import { Fields } from "../dialect/fields.ts";
import { Flag } from "../dialect/flag.ts";
import { ListOf } from "../dialect/list-of.ts";
import { MapOf } from "../dialect/map-of.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { Whole } from "../dialect/whole.ts";

const Name = Text("Name.");

const SecuritySchema = Fields("Whom it runs as.", { runAsUser: Whole("User id.") });

const ContainerSchema = Fields("Container of a pod.", {
  name: Name,
  image: Text("Image."),
  ports: ListOf("Ports.", Fields("Port.", { name: Name, containerPort: Whole("Port number."), protocol: Text("TCP, UDP or SCTP.") })),
  securityContext: SecuritySchema,
});

export type Container = TypeOf<typeof ContainerSchema>;

/** Of a pod's spec, the fields that fairlead reads. */
export const podFields = {
  serviceAccountName: Name,
  nodeName: Name,
  hostNetwork: Flag("Whether the pod has its node's network."),
  containers: ListOf("Containers.", ContainerSchema),
  initContainers: ListOf("Containers that run first, or beside the others.", ContainerSchema),
  securityContext: SecuritySchema,
};

export const PodTemplateBodySchema = Fields("The pods that a Deployment or the like makes.", {
  labels: MapOf("Labels of the pods.", Text("Value.")),
  annotations: MapOf("Annotations of the pods.", Text("Value.")),
  ...podFields,
});

export type PodTemplateBody = TypeOf<typeof PodTemplateBodySchema>;
