// The cases of the messages, test/golden/messages/FLxxxx-*.yaml: what draws a message and its nearest neighbour that does not. Read by the
// golden test that judges them and by tools/messages.ts, which shows them.
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";

const FOLDER = resolve(import.meta.dirname, "../test/golden/messages");

export interface MessageCase {
  readonly file: string;
  readonly code: string;
  /** Field at which the message is drawn. */
  readonly path: string;
  /** What draws exactly this message, as it is written in the file. */
  readonly bad: unknown;
  /** Its nearest neighbour, which draws nothing. */
  readonly good: unknown;
  /** Objects that are there already when `bad` and `good` come; absent where each is judged alone. */
  readonly world?: readonly unknown[];
  /** What is judged: an object, the default; a mesh configuration; a pod after every mutating webhook; or the files of a folder. */
  readonly as: (typeof JUDGED)[number];
  /** Whether the finding brings a patch, which then makes `good` of `bad`. */
  readonly fixed: boolean;
}

const JUDGED = ["object", "mesh", "pod", "folder"] as const;

const FIELDS = ["path", "bad", "good", "world", "as", "fixed"];

function judgedAs(file: string, word: unknown = "object"): MessageCase["as"] {
  const known = JUDGED.find((judged) => judged === word);
  if (known === undefined) throw new Error(`${file}: as is one of ${JUDGED.join(", ")}`);
  return known;
}

/** Reads one case; an unknown key is an error, for it would be a promise that nobody keeps. */
export function readMessageCase(file: string, text: string): MessageCase {
  const raw = parse(text) as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(raw).filter((key) => !FIELDS.includes(key));
  if (unknown.length > 0) throw new Error(`${file}: unknown ${unknown.join(", ")}; a case has ${FIELDS.join(", ")}`);
  if (!("bad" in raw && "good" in raw) || typeof raw["path"] !== "string") throw new Error(`${file}: path, bad and good are needed`);
  const rest = { path: raw["path"], bad: raw["bad"], good: raw["good"], fixed: raw["fixed"] === true };
  const world = raw["world"] === undefined ? {} : { world: raw["world"] as readonly unknown[] };
  return { file, code: file.slice(0, 6), as: judgedAs(file, raw["as"]), ...rest, ...world };
}

/** Every case, in order of its code. */
export function messageCases(): readonly MessageCase[] {
  const files = readdirSync(FOLDER).filter((name) => /^FL[0-9]{4}-.*\.yaml$/.test(name));
  return files.toSorted().map((file) => readMessageCase(file, readFileSync(resolve(FOLDER, file), "utf8")));
}
