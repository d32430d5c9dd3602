import { fixedByRemoval } from "../../api/fix.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { each } from "../each.ts";
import { checkNamespaceName } from "./namespace.ts";
import { repeated } from "./unique.ts";

function checkEntry(value: string, path: string, none: boolean): readonly Finding[] {
  if (value === "." || value === "*" || (none && value === "~")) return [];
  return checkNamespaceName(value, path, () => finding("exportToBad", path, { value }));
}

export interface ExportTo {
  /** Namespace of the object, which `.` stands for; absent where there is none. */
  readonly namespace?: string;
  /** Whether `~`, nobody, may be written. */
  readonly none: boolean;
}

/** `exportTo`: each a namespace, `.` or `*`; `~` where it may be; nothing twice; `*` and `~` alone. */
export function checkExportTo(list: readonly string[] | undefined, path: string, { namespace, none }: ExportTo): readonly Finding[] {
  const entries = list ?? [];
  const bad = each(entries, path, (value, at) => checkEntry(value, at, none));
  const spaces = entries.map((value) => (value === "." ? (namespace ?? value) : value));
  const twice = repeated(spaces, path).map(({ value, at }) => fixedByRemoval(finding("exportToTwice", at, { value })));
  const several = new Set(entries).size > 1;
  const all = several && entries.includes("*") ? [finding("exportToAllAndSome", path, {})] : [];
  const nobody = several && none && entries.includes("~") ? [finding("exportToNoneAndSome", path, {})] : [];
  return [...bad, ...twice, ...all, ...nobody];
}
