/** One part of `make soak`: tests of `make test` with their long counts. */
export interface SoakPart {
  /** `fuzz-pod` is chosen by its name, or as one of `fuzz`. */
  readonly name: string;
  /** Project of vitest.config.ts. */
  readonly project: string;
  /** Beginning of the test file's path. */
  readonly file: string;
  /** Regular expression on the tests' names; absent: all of the file. */
  readonly tests?: string;
  /** After so long the part is ended, and has failed. */
  readonly minutes: number;
}

/** All of them, the short ones first. A test whose counts come from `runs()` belongs here. */
export const PARTS: readonly SoakPart[] = [
  { name: "validate", project: "property", file: "test/property/validation/validate.test.ts", minutes: 60 },
];

/** The parts that are named, by name or by the word before the first dash; all of them where none is. Undefined where a name means nothing. */
export function chooseParts(parts: readonly SoakPart[], names: readonly string[]): readonly SoakPart[] | undefined {
  const meant = (part: SoakPart, name: string): boolean => part.name === name || part.name.startsWith(`${name}-`);
  if (names.some((name) => !parts.some((part) => meant(part, name)))) return undefined;
  return parts.filter((part) => names.length === 0 || names.some((name) => meant(part, name)));
}
