import type { Judge } from "../admission/object-validator.ts";
import { analyzeObject } from "../analysis/analyze-object.ts";
import type { AtPlace, LiveWorld } from "../analysis/live-world.ts";
import type { World } from "../analysis/world.ts";
import { KINDS } from "../api/kinds.ts";
import type { StoredObject } from "../api/object.ts";
import type { Place } from "../source/place.ts";
import { proxySettingsFindings } from "../source/proxy-settings-annotation.ts";
import { toldFinding } from "../source/told-finding.ts";
import type { Finding, Level } from "../telemetry/finding.ts";
import { type Verdict, validateObject } from "../validation/validate-object.ts";

/** What an object is judged in the light of. */
export interface Circumstances {
  /** All other objects; absent: it is judged alone, and what it refers to is not asked for. */
  readonly world?: World | undefined;
  /** Where a field stands, for an object from a file. */
  readonly placeOf?: (path: string) => Place;
}

const ORDER: Readonly<Record<Level, number>> = { error: 0, warning: 1, info: 2 };

/** What is told of an object whose own verdict is known: that, and what the others make of it unless it is refused anyway. */
export function findingsOf(raw: unknown, verdict: Verdict, { world, placeOf }: Circumstances): readonly Finding[] {
  const { errors, warnings, object } = verdict;
  const together = world === undefined || object === undefined || errors.length > 0 ? [] : analyzeObject(object, world);
  const all = [...errors, ...warnings, ...proxySettingsFindings(raw), ...together].toSorted((a, b) => ORDER[a.level] - ORDER[b.level]);
  return all.map((finding) => toldFinding(finding, raw, placeOf));
}

/** The same rules for the webhook and the command line: an object alone, then against the world it joins. Errors come first. */
export function judge(raw: unknown, world?: World): readonly Finding[] {
  return findingsOf(raw, validateObject(raw), { world });
}

/** The same once more for an object that is stored, without the fields that reading it dropped; `asked`: see {@link LiveWorld}. */
export function judgeStored({ kind, metadata, spec }: StoredObject, world: LiveWorld, asked: AtPlace): readonly Finding[] {
  if (kind === "MeshConfig") return [];
  const { group, versions } = KINDS[kind];
  return judge({ apiVersion: group === "" ? versions[0] : `${group}/${versions[0]}`, kind, metadata, spec }, world.recording(asked));
}

export function judges(world: World): readonly Judge[] {
  return [(raw) => judge(raw, world)];
}
