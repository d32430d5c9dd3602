import { isDnsLabel } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";

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

export const checkPortNumber: Check<number> = (value, path) =>
  Number.isInteger(value) && value >= 1 && value <= 65535 ? [] : [finding("badPort", path, { value })];

export const checkPortName: Check<string> = (value, path) => (isDnsLabel(value) ? [] : [finding("badPortName", path, { value })]);

export const checkProtocol: Check<string> = (value, path) =>
  value === "" || PROTOCOLS.includes(value.toUpperCase()) ? [] : [finding("badProtocol", path, { value, names: PROTOCOLS.join(", ") })];
