import type { Protocol } from "./mesh-service.ts";

// Names and prefixes as in Istio's documentation «Protocol Selection». A map, for a port may be called `constructor`.
const BY_NAME: ReadonlyMap<string, Protocol> = new Map([
  ["http", "HTTP"],
  ["http2", "HTTP2"],
  ["h2c", "HTTP2"],
  ["grpc", "GRPC"],
  ["grpc-web", "GRPC"],
  ["https", "HTTPS"],
  ["tls", "TLS"],
  ["tcp", "TCP"],
  ["mongo", "TCP"],
  ["mysql", "TCP"],
  ["redis", "TCP"],
  ["udp", "UDP"],
]);

/** `appProtocol` values of Kubernetes' own. */
const OF_KUBERNETES: ReadonlyMap<string, Protocol> = new Map([
  ["kubernetes.io/h2c", "HTTP2"],
  ["kubernetes.io/ws", "HTTP"],
  ["kubernetes.io/wss", "HTTPS"],
]);

/** Ports of SMTP, DNS, MySQL and MongoDB, where servers may speak first: not inspected where nothing says what they are. */
const SERVER_FIRST: readonly number[] = [25, 53, 3306, 27017];

/** Protocol a ServiceEntry's port declares; letters of either case. Unknown names are plain TCP. */
export function declaredProtocol(protocol: string | undefined): Protocol {
  return protocol === undefined || protocol === "" ? "auto" : (BY_NAME.get(protocol.toLowerCase()) ?? "TCP");
}

/** Protocol of a Kubernetes Service's port: by `appProtocol`, else by the part of the port's name before the first dash. */
export function servicePortProtocol(port: { port: number; name?: string; protocol?: string; appProtocol?: string }): Protocol {
  if (port.protocol === "UDP" || port.protocol === "SCTP") {
    return "UDP";
  }
  const name = (port.appProtocol ?? port.name ?? "").toLowerCase();
  const prefix = name.startsWith("grpc-web") ? "grpc-web" : (name.split("-")[0] ?? "");
  const said = OF_KUBERNETES.get(name) ?? BY_NAME.get(prefix);
  return said ?? (SERVER_FIRST.includes(port.port) ? "TCP" : "auto");
}

export const isHttp = (protocol: Protocol): boolean => protocol === "HTTP" || protocol === "HTTP2" || protocol === "GRPC";
export const isTls = (protocol: Protocol): boolean => protocol === "HTTPS" || protocol === "TLS";
