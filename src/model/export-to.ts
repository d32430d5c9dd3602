/** Namespaces an object may be seen from, `*` for all; `.` means its own. Nothing written means all. */
export function resolveExportTo(exportTo: readonly string[] | undefined, namespace: string): readonly string[] {
  if (exportTo === undefined || exportTo.length === 0 || exportTo.includes("*")) {
    return ["*"];
  }
  return [...new Set(exportTo.map((to) => (to === "." ? namespace : to)))].filter((to) => to !== "~").sort();
}

/** True where what is exported to `exportTo` is seen from `namespace`. */
export function isSeenFrom(exportTo: readonly string[], namespace: string): boolean {
  return exportTo.includes("*") || exportTo.includes(namespace);
}
