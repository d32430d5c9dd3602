import { createLiveWorld } from "../../../src/analysis/live-world.ts";
import { decode } from "../../../src/api/decode.ts";
import { keyOf, type ObjectKey, type StoredObject } from "../../../src/api/object.ts";
import { judge } from "../../../src/main/judges.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";
import { validateMeshConfig } from "../../../src/validation/validate-mesh-config.ts";
import { stored } from "../../unit/model/world.ts";
import { BASE } from "./base-objects.ts";
import type { Manifest, ResourceSet } from "./resource-sets.ts";

export interface Judged {
  readonly manifest: Manifest;
  readonly findings: readonly Finding[];
}

export interface Admission {
  readonly admitted: readonly Judged[];
  readonly refused: readonly Judged[];
  /** What is stored in the end, the mesh configuration with it where that was admitted. */
  readonly stored: readonly StoredObject[];
  /** Everything that has a shape, refused or not, as if nobody had asked the webhook. */
  readonly unasked: readonly StoredObject[];
}

const isError = ({ level }: Finding): boolean => level === "error";

/** Applies objects one after the other, as the webhook would let them. */
export function admit({ objects, mesh }: ResourceSet): Admission {
  const world = createLiveWorld();
  world.apply(new Map(BASE.map((after) => [keyOf(after), { after }])));
  const [admitted, refused]: [Judged[], Judged[]] = [[], []];
  const [kept, unasked] = [new Map<ObjectKey, StoredObject>(), new Map<ObjectKey, StoredObject>()];
  for (const manifest of objects) {
    const findings = judge(manifest, world);
    const decoded = decode(manifest);
    if (decoded.ok) unasked.set(keyOf(decoded.value), decoded.value);
    if (findings.some(isError) || !decoded.ok) {
      refused.push({ manifest, findings });
      continue;
    }
    admitted.push({ manifest, findings });
    kept.set(keyOf(decoded.value), decoded.value);
    world.apply(new Map([[keyOf(decoded.value), { after: decoded.value }]]));
  }
  const verdict = validateMeshConfig(mesh);
  const meshObject = verdict.mesh && verdict.errors.length === 0 ? [stored("MeshConfig", "/mesh", verdict.mesh)] : [];
  return { admitted, refused, stored: [...kept.values(), ...meshObject], unasked: [...unasked.values(), ...meshObject] };
}
