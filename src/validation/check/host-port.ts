import { isIp } from "../../base/address.ts";
import { isHostname } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";

const PARTS = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([0-9]{1,5})$/;

/** The node's own address, which the agent fills in. */
const HOST_IP = "$(HOST_IP)";

/** A host or address and a port, `[::1]:80` for IPv6; empty for none. */
export const checkHostPort: Check<string> = (value, path) => {
  const [, bracketed, plain = "", port = ""] = PARTS.exec(value.replace(HOST_IP, "127.0.0.1")) ?? [];
  const host = bracketed ?? plain;
  const known = (isIp(host) || (bracketed === undefined && isHostname(host))) && Number(port) >= 1 && Number(port) <= 65535;
  return known || value === "" ? [] : [finding("hostPort", path, { value })];
};
