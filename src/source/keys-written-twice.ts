import { isMap, isScalar, isSeq, type YAMLMap } from "yaml";

/**
 * Offsets of keys that their mapping has already, in the order of the text. The reader of YAML could look for them itself, but compares
 * each key with every one before it: a mapping of ten thousand would take seconds.
 */
export function keysWrittenTwice(contents: unknown): readonly number[] {
  const twice: number[] = [];
  const left: unknown[] = [contents];
  while (left.length > 0) {
    const node = left.pop();
    if (isSeq(node)) for (const item of node.items) left.push(item);
    if (!isMap(node)) continue;
    for (const { key, value } of node.items) left.push(key, value);
    for (const offset of twiceIn(node)) twice.push(offset);
  }
  return twice.sort((a, b) => a - b);
}

function twiceIn(map: YAMLMap): readonly number[] {
  const seen = new Set<unknown>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    if (seen.has(key.value)) return [key.range?.[0] ?? 0];
    seen.add(key.value);
    return [];
  });
}
