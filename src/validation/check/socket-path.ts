import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";

const UNIX = "unix://";
/** What a socket's address can hold, on Linux. */
const MOST_BYTES = 107;

export function isUnixAddress(address: string | undefined): boolean {
  return address?.startsWith(UNIX) ?? false;
}

/** A `unix://` address: the absolute path of a socket, or a name in the abstract namespace, which begins with `@`. */
export const checkUnixAddress: Check<string> = (address, path) => {
  const value = address.slice(UNIX.length);
  const known = value.startsWith("@") || (value.startsWith("/") && !value.endsWith("/"));
  if (!known) return [finding("badUnixPath", path, { value })];
  const size = Buffer.byteLength(value);
  return size > MOST_BYTES ? [finding("socketPathLong", path, { size, most: MOST_BYTES })] : [];
};
