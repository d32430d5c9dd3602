import { Fields } from "../dialect/fields.ts";
import type { TypeOf } from "../dialect/node.ts";
import { Text } from "../dialect/text.ts";
import { Unsigned } from "../dialect/whole.ts";

const properties = {
  number: Unsigned("Port number, 1 to 65535."),
  protocol: Text("HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, MONGO, MYSQL, REDIS, TCP or TLS, upper or lower case."),
  name: Text("Name of the port."),
  targetPort: Unsigned("No longer used."),
};

/** Port of a Gateway's server: all three parts must be there. */
export const GatewayPortSchema = Fields("Port that the gateway listens on.", properties, { required: ["number", "protocol", "name"] });

/** Port of a Sidecar's listener. */
export const SidecarPortSchema = Fields("Port of the listener.", properties);

export type Port = TypeOf<typeof SidecarPortSchema>;
