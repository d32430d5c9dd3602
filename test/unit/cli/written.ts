import { afterEach, beforeEach, vi } from "vitest";

/** What a test's commands write to standard output and error, which stay silent meanwhile. */
export function catchWritten(): { out: string; err: string } {
  const written = { out: "", err: "" };
  beforeEach(() => {
    Object.assign(written, { out: "", err: "" });
    for (const [stream, name] of [
      [process.stdout, "out"],
      [process.stderr, "err"],
    ] as const) {
      vi.spyOn(stream, "write").mockImplementation((text) => {
        written[name] += String(text);
        return true;
      });
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return written;
}
