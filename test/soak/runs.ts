// How often a property is tried: seldom in `make test`, often in `make soak`, whose parts are the same tests with longer counts.
import { appendFileSync } from "node:fs";

/** Where `make soak` runs these tests. */
export const SOAKING: boolean = process.env["FAIRLEAD_SOAK"] === "1";

/** Runs of one property; a time limit of its test grows with them. Ask inside the test that runs them: the soak's report adds up what was asked. */
export function runs({ usual, soak }: { readonly usual: number; readonly soak: number }): number {
  const share = Number(process.env["FAIRLEAD_SOAK_SHARE"] ?? 1);
  const wanted = SOAKING ? Math.max(1, Math.round(soak * share)) : usual;
  const tally = process.env["FAIRLEAD_SOAK_TALLY"];
  if (SOAKING && tally !== undefined) appendFileSync(tally, `${wanted}\n`);
  return wanted;
}

/** fast-check's seed: the same in every `make test`, given or new in each soak; told by whoever fails. */
export function seed(): number {
  const given = process.env["FAIRLEAD_SEED"];
  if (given !== undefined) return Number(given);
  return SOAKING ? Date.now() % 2 ** 31 : 20_261_128;
}
