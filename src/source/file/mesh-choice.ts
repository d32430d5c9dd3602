import type { StoredObject } from "../../api/object.ts";
import type { Finding } from "../../telemetry/finding.ts";
import type { MeshConfigKeeper } from "../mesh-config-keeper.ts";
import { sourceFinding } from "../source-finding.ts";
import type { Claim } from "./claims.ts";
import type { ConfigFile } from "./config-file.ts";

export interface MeshChoice {
  readonly inForce: Promise<StoredObject<"MeshConfig">>;
  /** Set when it is written in two places, naming both. */
  readonly conflict?: string;
}

/** Chooses by all places that write the mesh configuration; absent where one is leaving and it is too early to say. */
export function chooseMesh(keeper: MeshConfigKeeper, claims: readonly Claim[], torn: readonly ConfigFile[]): MeshChoice | undefined {
  const [first, second] = claims.filter((claim) => claim.leaves === undefined);
  if (first && second) return conflict(keeper, first, second);
  if (first?.entry.mesh) return { inForce: keeper.take(first.entry.mesh) };
  if (first) return { inForce: keeper.refuse(first.entry.findings, placeOf(first)) };
  if (claims.length > 0) return undefined;
  // It may be in what could not be read: then what is remembered is safer than the default, which lets everything through.
  const suspects = torn.filter((file) => /\bConfigMap\b/.test(file.text) && /\bistio\b/.test(file.text));
  const [suspect] = suspects;
  return { inForce: suspect ? keeper.refuse(suspects.flatMap(findingsOf), suspect.path) : keeper.take(undefined) };
}

function conflict(keeper: MeshConfigKeeper, first: Claim, second: Claim): MeshChoice {
  const found = sourceFinding("twoMeshConfigs", { first: placeOf(first), second: placeOf(second) });
  return { inForce: keeper.refuse([found], placeOf(second)), conflict: found.message };
}

const placeOf = (claim: Claim): string => `${claim.path}:${claim.entry.line}`;

function findingsOf(file: ConfigFile): readonly Finding[] {
  return file.entries.filter((entry) => entry.key === undefined).flatMap((entry) => entry.findings);
}
