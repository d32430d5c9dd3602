// What we admit, a real Envoy takes: random sets of objects → judged as the webhook does → built by the control plane's own parts →
// fed by delta ADS to a running sidecar and a running gateway. A set fails where Envoy rejects a resource, where one stays warming, and
// where a part of an admitted object is left out because Envoy would reject it.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runs, seed } from "../../soak/runs.ts";
import { ENVOY } from "../xds/envoy-process.ts";
import { type Admission, admit } from "./admission.ts";
import { SOUND } from "./base-objects.ts";
import { type ControlledEnvoys, startControlledEnvoys } from "./controlled-envoys.ts";
import type { FieldPath } from "./field-paths.ts";
import { NEVER_ADMITTED } from "./never-admitted.ts";
import { ALL_FIELDS, fieldsOf, type ResourceSet, resourceSets } from "./resource-sets.ts";
import { tlsFiles } from "./tls-files.ts";
import { toldOf } from "./told.ts";

const COUNT = runs({ usual: 500, soak: 20_000 });
const UNASKED_COUNT = runs({ usual: 50, soak: 2_000 });
const SEED = seed();
/** Fields that each set has for certain: so many that every field is among them several times. */
const FOCUSED = Math.max(2, Math.ceil((3 * ALL_FIELDS.length) / COUNT));
/** Longest time that a test may take, a machine with much else to do counted in. */
const LIMIT_MS = COUNT * 1000;

let envoys: ControlledEnvoys;
let tls: ReturnType<typeof tlsFiles>;
let setsWith: ReturnType<typeof resourceSets>;
const objects = { admitted: 0, all: 0 };
const admittedFields = new Set<FieldPath>();

beforeAll(async () => {
  tls = tlsFiles();
  setsWith = resourceSets(tls.files);
  envoys = await startControlledEnvoys(ENVOY);
});
afterAll(async () => {
  await envoys?.stop();
  tls?.remove();
});

/** The fields that the set of this number has, so that all fields come again and again. */
function focusOf(index: number): readonly FieldPath[] {
  return Array.from({ length: FOCUSED }, (_, i) => ALL_FIELDS[(index * FOCUSED + i) % ALL_FIELDS.length] ?? "");
}

/** Tries one set after the other; a failing one is made as small as it can be before it is told. */
async function trySets(count: number, holds: (set: ResourceSet) => Promise<void>): Promise<void> {
  for (let index = 0; index < count; index++) {
    await fc.assert(fc.asyncProperty(setsWith(focusOf(index)), holds), { numRuns: 1, seed: SEED + index });
  }
}

function note({ admitted, refused }: Admission): void {
  objects.admitted += admitted.length;
  objects.all += admitted.length + refused.length;
  for (const { manifest } of admitted) for (const field of fieldsOf(manifest)) admittedFields.add(field);
}

test(`${COUNT} random sets: none is admitted and then rejected, left out or warming for ever`, { timeout: LIMIT_MS }, async () => {
  await trySets(COUNT, async (set) => {
    const admission = admit(set);
    note(admission);
    const { rejected, leftOut, warming } = await envoys.show(admission.stored);
    const told = toldOf(admission.admitted);
    expect({ rejected, warming, leftOut: leftOut.filter((reason) => !told(reason)) }).toEqual({ rejected: [], warming: [], leftOut: [] });
  });
});

test("the sets mean something: many objects are admitted", () => {
  expect(objects.admitted / objects.all).toBeGreaterThan(0.8);
});

test("every field is in an admitted object, but for those that the rules refuse wherever they are", () => {
  const missed = ALL_FIELDS.filter((field) => !admittedFields.has(field) && !Object.hasOwn(NEVER_ADMITTED, field));
  expect(missed).toEqual([]);
  expect(Object.keys(NEVER_ADMITTED).filter((field) => !ALL_FIELDS.includes(field))).toEqual([]);
});

test(`${UNASKED_COUNT} sets that nobody judged: a bad object harms only itself`, { timeout: LIMIT_MS }, async () => {
  await trySets(UNASKED_COUNT, async (set) => {
    const { rejected, warming } = await envoys.show(admit(set).unasked);
    expect({ rejected, warming }).toEqual({ rejected: [], warming: [] });
    const held = await envoys.admin("gateway", "/config_dump?resource=dynamic_active_clusters&mask=cluster.name");
    expect(held).toContain(`outbound|${SOUND.port}||${SOUND.host}`);
  });
});
