import { fieldPath } from "../../../api/field-path.ts";
import { nameOf } from "../../../api/named-path.ts";
import { finding } from "../../../telemetry/catalogue.ts";
import type { Finding } from "../../../telemetry/finding.ts";
import { MOST_FINDINGS } from "../../bounded.ts";
import type { Effort, Place, Taken } from "./taken.ts";

/** One rule as far as others may stand in its way. */
export interface Contender<C> {
  readonly name?: string;
  /** One for each alternative, in order; absent in place of one of which nothing can be said. */
  readonly conditions: readonly (C | undefined)[];
  /** It has no alternatives and takes everything: its one condition stands for the rule itself. */
  readonly isWhole: boolean;
  /** What it does not take after all goes on to later rules, so it shadows none. */
  readonly letsPass: boolean;
}

export interface ShadowsInput<C> {
  /** `spec.http`. */
  readonly path: string;
  readonly rules: readonly Contender<C>[];
  readonly taken: Taken<C>;
  readonly effort: Effort;
}

/** What there is to say where it was not looked at all of them. */
function more(found: readonly Finding[], path: string): readonly Finding[] {
  return [...found.slice(0, MOST_FINDINGS), finding("moreWarnings", path, { count: Math.min(found.length, MOST_FINDINGS) })];
}

/** Warnings for rules and alternatives that are never reached, for others before them take all that they would match. */
export function shadows<C>({ path, rules, taken, effort }: ShadowsInput<C>): readonly Finding[] {
  const found: Finding[] = [];
  const tell = (places: readonly Place[]) => [...new Set(places.map((place) => named(path, place, rules)))].join(", ");
  for (const [rule, contender] of rules.entries()) {
    if (found.length >= MOST_FINDINGS || effort.left <= 0) return more(found, path);
    const at = fieldPath(path, rule);
    const by = takers(contender, rule, taken);
    const isDead = by.length > 0 && by.every((places) => places.length > 0 && places.every((place) => place.rule < rule));
    if (isDead) {
      const rulesBefore = by.flat().map((place) => ({ rule: place.rule }));
      found.push(finding("unreachableRule", at, { earlier: tell(rulesBefore) }));
    } else {
      const dead = [...by.entries()].filter(([, places]) => places.length > 0).slice(0, MOST_FINDINGS);
      found.push(...dead.map(([match, places]) => finding("unreachableMatch", fieldPath(`${at}.match`, match), { earlier: tell(places) })));
    }
  }
  return effort.left <= 0 ? more(found, path) : found;
}

/** For each alternative of a rule the earlier ones that take it all. What is taken takes nothing itself that is not taken already. */
function takers<C>({ conditions, isWhole, letsPass }: Contender<C>, rule: number, taken: Taken<C>): readonly (readonly Place[])[] {
  return conditions.map((condition, match) => {
    if (condition === undefined) return [];
    const by = taken.by(condition);
    if (by.length === 0 && !letsPass) taken.add(condition, isWhole ? { rule } : { rule, match });
    return by;
  });
}

/** `spec.http[0](name: canary).match[1]`. */
function named<C>(path: string, { rule, match }: Place, rules: readonly Contender<C>[]): string {
  const at = `${fieldPath(path, rule)}${nameOf(rules[rule])}`;
  return match === undefined ? at : fieldPath(`${at}.match`, match);
}
