import { isDeepStrictEqual } from "node:util";
import type { Kind, StoredObject } from "../api/object.ts";
import type { Finding } from "../telemetry/finding.ts";
import type { AnalysisRule } from "./analysis-rule.ts";
import { ANALYSIS_RULES } from "./analysis-rules.ts";
import type { World } from "./world.ts";

const KINDS: ReadonlySet<Kind> = new Set(ANALYSIS_RULES.flatMap(({ kinds }) => kinds));

const BY_KIND: ReadonlyMap<string, readonly AnalysisRule[]> = new Map(
  [...KINDS].map((kind) => [kind, ANALYSIS_RULES.filter(({ kinds }) => kinds.includes(kind))]),
);

/** Whether some rule over several objects is about a kind. */
export function isAnalysed(kind: string | undefined): boolean {
  return kind !== undefined && BY_KIND.has(kind);
}

function check(object: StoredObject, world: World): readonly Finding[] {
  const seen = world.with(object);
  const rules = BY_KIND.get(object.kind) ?? [];
  return rules.flatMap((rule) => (rule.needs.every((kind) => seen.knows(kind)) ? rule.check(object, seen) : []));
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
