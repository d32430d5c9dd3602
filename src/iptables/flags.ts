import { err, ok, type Result } from "../base/result.ts";

/** One flag of a command line: how it is written, and whether a value follows. */
export interface Flag {
  readonly long: string;
  readonly short?: string;
  readonly switch?: boolean;
}

/** Values by long name. A switch that is present is `"true"`. */
export type FlagValues = ReadonlyMap<string, string>;

interface Parsed {
  readonly flag: Flag;
  readonly value: string | undefined;
}

/**
 * Reads flags as cobra (the reference's parser) does: `--name value`, `--name=value`, `-n value`, `-nvalue`, a switch may carry `=false`.
 * Unlike `node:util`'s parser it takes any text as a value, also an empty one or one that begins with a dash.
 */
export function readFlags(argv: readonly string[], flags: readonly Flag[]): Result<FlagValues, readonly string[]> {
  const values = new Map<string, string>();
  const problems: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const parsed = parseWord(word, flags);
    if (parsed === undefined) {
      problems.push(unknown(word, flags));
      continue;
    }
    const value = parsed.value ?? (parsed.flag.switch ? "true" : rest.shift());
    if (value === undefined) {
      problems.push(`${word} needs a value: write "${word} VALUE", or remove it`);
      continue;
    }
    values.set(parsed.flag.long, value);
  }
  return problems.length === 0 ? ok(values) : err(problems);
}

function parseWord(word: string, flags: readonly Flag[]): Parsed | undefined {
  if (word.startsWith("--")) {
    const at = word.indexOf("=");
    const name = at < 0 ? word.slice(2) : word.slice(2, at);
    const flag = flags.find((candidate) => candidate.long === name);
    return flag && { flag, value: at < 0 ? undefined : word.slice(at + 1) };
  }
  const flag = word.startsWith("-") ? flags.find((candidate) => candidate.short === word[1]) : undefined;
  return flag && { flag, value: word.length > 2 ? word.slice(2) : undefined };
}

function unknown(word: string, flags: readonly Flag[]): string {
  const known = flags.map((flag) => (flag.short ? `-${flag.short}` : `--${flag.long}`)).join(" ");
  return word.startsWith("-") ? `unknown flag ${word}; known are ${known}` : `unexpected argument "${word}"; every value follows its flag`;
}
