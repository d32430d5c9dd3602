/** What a resource's name is made of: next to one of these, a name is a part of another. */
const NAME_CHARACTER = /[\p{L}\p{N}|._:*/~@%+-]/u;
/** Ends a clause as often as it joins: part of a name only where the name goes on behind it. */
const STOP = /[.:]/;
const ONLY_DIGITS = /^\d+$/;
/** A bare number in an error may be any number; it is a route's name where the text says so, or where it opens an entry of a list. */
const NUMBER_IS_NAMED = /(?:['"`]|\b(?:route|config|configuration|name)(?:s|\(s\))?:? )$/i;
const ENTRY_OPENS = /(?:^|, )$/;

/**
 * Those of `names` that an error text of Envoy speaks of: as whole names, and where one holds another, the longer. None when
 * it is not certain whom the text means.
 */
export function mentionedNames(message: string, names: readonly string[]): readonly string[] {
  const longestFirst = names.filter((name) => name !== "" && message.includes(name)).sort((a, b) => b.length - a.length);
  const taken: [number, number][] = [];
  const mentioned = new Set<string>();
  for (const name of longestFirst) {
    for (const start of placesOf(message, name)) {
      const end = start + name.length;
      if (taken.some(([from, to]) => start < to && end > from)) continue;
      taken.push([start, end]);
      mentioned.add(name);
    }
  }
  return names.filter((name) => mentioned.has(name));
}

function* placesOf(message: string, name: string): Iterable<number> {
  for (let start = message.indexOf(name); start >= 0; start = message.indexOf(name, start + 1)) {
    const end = start + name.length;
    if (NAME_CHARACTER.test(message[start - 1] ?? "") || goesOn(message, end)) continue;
    if (!ONLY_DIGITS.test(name) || isNamed(message, start, end)) yield start;
  }
}

function goesOn(message: string, end: number): boolean {
  let next = end;
  while (STOP.test(message[next] ?? "")) next++;
  return NAME_CHARACTER.test(message[next] ?? "");
}

function isNamed(message: string, start: number, end: number): boolean {
  const before = message.slice(Math.max(0, start - 24), start);
  return NUMBER_IS_NAMED.test(before) || (ENTRY_OPENS.test(before) && message.startsWith(": ", end));
}
