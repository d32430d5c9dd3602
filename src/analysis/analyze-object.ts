import { isDeepStrictEqual } from "node:util";
import type { StoredObject } from "../api/object.ts";
import type { Finding } from "../telemetry/finding.ts";
import { ANALYSIS_RULES } from "./analysis-rules.ts";
import type { World } from "./world.ts";

const ASKED: ReadonlySet<string> = new Set(ANALYSIS_RULES.flatMap(({ kinds }) => kinds));

/** Whether some rule over several objects is about a kind. */
export function isAnalysed(kind: string | undefined): boolean {
  return kind !== undefined && ASKED.has(kind);
}

function check(object: StoredObject, world: World): readonly Finding[] {
  const seen = world.with(object);
  const rules = ANALYSIS_RULES.filter(({ kinds, needs }) => kinds.includes(object.kind) && needs.every((kind) => seen.knows(kind)));
  return rules.flatMap((rule) => rule.check(object, seen));
}

const same = ({ code, message }: Finding): string => `${code} ${message}`;

/**
 * Who is refused is the newcomer. Where the stored version contradicts the others in the very same way, refusing a change of something
 * else would lock its owner out for what another has done.
 */
function asOld(found: readonly Finding[], before: StoredObject, world: World): readonly Finding[] {
  const known = new Set(check(before, world).map(same));
  return found.map((each) => (each.level === "error" && known.has(same(each)) ? { ...each, level: "warning" } : each));
}

/** What is doubtful about one object among all others. Where it is among them itself, in these words or older ones, it stands in its place. */
export function analyzeObject(object: StoredObject, world: World): readonly Finding[] {
  const found = check(object, world);
  if (!found.some(({ level }) => level === "error")) return found;
  const before = world.stored(object.kind, object.metadata.namespace, object.metadata.name);
  return before === undefined || isDeepStrictEqual(before.spec, object.spec) ? found : asOld(found, before, world);
}
