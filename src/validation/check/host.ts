import { hostnameFault, isDnsLabel, wildcardHostFault } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Check } from "../each.ts";

/** A whole host name. */
export const checkHost: Check<string> = (value, path) => {
  const fault = hostnameFault(value);
  return fault === undefined ? [] : [finding("badHost", path, { value, fault })];
};

/** Why it is neither of them, in words that follow «is»; absent where it is one. See {@link checkWildcardHost}. */
export function wildcardFault(value: string): string | undefined {
  return isDnsLabel(value) || partialWildcard(value) !== undefined ? undefined : wildcardHostFault(value);
}

/** A host name or `*` before a domain, also without a dot between them; one label may be a number, as the name of a Service can be. */
export const checkWildcardHost: Check<string> = (value, path) => {
  const fault = wildcardFault(value);
  return fault === undefined ? [] : [finding("badWildcardHost", path, { value, fault })];
};

/** The domain behind a wildcard that is not a whole label, as in `*example.com` and `*-a.example.com`; absent where there is no such wildcard. */
export function partialWildcard(value: string): string | undefined {
  const name = /^\*-?([^.*].*)$/.exec(value)?.[1];
  return name !== undefined && (isDnsLabel(name) || hostnameFault(name) === undefined) ? name : undefined;
}
