import { RE2JS } from "re2js";

/** A character by its number, past what one byte holds; what else is escaped is passed over. */
const WIDE = /\\x\{0*[1-9a-fA-F][0-9a-fA-F]{2,}\}|\\[\s\S]/g;

/**
 * Expressions of which it is plain that they are right: characters, classes of them and groups that do not nest, each perhaps repeated. Most are,
 * and need not be compiled to know it.
 */
const PLAIN = plainForm();

function plainForm(): RegExp {
  const character = String.raw`[\w/ ~%:@,&=!;"'#<>.-]|\\[dDwWsS/\-.?+*|()[\]{}^$\\]`;
  const member = String.raw`a-z|A-Z|0-9|[\w/ ~%:@,&=!;"'#<>.?+*|()$]|\\[dDwWsS/\-.[\]\\]`;
  const repeated = String.raw`(?:[*+?]\??)?`;
  const series = String.raw`\^?(?:(?:${character}|\[\^?(?:${member})+-?\])${repeated})*\$?`;
  const either = `${series}(?:\\|${series})*`;
  return new RegExp(`^${either}(?:\\((?:\\?:)?${either}\\)${repeated}${either})*$`);
}

/** Whether it is plain that a text is a regular expression; many that are none the less are not plain. */
export function isPlainRegex(text: string): boolean {
  return PLAIN.test(text);
}

/** Why `text` is no regular expression in RE2's syntax, which is Envoy's; absent where it is one. */
export function regexFault(text: string): string | undefined {
  if (isPlainRegex(text)) return undefined;
  const wide = [...text.matchAll(WIDE)].find(([whole]) => whole.startsWith("\\x{"));
  if (wide !== undefined) return `${wide[0]} is not a byte, and Envoy matches bytes; write the character itself`;
  return syntaxFault(text);
}

/** The same, where characters are matched. */
export function syntaxFault(text: string): string | undefined {
  try {
    RE2JS.compile(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** RE2 refuses more, also one within the other. */
const MOST_REPEATS = 1_000;
const PER_CLASS = 50;

/**
 * How big a regular expression is once it is written out, never less than it is: its characters times its repetitions, one within the other, with the
 * classes of Unicode, each a table, counted as many.
 */
export function regexSize(text: string): number {
  const repeats = [...text.matchAll(/\{(?:\d+,)?(\d+)/g)].map(([, most]) => Math.max(1, Number(most)));
  const classes = text.match(/\\[pP]/g)?.length ?? 0;
  return (text.length + classes * PER_CLASS) * repeats.reduce((all, times) => Math.min(all * times, MOST_REPEATS), 1);
}
