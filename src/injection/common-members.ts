/** A member of one list and the same member of another, by their places. */
export type Pair = readonly [before: number, after: number];

/**
 * The heaviest common subsequence of two lists: members that can stay where they are while all others are removed and added around them.
 * Takes as many steps as there are pairs of members.
 */
export function commonMembers(
  before: readonly unknown[],
  after: readonly unknown[],
  weight: (identity: unknown) => number,
): readonly Pair[] {
  const width = after.length + 1;
  const best = new Float64Array((before.length + 1) * width);
  const at = (one: number, other: number): number => best[one * width + other] ?? 0;
  for (let one = before.length - 1; one >= 0; one -= 1) {
    for (let other = after.length - 1; other >= 0; other -= 1) {
      const apart = Math.max(at(one + 1, other), at(one, other + 1));
      const together = before[one] === after[other] ? at(one + 1, other + 1) + weight(before[one]) : 0;
      best[one * width + other] = Math.max(apart, together);
    }
  }
  const pairs: Pair[] = [];
  let [one, other] = [0, 0];
  while (one < before.length && other < after.length) {
    if (before[one] === after[other] && at(one, other) === at(one + 1, other + 1) + weight(before[one])) {
      pairs.push([one, other]);
      [one, other] = [one + 1, other + 1];
    } else if (at(one, other) === at(one + 1, other)) one += 1;
    else other += 1;
  }
  return pairs;
}
