/** One operation of RFC 6902; the webhook uses these three. */
export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** Applies a JSON Patch as an API server does, to a copy; throws where an operation does not fit the document. */
export function applyJsonPatch<T>(document: T, operations: readonly JsonPatchOperation[]): T {
  const copy = { root: structuredClone(document) as unknown };
  for (const operation of operations) applyOne(copy, operation);
  return copy.root as T;
}

function applyOne(holder: { root: unknown }, operation: JsonPatchOperation): void {
  const keys = ["root", ...operation.path.split("/").slice(1).map(unescapeKey)];
  const last = keys.pop() ?? "";
  const parent = keys.reduce<unknown>((node, key) => child(node, key, operation), holder);
  if (Array.isArray(parent)) changeList(parent, last, operation);
  else changeMap(parent as Record<string, unknown>, last, operation);
}

function child(node: unknown, key: string, operation: JsonPatchOperation): unknown {
  const next = (node as Record<string, unknown>)[key];
  if (typeof next !== "object" || next === null) throw new Error(`JSON Patch: nothing at ${key} on the way to ${operation.path}`);
  return next;
}

function changeList(list: unknown[], key: string, { op, path, value }: JsonPatchOperation): void {
  const index = key === "-" ? list.length : Number(key);
  if (!Number.isInteger(index) || index < 0 || index > list.length - (op === "add" ? 0 : 1))
    throw new Error(`JSON Patch: no place ${path}`);
  if (op === "add") list.splice(index, 0, structuredClone(value));
  else if (op === "replace") list[index] = structuredClone(value);
  else if (op === "remove") list.splice(index, 1);
  else throw new Error(`JSON Patch: the lab does not know the operation ${op}`);
}

function changeMap(map: Record<string, unknown>, key: string, { op, path, value }: JsonPatchOperation): void {
  if (op !== "add" && !Object.hasOwn(map, key)) throw new Error(`JSON Patch: nothing at ${path}`);
  if (op === "add" || op === "replace") map[key] = structuredClone(value);
  else if (op === "remove") delete map[key];
  else throw new Error(`JSON Patch: the lab does not know the operation ${op}`);
}

function unescapeKey(key: string): string {
  return key.replaceAll("~1", "/").replaceAll("~0", "~");
}
