import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";

const UNIX = "unix://";

export function isUnixAddress(address: string | undefined): boolean {
  return address?.startsWith(UNIX) ?? false;
}

/** A `unix://` address: the absolute path of a socket, or a name in the abstract namespace, which begins with `@`. */
export const checkUnixAddress: Check<string> = (address, path) => {
  const value = address.slice(UNIX.length);
  const known = value.startsWith("@") || (value.startsWith("/") && !value.endsWith("/"));
  return known ? [] : [finding("badUnixPath", path, { value })];
};
