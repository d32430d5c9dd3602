// The doors by which an object is judged give one answer: the webhook, over HTTPS through the real application, `validate --with`, and
// `analyze`. Same object and same world: same findings, down to message and order.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AdmissionServer, startAdmissionServer } from "../../../src/admission/admission-server.ts";
import { objectValidator } from "../../../src/admission/object-validator.ts";
import { toldLine } from "../../../src/admission/told-lines.ts";
import { createWorld } from "../../../src/analysis/live-world.ts";
import type { World } from "../../../src/analysis/world.ts";
import { runAnalyze } from "../../../src/main/analyze.ts";
import { judge } from "../../../src/main/judges.ts";
import { runValidate } from "../../../src/main/validate.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { messageCases } from "../../../tools/message-cases.ts";
import { runs, seed } from "../../soak/runs.ts";
import { servingCertificate } from "../../unit/admission/serving-certificate.ts";
import { catchWritten } from "../../unit/cli/written.ts";
import { JUDGED, nameOf, WORLDS, type Written } from "./related-objects.ts";

const written = catchWritten();
let folder: string;
let server: AdmissionServer;
let stored: World = createWorld([]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-doors-"));
  server = await startAdmissionServer({
    address: "127.0.0.1",
    port: 0,
    certificate: servingCertificate("doors"),
    injector: async () => ({ allowed: true }),
    verifier: async () => ({ allowed: true }),
    validator: objectValidator([(raw) => judge(raw, stored)]),
    ready: () => true,
    metrics: { count: () => undefined },
    log: { info: () => undefined, error: () => undefined },
  });
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Told {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

interface Analysis extends Told {
  readonly infos: readonly string[];
}

const worldOf = (objects: readonly Written[]): World => createWorld(objects.flatMap((raw) => validateObject(raw).object ?? []));

/** Asks the webhook; what it answers is cut into the lines that a user reads. */
async function webhook(object: Written, world: readonly Written[], oldObject?: Written): Promise<Told> {
  stored = worldOf(oldObject === undefined ? world : [...world, oldObject]);
  const [group, version] = object.apiVersion.split("/");
  const review = {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: "u",
      kind: { group, version, kind: object.kind },
      operation: oldObject === undefined ? "CREATE" : "UPDATE",
      ...object.metadata,
      ...{ object, oldObject },
    },
  };
  const { response } = await post(JSON.stringify(review));
  const { message = "" } = response.status ?? {};
  const errors = message.split("\n").filter((line) => line !== "" && !/^\d+ errors:$/.test(line));
  return { errors, warnings: response.warnings ?? [] };
}

interface Answer {
  readonly response: { readonly status?: { readonly message: string }; readonly warnings?: readonly string[] };
}

function post(body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const to = { host: "127.0.0.1", port: server.port, path: "/validate", method: "POST", rejectUnauthorized: false, headers };
    const call = request(to, (response) => resolve(json(response) as Promise<Answer>));
    call.on("error", reject);
    call.end(body);
  });
}

function inFolder(name: string, objects: readonly unknown[]): string {
  rmSync(join(folder, name), { recursive: true, force: true });
  mkdirSync(join(folder, name));
  for (const [index, object] of objects.entries()) writeFileSync(join(folder, name, `${index}.yaml`), JSON.stringify(object, null, 1));
  return join(folder, name);
}

const COMMON = { istioNamespace: "istio-system", output: "json" } as const;

function printed<T>(): T {
  const result = JSON.parse(written.out) as T;
  written.out = "";
  return result;
}

async function validate(object: Written, world: readonly Written[]): Promise<Told> {
  await runValidate({ ...COMMON, filename: [inFolder("object", [object])], with: inFolder("world", world) });
  const [result] = printed<{ results: readonly { errors: readonly Finding[]; warnings: readonly Finding[] }[] }>().results;
  return { errors: result?.errors.map(toldLine) ?? [], warnings: result?.warnings.map(toldLine) ?? [] };
}

