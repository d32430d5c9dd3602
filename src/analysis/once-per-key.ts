/** A function that is asked once for each key, however often it is called. */
export function oncePerKey<T>(ask: (key: string) => T): (key: string) => T {
  const answers = new Map<string, { readonly value: T }>();
  return (key) => {
    const known = answers.get(key) ?? { value: ask(key) };
    answers.set(key, known);
    return known.value;
  };
}
