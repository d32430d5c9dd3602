import { isDnsLabel, isNamespaceName } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { Check } from "../each.ts";

/** A name that a namespace can have. One of upper-case letters is taken, as the API does not mind them, and matches nothing: that is told. */
export function checkNamespaceName(value: string, path: string, bad: () => Finding): readonly Finding[] {
  if (isNamespaceName(value)) return [];
  return [isDnsLabel(value) ? finding("namespaceUnmatched", path, { value }) : bad()];
}

/** The name of a namespace. */
export const checkNamespace: Check<string> = (value, path) =>
  checkNamespaceName(value, path, () => finding("badNamespace", path, { value }));

/** The same where the API does not look at the form. */
export const checkAnyNamespace: Check<string> = (value, path) =>
  isNamespaceName(value) ? [] : [finding("namespaceUnmatched", path, { value })];
