import { nearest } from "../base/nearest.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import { fixedByValue } from "./fix.ts";
import { isOwnKind, KINDS, type KindInfo, OWN_GROUPS, OWN_KINDS } from "./kinds.ts";
import { findUnenforcedKind, UNENFORCED_KINDS } from "./unenforced-kinds.ts";

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** What is told of a kind that is not read: of another group it is another program's, but under a group of ours it is a mistake. */
export function unknownKind(version: string, kind: string): Finding {
  const unenforced = findUnenforcedKind(version, kind);
  if (unenforced) return finding("kindUnenforced", "kind", { kind, meaning: unenforced.meaning, instead: unenforced.instead });
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof typeof KINDS] : undefined;
  const group = groupOf(version);
  if (known?.group === group || (known && isOwnKind(kind) && OWN_GROUPS.has(group))) return otherVersion(known, version);
  if (!OWN_GROUPS.has(group)) return finding("foreignKind", "kind", { kind, version });
  return misspelt(version, kind);
}

const versionOf = ({ group, versions: [version = ""] }: KindInfo): string => (group === "" ? version : `${group}/${version}`);

/** The kind is one, under another group or in another version. */
function otherVersion(known: KindInfo, version: string): Finding {
  const meant = versionOf(known);
  const found = finding("unknownKind", "apiVersion", { kind: known.kind, version, hint: `write apiVersion: ${meant}` });
  return isOwnKind(known.kind) ? fixedByValue(found, meant) : found;
}

/** Kinds that can be meant under a group of ours, and their groups. */
const GROUPS: ReadonlyMap<string, string> = new Map(
  [...Object.values(OWN_KINDS), ...UNENFORCED_KINDS].map(({ kind, group }) => [kind, group]),
);

function misspelt(version: string, kind: string): Finding {
  const near = nearest(kind, GROUPS.keys());
  const group = groupOf(version);
  const told = (hint: string): Finding => finding("unknownKind", "kind", { kind, version, hint });
  if (near === undefined) {
    const names = [...GROUPS].flatMap(([name, of]) => (of === group && isOwnKind(name) ? [name] : []));
    return told(`kinds are ${names.join(", ")}`);
  }
  if (GROUPS.get(near) !== group) return told(`did you mean ${near} of ${GROUPS.get(near)}?`);
  const found = told(`did you mean ${near}?`);
  const isRead = isOwnKind(near) && OWN_KINDS[near].versions.some((known) => version === `${group}/${known}`);
  return isRead ? fixedByValue(found, near) : found;
}
