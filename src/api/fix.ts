import type { Finding } from "../telemetry/finding.ts";
import { fieldPointer } from "./field-pointer.ts";

/** The finding with the patch that takes out the field it is about. */
export function fixedByRemoval(found: Finding): Finding {
  const path = fieldPointer(found.path);
  return path === undefined ? found : { ...found, fix: [{ op: "remove", path }] };
}

/** The finding with the patch that writes another value into the field it is about, which is there. */
export function fixedByValue(found: Finding, value: unknown): Finding {
  const path = fieldPointer(found.path);
  return path === undefined ? found : { ...found, fix: [{ op: "replace", path, value }] };
}

/** The finding with the patch that gives the field it is about another name, which is free. */
export function fixedByName(found: Finding, to: string, value: unknown): Finding {
  const [from, path] = [fieldPointer(found.path), fieldPointer(to)];
  if (from === undefined || path === undefined) return found;
  return {
    ...found,
    fix: [
      { op: "remove", path: from },
      { op: "add", path, value },
    ],
  };
}
