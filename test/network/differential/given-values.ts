import fc from "fast-check";
import type { Meaning, Meanings } from "./shaped.ts";
import { LABELS } from "./vocabulary.ts";

/** One of these values, whatever the schema says. */
export const is = (value: fc.Arbitrary<unknown>): Meaning => ({ value });
/** A list of these. */
export const list = (item: fc.Arbitrary<unknown>, least = 1, most = 3): Meaning => ({
  value: fc.array(item, { minLength: least, maxLength: most }),
});
/** The same for several paths. */
export const both = (paths: readonly string[], meaning: Meaning): Meanings => Object.fromEntries(paths.map((path) => [path, meaning]));
export const labels: Meaning = { keys: LABELS };