async function analyze(object: Written, world: readonly Written[]): Promise<Analysis> {
  await runAnalyze({ ...COMMON, cluster: false, filename: [inFolder("all", [...world, object])] });
  const { findings } = printed<{ findings: readonly (Finding & { kind: string; namespace: string; name: string })[] }>();
  const own = findings.filter(({ kind, namespace, name }) => `${kind}/${namespace}/${name}` === nameOf(object));
  const lines = (level: string) => own.filter((finding) => finding.level === level).map(toldLine);
  return { errors: lines("error"), warnings: lines("warning"), infos: lines("info") };
}

async function expectOneAnswer(object: Written, world: readonly Written[]): Promise<Told> {
  const expected = await webhook(object, world);
  expect(await validate(object, world)).toEqual(expected);
  const infos = judge(object, worldOf(world)).filter(({ level }) => level === "info");
  expect(await analyze(object, world)).toEqual({ ...expected, infos: infos.map(toldLine) });
  return expected;
}

const isRight = (object: Written): boolean => validateObject(object).errors.length === 0;

function whole(raw: unknown): Written {
  return { apiVersion: "networking.istio.io/v1", metadata: { name: "example", namespace: "shop" }, ...(raw as object) } as Written;
}

describe("one answer at every door", () => {
  // Only what an API server would send: an object of our groups that says its kind.
  const isSent = (raw: unknown): boolean => whole(raw).apiVersion.includes(".istio.io/") && typeof whole(raw).kind === "string";
  const cases = messageCases().filter(({ as, bad, good }) => as === "object" && isSent(bad) && isSent(good));

  test.each(cases.map((one) => [one.file, one] as const))("%s", async (_, { bad, good, world = [] }) => {
    const others = world.map(whole).filter(isRight);
    await expectOneAnswer(whole(bad), others);
    await expectOneAnswer(whole(good), others);
  });

  test("what is only worth knowing is told by analyze alone", async () => {
    const service = (ports: object[]) => ({
      ...{ apiVersion: "v1", kind: "Service", metadata: { name: "a", namespace: "shop" }, spec: { ports } },
    });
    const unsaid = service([{ name: "x", port: 8000 }]) as unknown as Written;
    expect(await analyze(unsaid, [])).toMatchObject({ infos: [expect.stringContaining("(FL1032)")] });
    expect(await validate(unsaid, [])).toEqual({ errors: [], warnings: [] });
    const said = service([{ name: "http-x", port: 8000 }]) as unknown as Written;
    expect(await analyze(said, [])).toEqual({ errors: [], warnings: [], infos: [] });
  });

  test("of any object in any world", async () => {
    const seen = new Set<string>();
    const unchanged = { count: 0 };
    await fc.assert(
      fc.asyncProperty(JUDGED, WORLDS, JUDGED, async (object, all, before) => {
        const world = all.filter((other) => isRight(other) && nameOf(other) !== nameOf(object));
        const told = await expectOneAnswer(object, world);
        for (const line of [...told.errors, ...told.warnings]) seen.add(line.slice(-8));
        // An older version that is stored already is the object itself, and no other.
        const old = { ...object, spec: before.kind === object.kind ? before.spec : object.spec, metadata: object.metadata };
        if (isRight(old) && told.errors.length === 0) expect(await webhook(object, world, old)).toEqual(told);
        // What is wrong and stays as it was is told, and refuses nothing.
        if (told.errors.length === 0) return;
        expect(await webhook(object, world, object)).toEqual({ errors: [], warnings: [...told.errors, ...told.warnings] });
        unchanged.count += 1;
      }),
      { numRuns: runs({ usual: 200, soak: 5_000 }), seed: seed() },
    );
    // The property means something only where findings of both sorts come by: of one object, and of several.
    expect([...seen].filter((code) => code.startsWith("(FL10")).length).toBeGreaterThan(3);
    expect(unchanged.count).toBeGreaterThan(20);
  }, 120_000);
});
