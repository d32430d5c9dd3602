import { buffer } from "node:stream/consumers";
import { type Terminal, wantsColours } from "../cli/render.ts";

/** Standard output and error. */
export function standardTerminal(): Terminal {
  return {
    out: (line) => void process.stdout.write(line),
    err: (line) => void process.stderr.write(line),
    colours: wantsColours(process.env, process.stdout.isTTY === true),
  };
}

/** All of standard input. */
export const readStdin = (): Promise<Uint8Array> => buffer(process.stdin);
