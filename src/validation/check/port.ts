import { fixedByRemoval } from "../../api/fix.ts";
import type { Port } from "../../api/networking/port.ts";
import { isDnsLabel } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import { type Check, present } from "../each.ts";

/** Protocols a port can have, as users write them. UDP is taken for what it is: declared, and not carried. */
export const PROTOCOLS: readonly string[] = [
  "HTTP",
  "HTTPS",
  "HTTP2",
  "HTTP_PROXY",
  "GRPC",
  "GRPC-WEB",
  "MONGO",
  "MYSQL",
  "REDIS",
  "TCP",
  "TLS",
  "UDP",
];

const HTTP_PROTOCOLS = ["HTTP", "HTTP2", "HTTP_PROXY", "GRPC", "GRPC-WEB"];

/** Whether a port of this protocol carries HTTP that can be read. */
export function isHttpProtocol(protocol: string): boolean {
  return HTTP_PROTOCOLS.includes(protocol.toUpperCase());
}

export const checkPortNumber: Check<number> = (value, path) =>
  Number.isInteger(value) && value >= 1 && value <= 65535 ? [] : [finding("badPort", path, { value })];

export const checkPortName: Check<string> = (value, path) => (isDnsLabel(value) ? [] : [finding("badPortName", path, { value })]);

/** Ports of listeners: where traffic goes from there is said elsewhere. */
export const checkNoTargetPort: Check<number> = (value, path) => (value === 0 ? [] : [fixedByRemoval(finding("targetPortHere", path, {}))]);

export const checkProtocol: Check<string> = (value, path) =>
  value === "" || PROTOCOLS.includes(value.toUpperCase()) ? [] : [finding("badProtocol", path, { value, names: PROTOCOLS.join(", ") })];

/** What a listener says of its port beside the number; the name is for people. */
export const checkListenerPort: Check<Port> = ({ name, protocol, targetPort }, path) => [
  ...present(name || undefined, `${path}.name`, checkPortName),
  ...present(protocol, `${path}.protocol`, checkProtocol),
  ...present(targetPort, `${path}.targetPort`, checkNoTargetPort),
];
