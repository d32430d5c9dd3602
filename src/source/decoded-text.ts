/** Marks with which a text says how it is encoded, as Windows' tools write them and kubectl reads them. */
const MARKS: readonly (readonly [encoding: string, ...bytes: number[]])[] = [
  ["utf-16le", 0xff, 0xfe],
  ["utf-16be", 0xfe, 0xff],
];

/** The text of a file: UTF-8 unless it begins with another mark. The mark is no part of the text. */
export function decodedText(bytes: Uint8Array): string {
  const [encoding = "utf-8"] = MARKS.find(([, first, second]) => bytes[0] === first && bytes[1] === second) ?? [];
  return new TextDecoder(encoding).decode(bytes);
}
