import { hostnameFault, wildcardHostFault } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";

/** A whole host name. */
export const checkHost: Check<string> = (value, path) => {
  const fault = hostnameFault(value);
  return fault === undefined ? [] : [finding("badHost", path, { value, fault })];
};

/** A host name, or `*` before a domain. */
export const checkWildcardHost: Check<string> = (value, path) => {
  const fault = wildcardHostFault(value);
  return fault === undefined ? [] : [finding("badWildcardHost", path, { value, fault })];
};

/** The domain behind a wildcard that is not a whole label, as in `*example.com`; absent where there is no such wildcard. */
export function partialWildcard(value: string): string | undefined {
  return /^\*[^.*]/.test(value) && hostnameFault(value.slice(1)) === undefined ? value.slice(1) : undefined;
}
