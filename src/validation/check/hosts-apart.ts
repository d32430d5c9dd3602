import { fieldPath } from "../../api/field-path.ts";
import { fixedByRemoval } from "../../api/fix.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";

/** The wildcards of a list by what follows their `*`, each with its place. */
function wildcardsOf(hosts: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [index, host] of hosts.entries()) {
    if (host.startsWith("*") && !found.has(host.slice(1))) found.set(host.slice(1), index);
  }
  return found;
}

/** The wildcard that stands for `host`, itself not among them; a host has no more ends than characters. */
function covering(host: string, wildcards: ReadonlyMap<string, number>): number | undefined {
  if (wildcards.size === 0) return undefined;
  const first = host.startsWith("*") ? 2 : 1;
  const ends = Array.from({ length: host.length - first + 1 }, (_, index) => host.slice(first + index));
  return ends.map((end) => wildcards.get(end)).find((index) => index !== undefined);
}

/** Each host once, and none of them under a wildcard beside it: two that overlap cannot both be whole routes. */
export function checkHostsApart(hosts: readonly string[], path: string): readonly Finding[] {
  const names = hosts.map((host) => host.toLowerCase());
  const wildcards = wildcardsOf(names);
  const seen = new Map<string, number>();
  return names.flatMap((name, index) => {
    const by = seen.get(name) ?? covering(name, wildcards);
    if (!seen.has(name)) seen.set(name, index);
    const [value = "", other] = [hosts[index], by === undefined ? undefined : hosts[by]];
    return other === undefined ? [] : [fixedByRemoval(finding("hostTwice", fieldPath(path, index), { value, by: other }))];
  });
}
