import { buffer } from "node:stream/consumers";
import type { Terminal } from "../cli/render.ts";

/** Standard output and error; colours only where a person reads and NO_COLOR is not set. */
export function standardTerminal(): Terminal {
  return {
    out: (line) => void process.stdout.write(line),
    err: (line) => void process.stderr.write(line),
    colours: process.stdout.isTTY === true && (process.env["NO_COLOR"] ?? "") === "",
  };
}

/** All of standard input. */
export const readStdin = (): Promise<Uint8Array> => buffer(process.stdin);
