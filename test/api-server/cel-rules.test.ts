// Every rule in CEL of our definitions, at a real API server without our webhook: what it refuses, in its own words, and near it what is taken.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CelRule, type SchemaJson, schemaOf } from "../../src/api/dialect/node.ts";
import { OWN_KINDS, type OwnKind } from "../../src/api/kinds.ts";
import { ApiError } from "../../src/source/kubernetes/api-error.ts";
import { validateObject } from "../../src/validation/validate-object.ts";
import { bodyWith, CEL_CASES } from "./cel-cases.ts";
import { installCrds } from "./install-crds.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";

interface PlacedRule {
  readonly kind: OwnKind;
  /** Kind and path of the node. */
  readonly place: string;
  readonly rule: CelRule;
}

function rulesOf(kind: OwnKind, node: SchemaJson, path: string): readonly PlacedRule[] {
  const own = (node["x-kubernetes-validations"] ?? []).map((rule) => ({ kind, place: `${kind} ${path}`, rule }));
  const fields = Object.entries(node.properties ?? {}).flatMap(([name, field]) => rulesOf(kind, field, `${path}.${name}`));
  const items = node.items ? rulesOf(kind, node.items, `${path}[]`) : [];
  const values = node.additionalProperties ? rulesOf(kind, node.additionalProperties, `${path}{}`) : [];
  return [...own, ...fields, ...items, ...values];
}

const RULES = (Object.keys(OWN_KINDS) as OwnKind[]).flatMap((kind) => {
  const { schema, status } = OWN_KINDS[kind];
  return [...rulesOf(kind, schemaOf(schema), "spec"), ...(status ? rulesOf(kind, schemaOf(status), "status") : [])];
});

const casesAt = (place: string) => CEL_CASES.filter(({ at }) => at.test(place));

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
  await installCrds(server);
}, 120_000);
afterAll(() => server?.stop());

function object({ kind, place }: PlacedRule, value: unknown) {
  const { group, versions } = OWN_KINDS[kind];
  const metadata = { generateName: "judged-", namespace: "default" };
  return { apiVersion: `${group}/${versions[0]}`, kind, metadata, spec: bodyWith(place, value) };
}

/** What the API server says against an object; empty where it takes it. */
async function said(placed: PlacedRule, value: unknown): Promise<string> {
  const body = object(placed, value);
  const path = `/apis/${body.apiVersion}/namespaces/default/${OWN_KINDS[placed.kind].plural}?dryRun=All&fieldValidation=Strict`;
  return server.admin.json({ method: "POST", path, body }).then(
    () => "",
    (error: unknown) => {
      if (error instanceof ApiError && error.code === 422) return error.message;
      throw error;
    },
  );
}

/** Whether one rule alone refused, and this one, at its node. */
function isRefusalBy({ place, rule }: PlacedRule, message: string): boolean {
  const node = place.replace(/^\S+ /, "").split(/\[\]|\{\}/)[0] ?? "";
  return message.includes(` is invalid: ${node}`) && message.endsWith(`: ${rule.message}`);
}

describe("a rule in CEL", () => {
  it.each(RULES)("at $place: $rule.message", async (placed) => {
    const found = await Promise.all(
      casesAt(placed.place).map(async ({ refused, taken }) => ({
        taken,
        refused,
        messages: await Promise.all(refused.map((value) => said(placed, value))),
      })),
    );
    const own = found.filter(({ messages }) => messages.some((message) => isRefusalBy(placed, message)));
    expect(own.length, `cases in cel-cases.ts: ${JSON.stringify(found.flatMap(({ messages }) => messages))}`).toBe(1);
    for (const { taken, refused, messages } of own) {
      expect(messages.filter((message) => !isRefusalBy(placed, message))).toEqual([]);
      expect(await Promise.all(taken.map((value) => said(placed, value)))).toEqual(taken.map(() => ""));
      // What the API server refuses is refused without it too.
      for (const value of refused) expect(validateObject(object(placed, value)).errors, JSON.stringify(value)).not.toEqual([]);
    }
  });
});

describe("a case", () => {
  it.each(CEL_CASES)("at $at is for some rule, and shows both sides", ({ at, refused, taken }) => {
    expect(RULES.some(({ place }) => at.test(place))).toBe(true);
    expect([refused.length > 0, taken.length > 0]).toEqual([true, true]);
  });
});
