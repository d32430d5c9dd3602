import { fieldPath } from "../../api/field-path.ts";
import { isObjectName } from "../../base/hostname.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { Check } from "../each.ts";

const WORD = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

/** A name of a label or annotation: one of 63 letters, digits, `-`, `_` and `.` at most, with a domain and a slash before it where wanted. */
export function isLabelName(key: string): boolean {
  const [name = "", prefix, rest] = key.split("/").toReversed();
  if (rest !== undefined || name === "" || name.length > 63 || !WORD.test(name)) return false;
  return prefix === undefined || isObjectName(prefix);
}

/** Labels as Kubernetes allows them. */
export const checkLabels: Check<Readonly<Record<string, string>>> = (labels, path) =>
  Object.entries(labels).flatMap(([key, value]): readonly Finding[] => {
    const at = fieldPath(path, key);
    const badKey = isLabelName(key) ? [] : [finding("badLabel", at, { value: key, part: "name" })];
    const badValue = value.length <= 63 && WORD.test(value) ? [] : [finding("badLabel", at, { value, part: "value" })];
    return [...badKey, ...badValue];
  });

/** Labels of a selector: a wildcard in them looks like one and is none. */
export const checkSelectorLabels: Check<Readonly<Record<string, string>>> = (labels, path) =>
  Object.entries(labels).flatMap(([key, value]) => {
    const at = fieldPath(path, key);
    if (`${key}${value}`.includes("*")) return [finding("labelWildcard", at, { value: `${key}=${value}` })];
    return checkLabels({ [key]: value }, path);
  });
