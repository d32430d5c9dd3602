import type { StoredObject } from "../api/object.ts";
import type { Finding } from "../telemetry/finding.ts";
import { ANALYSIS_RULES } from "./analysis-rules.ts";
import type { World } from "./world.ts";

/** What is doubtful about one object among all others; an older version of it among them does not count. */
export function analyzeObject(object: StoredObject, world: World): readonly Finding[] {
  return ANALYSIS_RULES.filter((rule) => rule.kinds.includes(object.kind)).flatMap((rule) => rule.check(object, world));
}
