import { expect, test } from "vitest";
import { type ObjectKey, objectKey, type StoredObject } from "../../../src/api/object.ts";
import { createChangeBuffer } from "../../../src/source/change-buffer.ts";

const key: ObjectKey = objectKey("Namespace", "", "x");
const version = (n: number) =>
  ({ kind: "Namespace", metadata: { name: "x", namespace: "", labels: {}, annotations: {} }, spec: {}, n }) as unknown as StoredObject;
const [one, two, three] = [version(1), version(2), version(3)];

test.each<[string, [StoredObject | undefined, StoredObject | undefined][], object | undefined]>([
  ["an arrival", [[undefined, one]], { after: one }],
  [
    "two changes are one",
    [
      [one, two],
      [two, three],
    ],
    { before: one, after: three },
  ],
  [
    "a change and a removal are a removal",
    [
      [one, two],
      [two, undefined],
    ],
    { before: one },
  ],
  [
    "an arrival and a removal are nothing",
    [
      [undefined, one],
      [one, undefined],
    ],
    undefined,
  ],
  [
    "there and back is nothing",
    [
      [one, two],
      [two, one],
    ],
    undefined,
  ],
])("%s", (_, notes, expected) => {
  const buffer = createChangeBuffer();
  for (const [before, after] of notes) buffer.note(key, before, after);
  expect(buffer.take().get(key)).toEqual(expected);
  expect(buffer.take().size).toBe(0);
});
