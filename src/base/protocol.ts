/** Protocols as far as they decide how a port is served; `auto` means unnamed: HTTP or TCP by inspection. */
export type Protocol = "HTTP" | "HTTP2" | "GRPC" | "HTTPS" | "TLS" | "TCP" | "UDP" | "auto";

/**
 * Names that a port's `protocol` can have, and as what it is then served. Databases and tunnels are plain TCP, a port of a forward proxy is plain
 * HTTP, and UDP is taken for what it is: declared, and not carried.
 */
const BY_NAME: ReadonlyMap<string, Protocol> = new Map([
  ["HTTP", "HTTP"],
  ["HTTPS", "HTTPS"],
  ["HTTP2", "HTTP2"],
  ["HTTP_PROXY", "HTTP"],
  ["GRPC", "GRPC"],
  ["GRPC-WEB", "GRPC"],
  ["HBONE", "TCP"],
  ["MONGO", "TCP"],
  ["MYSQL", "TCP"],
  ["REDIS", "TCP"],
  ["TCP", "TCP"],
  ["TLS", "TLS"],
  ["UDP", "UDP"],
]);

/** Every name, as users write it. */
export const PROTOCOL_NAMES: readonly string[] = [...BY_NAME.keys()];

/** The protocol of a name, upper or lower case; absent where it is none. */
export function protocolNamed(name: string): Protocol | undefined {
  return BY_NAME.get(name.toUpperCase());
}

/** Requests can be read, and tell by themselves which host they mean. */
export const isHttp = (protocol: Protocol | undefined): boolean => protocol === "HTTP" || protocol === "HTTP2" || protocol === "GRPC";

/** Connections are encrypted, and tell by themselves which host they mean. */
export const isTls = (protocol: Protocol | undefined): boolean => protocol === "HTTPS" || protocol === "TLS";
