import type { PathStep } from "../api/named-path.ts";

/** A JSON value in a text, and how to find its fields again. */
export interface JsonPart {
  readonly value: unknown;
  readonly start: number;
  /** Offset of a field's key or of a list's entry; where it is absent, of the nearest parent that is there. */
  offsetOf(steps: readonly PathStep[]): number;
  /** Offset and name of a key that its object has already; JSON itself would let the last one count. */
  readonly twice?: { readonly offset: number; readonly key: string };
}

/** The JSON objects of a text, one after the other; absent where it is anything else, which the YAML reader knows more about. */
export function readJson(text: string, from: number): readonly JsonPart[] | undefined {
  const parts: JsonPart[] = [];
  for (let start = skipSpace(text, from); start < text.length; ) {
    if (text[start] !== "{") return undefined;
    const end = skipValue(text, start);
    const part = parse(text, start, end);
    if (part === undefined) return undefined;
    parts.push(part);
    start = skipSpace(text, end);
  }
  return parts.length === 0 ? undefined : parts;
}

function parse(text: string, start: number, end: number): JsonPart | undefined {
  try {
    const value: unknown = JSON.parse(text.slice(start, end));
    const twice = keyTwice(text, start, end);
    return { value, start, offsetOf: (steps) => offsetOf(text, start, steps), ...(twice && { twice }) };
  } catch {
    return undefined;
  }
}

const SPACE = new Set([" ", "\t", "\r", "\n"]);

function skipSpace(text: string, from: number): number {
  let at = from;
  while (SPACE.has(text[at] ?? "")) at++;
  return at;
}

/** Behind the closing quote of the text that begins at `start`. */
function skipText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

const DEPTH: Readonly<Record<string, number>> = { "{": 1, "[": 1, "}": -1, "]": -1 };

/** Calls `look` with each bracket and each text from `start` on, until it is told to stop. */
function scan(text: string, start: number, look: (mark: string, at: number, end: number) => boolean): void {
  const marks = /["{}[\]]/g;
  marks.lastIndex = start;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const [mark] = found;
    if (mark === '"') marks.lastIndex = skipText(text, found.index);
    if (!look(mark, found.index, marks.lastIndex)) return;
  }
}

function skipValue(text: string, start: number): number {
  if (text[start] === '"') return skipText(text, start);
  if (text[start] !== "{" && text[start] !== "[") return endOfWord(text, start);
  let depth = 0;
  let behind = text.length;
  scan(text, start, (mark, _, end) => {
    depth += DEPTH[mark] ?? 0;
    if (depth === 0) behind = end;
    return depth > 0;
  });
  return behind;
}

/** Behind a number or a word. */
function endOfWord(text: string, start: number): number {
  const end = /[,\]}\s]/g;
  end.lastIndex = start;
  return end.exec(text)?.index ?? text.length;
}

const keyAt = (text: string, start: number, end: number): string => JSON.parse(text.slice(start, end)) as string;

/** One pass over a well-formed text; `seen` has the keys of each object that is open, nothing for a list. */
function keyTwice(text: string, from: number, to: number): JsonPart["twice"] {
  const seen: (Set<string> | undefined)[] = [];
  let twice: JsonPart["twice"];
  scan(text, from, (mark, at, end) => {
    if (mark === "{" || mark === "[") seen.push(mark === "{" ? new Set() : undefined);
    else if (mark !== '"') seen.pop();
    else if (text[skipSpace(text, end)] === ":") twice = noteKey(seen.at(-1), keyAt(text, at, end), at);
    return twice === undefined && end < to;
  });
  return twice;
}

function noteKey(keys: Set<string> | undefined, key: string, offset: number): JsonPart["twice"] {
  if (keys?.has(key)) return { offset, key };
  keys?.add(key);
  return undefined;
}

interface Found {
  /** Where the key or the entry begins. */
  readonly offset: number;
  /** Where its value begins. */
  readonly value: number;
}

function offsetOf(text: string, start: number, steps: readonly PathStep[]): number {
  let at: Found = { offset: start, value: start };
  for (const step of steps) {
    const next = typeof step === "number" ? entryAt(text, at.value, step) : fieldAt(text, at.value, step);
    if (next === undefined) break;
    at = next;
  }
  return at.offset;
}

function entryAt(text: string, list: number, index: number): Found | undefined {
  if (text[list] !== "[") return undefined;
  let at = skipSpace(text, list + 1);
  for (let i = 0; i < index; i++) {
    const comma = skipSpace(text, skipValue(text, at));
    if (text[comma] !== ",") return undefined;
    at = skipSpace(text, comma + 1);
  }
  return text[at] === "]" ? undefined : { offset: at, value: at };
}

function fieldAt(text: string, object: number, name: string): Found | undefined {
  if (text[object] !== "{") return undefined;
  let at = skipSpace(text, object + 1);
  while (text[at] === '"') {
    const end = skipText(text, at);
    const value = skipSpace(text, skipSpace(text, end) + 1);
    if (keyAt(text, at, end) === name) return { offset: at, value };
    const comma = skipSpace(text, skipValue(text, value));
    if (text[comma] !== ",") return undefined;
    at = skipSpace(text, comma + 1);
  }
  return undefined;
}
