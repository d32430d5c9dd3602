/** Name of what each revision of the control plane has for itself: that of the default one is bare. */
export function revisionName(name: string, revision: string): string {
  return revision === "default" ? name : `${name}-${revision}`;
}
