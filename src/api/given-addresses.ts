import { isIp } from "../base/address.ts";
import { isJsonObject, ownField } from "./json-kind.ts";
import type { GivenAddress } from "./object.ts";

/** More than a ServiceEntry can have: two for each of its 256 hosts. What stands behind that is nobody's. */
const MOST = 1024;
/** Longest text of an IPv6 address, with an IPv4 address at its end. */
const LONGEST_ADDRESS = 45;
const LONGEST_HOST = 255;

/** The addresses that a status gives to hosts. What is malformed is passed over: controllers write it, and no user could put it right. */
export function givenAddresses(status: unknown): readonly GivenAddress[] {
  const list = isJsonObject(status) ? ownField(status, "addresses") : undefined;
  return Array.isArray(list) ? list.slice(0, MOST).flatMap(givenAddress) : [];
}

function givenAddress(raw: unknown): readonly GivenAddress[] {
  if (!isJsonObject(raw)) return [];
  const [value, host] = [ownField(raw, "value"), ownField(raw, "host")];
  if (!isText(value, LONGEST_ADDRESS) || !isText(host, LONGEST_HOST)) return [];
  return isIp(value) ? [{ value, host }] : [];
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value !== "" && value.length <= longest;
}
