/** A host of a server, the same for all that are written in the same words: `*` before the slash means what no slash means. */
export function sameWords(host: string): string {
  return host.toLowerCase().replace(/^\*\//, "");
}
