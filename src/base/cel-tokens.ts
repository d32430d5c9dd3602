/** A word of the Common Expression Language. */
export interface CelToken {
  readonly kind: "number" | "text" | "bytes" | "name" | "quoted" | "sign";
  /** As written; of a `text`, what it stands for. */
  readonly text: string;
}

const SPACE = /(?:[ \t\r\n\f]|\/\/[^\n]*)*/y;
const NUMBER = /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?|0x[0-9a-fA-F]+[uU]?|\d+[uU]?/y;
const TEXT =
  /([bB]?)(?:[rR](?:"""([\s\S]*?)"""|'''([\s\S]*?)'''|"([^"\r\n]*)"|'([^'\r\n]*)')|("""|''')((?:\\[\s\S]|[^\\])*?)\6|(["'])((?:\\.|(?!\8)[^\\\r\n])*)\8)/y;
const NAME = /[_a-zA-Z]\w*/y;
const QUOTED = /`[-\w./ ]+`/y;
const SIGN = /&&|\|\||[=!<>]=|[-+*/%!<>?:.,()[\]{}]/y;

const LETTERS: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
const ESCAPE = /\\(?:([abfnrtv])|([\\?"'`])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]?))/g;

function scalar(code: number): string | undefined {
  return code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined;
}

type Escape = readonly (string | undefined)[];

function unescaped([, letter, plain, byte, short, long, octal]: Escape, kind: string): string | undefined {
  if (letter !== undefined) return LETTERS[letter];
  if (plain !== undefined) return plain;
  if (octal !== undefined) return scalar(Number.parseInt(octal, 8));
  if (byte !== undefined) return scalar(Number.parseInt(byte, 16));
  const code = short ?? long;
  return code === undefined || kind === "bytes" ? undefined : scalar(Number.parseInt(code, 16));
}

/** What an escaped text stands for; undefined where an escape is none. */
function meant(text: string, kind: string): string | undefined {
  let broken = false;
  const found = text.replace(ESCAPE, (...parts) => {
    const one = unescaped(parts as Escape, kind);
    broken ||= one === undefined;
    return one ?? "";
  });
  return broken ? undefined : found;
}

/** A text without escapes, which nonetheless cannot end in half of one. */
function whole(raw: string): string | undefined {
  const [last = ""] = /\\*$/.exec(raw) ?? [];
  return last.length % 2 === 0 ? raw : undefined;
}

function matched(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

interface Found {
  readonly token: CelToken | undefined;
  readonly end: number;
}

function textAt(source: string, at: number): Found | undefined {
  const found = matched(TEXT, source, at);
  if (found === undefined) return undefined;
  const kind = found[1] === "" ? "text" : "bytes";
  const raw = found.slice(2, 6).find((body) => body !== undefined);
  const text = raw === undefined ? meant(found[7] ?? found[9] ?? "", kind) : whole(raw);
  return { token: text === undefined ? undefined : { kind, text }, end: TEXT.lastIndex };
}

const PLAIN: readonly (readonly [kind: CelToken["kind"], pattern: RegExp])[] = [
  ["number", NUMBER],
  ["name", NAME],
  ["quoted", QUOTED],
  ["sign", SIGN],
];

function tokenAt(source: string, at: number): Found | undefined {
  const text = textAt(source, at);
  if (text !== undefined) return text;
  for (const [kind, pattern] of PLAIN) {
    const found = matched(pattern, source, at);
    if (found !== undefined) return { token: { kind, text: found[0] }, end: pattern.lastIndex };
  }
  return undefined;
}

/** The words of an expression; undefined where something is no word. */
export function celTokens(source: string): readonly CelToken[] | undefined {
  const tokens: CelToken[] = [];
  for (let at = afterSpace(source, 0); at < source.length; ) {
    const found = tokenAt(source, at);
    if (found?.token === undefined) return undefined;
    tokens.push(found.token);
    at = afterSpace(source, found.end);
  }
  return tokens;
}

function afterSpace(source: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(source);
  return SPACE.lastIndex;
}
