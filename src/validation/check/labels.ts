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

type Labels = Readonly<Record<string, string>>;

interface BadPart {
  readonly value: string;
  readonly part: "name" | "value";
}

function badParts(key: string, value: string): readonly BadPart[] {
  const known = value.length <= 63 && WORD.test(value);
  return [...(isLabelName(key) ? [] : [{ value: key, part: "name" } as const]), ...(known ? [] : [{ value, part: "value" } as const])];
}

const eachLabel =
  (check: (key: string, value: string, path: string) => readonly Finding[]): Check<Labels> =>
  (labels, path) =>
    Object.entries(labels).flatMap(([key, value]) => check(key, value, fieldPath(path, key)));

function badLabel(key: string, value: string, path: string): readonly Finding[] {
  return badParts(key, value).map((part) => finding("badLabel", path, part));
}

function unmatched(key: string, value: string, path: string): readonly Finding[] {
  return badParts(key, value).map((part) => finding("labelUnmatched", path, part));
}

const hasWildcard = (key: string, value: string): boolean => `${key}${value}`.includes("*");

function wildcard(key: string, value: string, path: string): readonly Finding[] {
  return [finding("labelWildcard", path, { value: `${key}=${value}` })];
}

/** Labels as Kubernetes allows them. */
export const checkLabels: Check<Labels> = eachLabel(badLabel);

/** Labels that are compared with those of workloads, and so can be some: a wildcard in them looks like one and is none. */
export const checkMatchedLabels: Check<Labels> = eachLabel((key, value, path) =>
  hasWildcard(key, value) ? wildcard(key, value, path) : badLabel(key, value, path),
);

/** Labels of a selector: of others than workloads can have the API only minds wildcards and those without a name; they choose nothing. */
export const checkSelectorLabels: Check<Labels> = eachLabel((key, value, path) => {
  if (hasWildcard(key, value)) return wildcard(key, value, path);
  return key === "" ? badLabel(key, value, path) : unmatched(key, value, path);
});

/** Labels of a selector of which the API minds nothing. */
export const checkAnyLabels: Check<Labels> = eachLabel(unmatched);
