// Every field of every kind either changes something that a proxy is sent, or is named by the warning that it is not built: none is taken in
// silence, and none is said to be without effect that has one. Each field is written into a body in which it matters (effects/…-scenes.ts).
import { describe, expect, it } from "vitest";
import { type SchemaJson, schemaOf } from "../../../src/api/dialect/node.ts";
import { isOwnKind, OWN_KINDS, type OwnKind } from "../../../src/api/kinds.ts";
import { inspectMeshConfig } from "../../../src/api/mesh/decode-mesh-config.ts";
import { MeshConfigSchema } from "../../../src/api/mesh/mesh-config.ts";
import { UNBUILT_KINDS, type UnbuiltKind, unbuiltByPattern } from "../../../src/api/unbuilt/unbuilt-fields.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";
import { validateMeshConfig } from "../../../src/validation/validate-mesh-config.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { stored } from "../model/world.ts";
import { IDLE } from "./effects/idle.ts";
import { leaves, pathIn } from "./effects/leaves.ts";
import { meshAtWork, read } from "./effects/mesh-at-work.ts";
import { MESH_SCENES } from "./effects/mesh-scenes.ts";
import { proxyAtStart } from "./effects/proxy-at-start.ts";
import type { Scene } from "./effects/scene.ts";
import { SCENES } from "./effects/scenes.ts";
import { type CarryOut, verdictOfField } from "./effects/verdict-of-field.ts";
import { worldFor } from "./effects/world.ts";

const NOT_BUILT = "FL0121";

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`) || path.startsWith(`${outer}{`);
}

/** A kind, and what comes of a body of it. */
interface Examined {
  readonly kind: UnbuiltKind;
  readonly node: SchemaJson;
  readonly scenes: readonly Scene[];
  readonly findings: (body: unknown) => { readonly errors: readonly Finding[]; readonly warnings: readonly Finding[] };
  readonly done: (body: unknown) => string;
  /** In front of the paths of findings. */
  readonly prefix: string;
}

function ofKind(kind: OwnKind): Examined {
  const { group, versions, schema } = OWN_KINDS[kind];
  const mesh = meshAtWork(worldFor(kind));
  const raw = (spec: unknown) => ({ apiVersion: `${group}/${versions[0]}`, kind, metadata: { name: "examined", namespace: "shop" }, spec });
  const done = (spec: unknown) => mesh.sent(read(raw(spec)));
  return { kind, node: schemaOf(schema), scenes: SCENES[kind], findings: (spec) => validateObject(raw(spec)), done, prefix: "spec" };
}

function ofMesh(): Examined {
  const mesh = meshAtWork(worldFor("MeshConfig"));
  const done = (body: unknown) => {
    const { value } = inspectMeshConfig(body);
    if (value === undefined) throw new Error("a mesh configuration that cannot be read");
    return mesh.sent(stored("MeshConfig", "/mesh", value)) + proxyAtStart(value);
  };
  const node = schemaOf(MeshConfigSchema);
  return { kind: "MeshConfig", node, scenes: MESH_SCENES, findings: validateMeshConfig, done, prefix: "" };
}

function carryOut({ findings, done, prefix }: Examined): CarryOut {
  return (body, field) => {
    const { errors, warnings } = findings(body);
    if (errors.length > 0) return undefined;
    const at = pathIn(body, field, prefix);
    return { warned: warnings.some(({ code, path }) => code === NOT_BUILT && isWithin(at, path)), done: done(body) };
  };
}

/** Settings of proxies are examined as a part of the mesh configuration. */
const EXAMINED = UNBUILT_KINDS.filter((kind) => kind !== "ProxyConfig");

describe.each(EXAMINED)("%s", (kind) => {
  const examined = isOwnKind(kind) ? ofKind(kind) : ofMesh();
  const patterns = unbuiltByPattern(kind).flatMap(({ paths }) => paths);
  const verdicts = leaves(examined.node).map((leaf) => {
    // Below a field that is not built as a whole most values would have to fit each other to be taken: enough where some are.
    const mayBeRefused = patterns.some((pattern) => leaf.path !== pattern && isWithin(leaf.path, pattern));
    return { path: leaf.path, ...verdictOfField(leaf, examined.scenes, { carryOut: carryOut(examined), mayBeRefused }) };
  });

  it("has no field that is silently ignored, and none that is wrongly said to be", () => {
    const wrong = verdicts.flatMap(({ path, wrong }) => (wrong === undefined ? [] : [`${path} ${wrong}`]));
    expect(wrong.toSorted()).toEqual(Object.keys(IDLE[kind] ?? {}).toSorted());
  });

  it("is compared at each field that is said not to be built", () => {
    const compared = verdicts.filter((verdict) => verdict.compared).map(({ path }) => path);
    expect(patterns.filter((pattern) => !compared.some((path) => isWithin(path, pattern.split("=")[0] ?? "")))).toEqual([]);
  });
});
