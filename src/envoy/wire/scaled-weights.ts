/** The sum of weights that Envoy can count to. */
const MOST = 0xffff_ffff;

/** The same shares in numbers whose sum Envoy can hold. None that has a share loses it. */
export function scaledWeights(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum <= MOST) return weights;
  // Each may be raised to 1, so that much is kept back.
  const room = MOST - weights.length;
  return weights.map((weight) => (weight === 0 ? 0 : Math.max(1, Math.floor((weight / sum) * room))));
}
