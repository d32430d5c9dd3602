/**
 * Selectors and labels meet on one pair: a selector is filed under its first pair, whoever has labels asks for each of them.
 * So neither side ever looks at all of the other.
 */
export function selectorKey(scope: string, selector: Readonly<Record<string, string>>): string {
  const [first] = Object.entries(selector).sort(([a], [b]) => (a < b ? -1 : 1));
  return first === undefined ? `${scope}/` : `${scope}/${first[0]}=${first[1]}`;
}

/** Every key under which a selector that fits these labels can have been filed. */
export function labelKeys(scope: string, labels: Readonly<Record<string, string>>): readonly string[] {
  return [`${scope}/`, ...Object.entries(labels).map(([name, value]) => `${scope}/${name}=${value}`)];
}

export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}
