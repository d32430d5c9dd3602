// How often a property is tried: seldom in `make test`, often in `make soak`, whose parts are the same tests with longer counts.

/** Where `make soak` runs these tests. */
export const SOAKING: boolean = process.env["FAIRLEAD_SOAK"] === "1";

/** Runs of one property; a time limit of its test grows with them. */
export function runs({ usual, soak }: { readonly usual: number; readonly soak: number }): number {
  return SOAKING ? soak : usual;
}

/** fast-check's seed: the same in every `make test`, given or new in each soak; told by whoever fails. */
export function seed(): number {
  const given = process.env["FAIRLEAD_SEED"];
  if (given !== undefined) return Number(given);
  return SOAKING ? Date.now() % 2 ** 31 : 20_261_128;
}
