import { keyOf, type StoredObject } from "../api/object.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { ANALYSIS_RULES } from "./analysis-rules.ts";
import { createWorld, type World } from "./world.ts";

/** What is doubtful about one object among all others; an older version of it among them is left out. */
export function analyzeObject(object: StoredObject, objects: Iterable<StoredObject>): readonly Finding[] {
  if (rulesFor(object).length === 0) return [];
  const key = keyOf(object);
  const others = [...objects].filter((other) => keyOf(other) !== key);
  return analyzeIn(object, createWorld([...others, object]));
}

/** The same in a world that is arranged already. */
export function analyzeIn(object: StoredObject, world: World): readonly Finding[] {
  return rulesFor(object).flatMap((rule) => rule.check(object, world));
}

function rulesFor({ kind }: StoredObject): readonly AnalysisRule[] {
  return ANALYSIS_RULES.filter((rule) => rule.kinds.includes(kind));
}
