import { type Protocol, protocolNamed } from "../base/protocol.ts";

/** Names in use for ports of Services alone: Kubernetes' own values of `appProtocol`, and HTTP/2 without TLS. */
const OF_SERVICES: ReadonlyMap<string, Protocol> = new Map([
  ["h2c", "HTTP2"],
  ["kubernetes.io/h2c", "HTTP2"],
  ["kubernetes.io/ws", "HTTP"],
  ["kubernetes.io/wss", "HTTPS"],
]);

/** Ports of SMTP, DNS, MySQL and MongoDB, where servers may speak first: not inspected where nothing says what they are. */
const SERVER_FIRST: readonly number[] = [25, 53, 3306, 27017];

/** Protocol a ServiceEntry's port declares; letters of either case. Unknown names are plain TCP. */
export function declaredProtocol(protocol: string | undefined): Protocol {
  return protocol === undefined || protocol === "" ? "auto" : (protocolNamed(protocol) ?? "TCP");
}

/**
 * Protocol of a Kubernetes Service's port: by `appProtocol`, else by the part of the port's name before the first dash, as in Istio's
 * documentation «Protocol Selection».
 */
export function servicePortProtocol(port: { port: number; name?: string; protocol?: string; appProtocol?: string }): Protocol {
  if (port.protocol === "UDP" || port.protocol === "SCTP") {
    return "UDP";
  }
  const said = protocolSaid((port.appProtocol ?? port.name ?? "").toLowerCase());
  return said ?? (SERVER_FIRST.includes(port.port) ? "TCP" : "auto");
}

function protocolSaid(name: string): Protocol | undefined {
  const prefix = name.startsWith("grpc-web") ? "grpc-web" : (name.split("-")[0] ?? "");
  return OF_SERVICES.get(prefix) ?? protocolNamed(prefix);
}
