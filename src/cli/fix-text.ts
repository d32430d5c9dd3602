import { fieldPath } from "../api/field-path.ts";
import type { FixOperation } from "../telemetry/finding.ts";

/** Longest value that is written out. */
const MOST = 120;

/** The path that a JSON Pointer stands for, in the form in which findings name fields. */
function pathOf(pointer: string): string {
  const steps = pointer.split("/").slice(1);
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")).reduce(appended, "");
}

const appended = (path: string, step: string): string => fieldPath(path, /^\d+$/.test(step) ? Number(step) : step);

function valueText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}

function operationText(operation: FixOperation): string {
  if (operation.op === "remove") return `remove ${pathOf(operation.path)}`;
  const value = valueText(operation.value);
  const toEnd = /^(.*)\/-$/.exec(operation.path)?.[1];
  return toEnd === undefined ? `set ${pathOf(operation.path)} to ${value}` : `add ${value} to ${pathOf(toEnd)}`;
}

/** What would put a finding right, in words: `set spec.resolution to "DNS"`. */
export function fixText(fix: readonly FixOperation[]): string {
  return fix.map(operationText).join("; ");
}
