import type { Protocol } from "./mesh-service.ts";

// Names and prefixes as in Istio's documentation «Protocol Selection».
const BY_NAME: Readonly<Record<string, Protocol>> = {
  http: "HTTP",
  http2: "HTTP2",
  h2c: "HTTP2",
  "kubernetes.io/h2c": "HTTP2",
  grpc: "GRPC",
  "grpc-web": "GRPC",
  https: "HTTPS",
  tls: "TLS",
  tcp: "TCP",
  mongo: "TCP",
  mysql: "TCP",
  redis: "TCP",
  udp: "UDP",
};

/** Protocol a ServiceEntry's port declares; letters of either case. Unknown names are plain TCP. */
export function declaredProtocol(protocol: string | undefined): Protocol {
  return protocol === undefined || protocol === "" ? "auto" : (BY_NAME[protocol.toLowerCase()] ?? "TCP");
}

/** Protocol of a Kubernetes Service's port: `appProtocol` first, else the part of the port's name before the first dash. */
export function servicePortProtocol(port: { name?: string; protocol?: string; appProtocol?: string }): Protocol {
  if (port.protocol === "UDP") {
    return "UDP";
  }
  const byApp = port.appProtocol === undefined ? undefined : BY_NAME[port.appProtocol.toLowerCase()];
  const name = port.name?.toLowerCase() ?? "";
  const prefix = name.startsWith("grpc-web") ? "grpc-web" : (name.split("-")[0] ?? "");
  return byApp ?? BY_NAME[prefix] ?? "auto";
}

export const isHttp = (protocol: Protocol): boolean => protocol === "HTTP" || protocol === "HTTP2" || protocol === "GRPC";
export const isTls = (protocol: Protocol): boolean => protocol === "HTTPS" || protocol === "TLS";
