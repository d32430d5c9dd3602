/** Fields of a protobuf message, by numbers that nobody uses yet: what a later version may add to any message. */
export function futureFields(): Buffer {
  const [number, bytes] = [8000, Buffer.from("of a later version")];
  return Buffer.concat([tag(number, 0), Uint8Array.of(1), tag(number + 1, 2), Uint8Array.of(bytes.length), bytes]);
}

/** Number and wire type, as a varint of two or three bytes. */
function tag(number: number, wireType: number): Uint8Array {
  const key = (number << 3) | wireType;
  return Uint8Array.of((key & 0x7f) | 0x80, ((key >> 7) & 0x7f) | 0x80, key >> 14);
}
