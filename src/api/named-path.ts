import { isJsonObject, ownField } from "./json-kind.ts";

/** A step of a path: `["a key"]`, `[3]` or `.field`. Quotes inside a key are escaped as JSON has them. */
const STEP = /\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g;

export type PathStep = string | number;

/** The steps of a path as {@link fieldPath} writes it. */
export function pathSteps(path: string): readonly PathStep[] {
  return [...path.matchAll(STEP)].map(([, quoted, index, plain = ""]) => (index === undefined ? unquoted(quoted, plain) : Number(index)));
}

function unquoted(quoted: string | undefined, plain: string): string {
  if (quoted === undefined) return plain;
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

const PLAIN = /^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$/;

/** Longest name that is repeated in a path. */
const MOST = 40;

/** What stands behind the index of an entry that has a name: `(name: canary)`, with odd names in quotes and long ones cut; of others nothing. */
export function nameOf(entry: unknown): string {
  const name = isJsonObject(entry) ? ownField(entry, "name") : undefined;
  if (typeof name !== "string" || name === "") return "";
  const short = name.length > MOST ? `${name.slice(0, MOST)}…` : name;
  return `(name: ${short === name && PLAIN.test(name) ? name : JSON.stringify(short)})`;
}

/**
 * A path as a person is told it: each entry of a list that has a name gets it behind its index, `spec.http[2](name: canary).match`.
 * `root` is what the path begins at.
 */
export function namedPath(path: string, root: unknown): string {
  if (!path.includes("[")) return path;
  let at: unknown = root;
  return path.replaceAll(STEP, (written, quoted: string | undefined, index: string | undefined, plain: string | undefined) => {
    if (index === undefined) {
      at = isJsonObject(at) ? ownField(at, unquoted(quoted, plain ?? "")) : undefined;
      return written;
    }
    at = Array.isArray(at) ? (at[Number(index)] as unknown) : undefined;
    return `${written}${nameOf(at)}`;
  });
}
