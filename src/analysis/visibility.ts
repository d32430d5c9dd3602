/** Whether some namespace sees both of what is exported so (as `resolveExportTo` has it). */
export function seenTogether(one: readonly string[], other: readonly string[]): boolean {
  if (one.includes("*") || other.includes("*")) return one.length > 0 && other.length > 0;
  const names = new Set(one);
  return other.some((namespace) => names.has(namespace));
}
