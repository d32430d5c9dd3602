import type { RawObject } from "./raw-object.ts";

/** A line of a watch, see Kubernetes' API concepts, "Efficient detection of changes". */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  /** For ERROR a Status, which has a code and no name. */
  readonly object: RawObject & { readonly code?: number; readonly reason?: string; readonly message?: string };
}

/** Cuts a stream of bytes into lines and reads each as an event. A last line that was cut off is dropped. */
export async function* watchEvents(chunks: AsyncIterable<Uint8Array>): AsyncIterable<WatchEvent> {
  const decoder = new TextDecoder();
  let rest: string[] = [];
  for await (const chunk of chunks) {
    const lines = decoder.decode(chunk, { stream: true }).split("\n");
    for (let i = 0; i < lines.length - 1; i++) {
      const line = rest.length === 0 ? lines[i] : rest.concat(lines[i] ?? "").join("");
      rest = [];
      if (line) yield JSON.parse(line) as WatchEvent;
    }
    const last = lines.at(-1);
    if (last) rest.push(last);
  }
}
