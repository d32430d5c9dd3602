// Each message of the catalogue has a case here, FLxxxx-what-it-is.yaml:
//
//   path: spec.hosts[0]          the field at which the message is drawn
//   bad: {kind: …, spec: …}      draws exactly this message and nothing else
//   good: {kind: …, spec: …}     its nearest neighbour, which draws nothing
//   world: [{kind: …}, …]        (optional) objects that are there already: both are then judged as they join them, by the rules over
//                                several objects too; without it each is judged alone
//   as: mesh                     (optional) bad and good are mesh configurations
//   as: pod                      (optional) bad and good are pods as they are about to be stored, in a namespace with istio-injection=enabled
//   as: folder                   (optional) bad and good are the files of a folder, name → text; or a list of such states, one after the other
//   fixed: true                  (optional) the finding brings a patch, and the patch makes `good` of `bad`
//
// A text `a × 2000` stands for 2000 times the character. Where an object has no apiVersion it is networking.istio.io/v1, where it has no metadata it is `example` in namespace `shop`; write them
// out where they matter. FL0121 (not built yet) is left out of account, except in its own case.
// docs/messages.md shows the difference of bad and good, so keep them short. A new code comes with its case; codes that no case can show stand in
// WITHOUT_CASE, each with the reason and the test that shows both sides.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import jsonPatch, { type Operation } from "fast-json-patch";
import { describe, expect, it } from "vitest";
import { createWorld } from "../../../src/analysis/live-world.ts";
import { inspect } from "../../../src/api/decode.ts";
import { isJsonObject } from "../../../src/api/json-kind.ts";
import type { StoredObject } from "../../../src/api/object.ts";
import { judgeFinalPod } from "../../../src/injection/final/judge-final-pod.ts";
import { judge } from "../../../src/main/judges.ts";
import { CATALOGUE } from "../../../src/telemetry/catalogue.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";
import type { Message } from "../../../src/telemetry/messages/message.ts";
import { validateMeshConfig } from "../../../src/validation/validate-mesh-config.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { type MessageCase, messageCases } from "../../../tools/message-cases.ts";
import { input } from "../../unit/injection/injection-case.ts";
import { judgeFolder } from "./judge-folder.ts";
import { WITHOUT_CASE } from "./without-case.ts";

const CODES: readonly string[] = Object.values(CATALOGUE).map(({ code }: Message) => code);
const NOT_BUILT = CATALOGUE.notBuilt.code;
const CASES = messageCases();

function whole(raw: unknown): unknown {
  if (!isJsonObject(raw)) return raw;
  return { apiVersion: "networking.istio.io/v1", metadata: { name: "example", namespace: "shop" }, ...raw };
}

function stored(raw: unknown): StoredObject {
  const { object, findings } = inspect(whole(raw));
  if (object === undefined) throw new Error(`an object of the world cannot be read: ${JSON.stringify(findings)}`);
  return object;
}

async function told({ as, code, world }: MessageCase, raw: unknown): Promise<readonly Finding[]> {
  if (as === "pod") return judgeFinalPod(input(raw));
  if (as === "folder") return judgeFolder([raw].flat() as readonly Readonly<Record<string, string>>[]);
  const { errors, warnings } = as === "mesh" ? validateMeshConfig(raw) : validateObject(raw);
  const found = world === undefined ? [...errors, ...warnings] : judge(raw, createWorld(world.map(stored)));
  return found.filter((finding) => finding.code !== NOT_BUILT || code === NOT_BUILT);
}

/** With the long texts that a case writes as `a × 2000`. */
function written(raw: unknown): unknown {
  if (typeof raw === "string") return raw.replace(/^(.) × (\d+)$/, (_, letter: string, times: string) => letter.repeat(Number(times)));
  if (Array.isArray(raw)) return raw.map(written);
  return isJsonObject(raw) ? Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, written(value)])) : raw;
}

const complete = (one: MessageCase, raw: unknown): unknown => (one.as === "object" ? whole(written(raw)) : raw);
const places = (findings: readonly Finding[]): readonly string[] => findings.map(({ code, path }) => `${code} ${path}`);

function patched(raw: unknown, { fix = [] }: Finding): unknown {
  return jsonPatch.applyPatch(structuredClone(raw), fix as Operation[], true).newDocument;
}

describe.each(CASES.map((one) => [one.file, one] as const))("%s", (_, one) => {
  it("is drawn by the bad one, and by the good one not", async () => {
    expect(places(await told(one, complete(one, one.bad)))).toEqual([`${one.code} ${one.path}`]);
    expect(places(await told(one, complete(one, one.good)))).toEqual([]);
  });

  it(one.fixed ? "is put right by its patch" : "brings no patch", async () => {
    const bad = complete(one, one.bad);
    const fixable = (await told(one, bad)).filter(({ fix }) => fix !== undefined);
    expect(fixable.map((finding) => patched(bad, finding))).toEqual(one.fixed ? [complete(one, one.good)] : []);
  });
});

describe("the catalogue", () => {
  it("has a case for every message, but for those that are listed", () => {
    const missing = CODES.filter((code) => !CASES.some((one) => one.code === code));
    expect(missing.filter((code) => !WITHOUT_CASE.has(code))).toEqual([]);
  });

  it("has no case for a message that is not there, and lists none that has a case", () => {
    expect(CASES.map(({ code }) => code).filter((code) => !CODES.includes(code))).toEqual([]);
    expect([...WITHOUT_CASE.keys()].filter((code) => !CODES.includes(code) || CASES.some((one) => one.code === code))).toEqual([]);
  });

  it.each([...WITHOUT_CASE])("has a test elsewhere for %s", (code, { reason, shownBy }) => {
    expect(reason.length).toBeGreaterThan(20);
    if (shownBy !== undefined) expect(readFileSync(resolve(import.meta.dirname, "../../..", shownBy), "utf8")).toContain(code);
  });
});
