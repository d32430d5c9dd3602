import { Fields } from "../dialect/fields.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { Unsigned } from "../dialect/whole.ts";

export const PortSelectorSchema = Fields("A port, by its number.", { number: Unsigned("Port number, 1 to 65535.") });

/** Where traffic goes (VirtualService routes, Sidecar's egress proxy, mesh configuration). */
export const DestinationSchema = Fields(
  "A service, and optionally a subset of it.",
  {
    host: Text("Host of a Kubernetes Service or ServiceEntry; a short name is completed with the namespace of this resource."),
    subset: Text("Subset that a DestinationRule of the host defines."),
    port: PortSelectorSchema,
  },
  { required: ["host"] },
);

export type Destination = TypeOf<typeof DestinationSchema>;
