import type { Judge } from "../admission/object-validator.ts";
import { analyzeObject } from "../analysis/analyze-object.ts";
import type { World } from "../analysis/world.ts";
import type { Finding } from "../telemetry/finding.ts";
import { validateObject } from "../validation/validate-object.ts";

/** The same rules for the webhook and the command line: an object alone, then against the world it joins. */
export function judge(raw: unknown, world: World): readonly Finding[] {
  const { errors, warnings, object } = validateObject(raw);
  const together = object === undefined || errors.length > 0 ? [] : analyzeObject(object, world);
  return [...errors, ...warnings, ...together];
}

export function judges(world: World): readonly Judge[] {
  return [(raw) => judge(raw, world)];
}
