import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { each } from "../each.ts";

/** Weights are not negative, and where there are several not all 0. */
export function checkWeights(routes: readonly { readonly weight?: number }[], path: string): readonly Finding[] {
  const negative = each(routes, path, ({ weight = 0 }, at) =>
    weight < 0 ? [finding("negativeWeight", `${at}.weight`, { value: weight })] : [],
  );
  const sum = routes.reduce((total, { weight = 0 }) => total + weight, 0);
  return routes.length > 1 && sum === 0 ? [...negative, finding("weightsZero", path, {})] : negative;
}
