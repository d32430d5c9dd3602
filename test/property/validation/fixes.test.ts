// What a finding offers as its patch must put it right: alone, and together with the patches of all findings of the object, in the order told.

import fc from "fast-check";
import jsonPatch, { type Operation } from "fast-json-patch";
import { describe, expect, it } from "vitest";
import { schemaOf } from "../../../src/api/dialect/node.ts";
import { OWN_KINDS } from "../../../src/api/kinds.ts";
import { CATALOGUE } from "../../../src/telemetry/catalogue.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { runs, seed } from "../../soak/runs.ts";
import { fitting } from "./fitting.ts";

const DESTINATION = { destination: { host: "a" } };
const some = (...texts: string[]) => fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 6 });
const percent = fc.constantFrom(0, 50, 100, 101, 150);
const suites = some("AES128-SHA", "AES256-SHA", "NONE", "rc4");
const exportTo = some(".", "*", "shop", "a", "A B");
const serverTls = fc.record({
  mode: fc.constantFrom("SIMPLE", "ISTIO_MUTUAL", "PASSTHROUGH"),
  httpsRedirect: fc.boolean(),
  cipherSuites: suites,
  credentialName: fc.constantFrom("", "a"),
  minProtocolVersion: fc.constantFrom("TLS_AUTO", "TLSV1_0"),
});

/** Specs in which much can be put right, and mostly more than one thing of one list. */
const BROKEN: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  VirtualService: fc.record({
    hosts: some("a.com", "b.com", "*.com", "A.com"),
    gateways: some("mesh", "gw.shop", "gw.shop.svc"),
    exportTo,
    http: fc.array(
      fc.record(
        {
          mirrorPercent: percent,
          mirror_percent: percent,
          mirrorPercentage: fc.record({ value: percent }),
          retries: fc.record({ attempts: fc.constant(2), retryOn: fc.constantFrom("5xx, reset", "gateway-eror", "foo,5xx") }),
          fault: fc.record({ delay: fc.record({ fixedDelay: fc.constant("1s"), percent }) }),
          corsPolicy: fc.record({ allowMethods: some("get", "POST", "fetch") }),
          route: fc.constant([DESTINATION]),
        },
        { requiredKeys: ["route"] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  Sidecar: fc.record({
    egress: fc.array(
      fc.record(
        { hosts: some("./*", "*/*", "./a.com", "./b.com", "~/*"), port: fc.record({ number: fc.nat(3), targetPort: fc.nat(1) }) },
        { requiredKeys: ["hosts"] },
      ),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  Gateway: fc.record({
    servers: fc.array(
      fc.record({
        port: fc.record({
          number: fc.nat(90),
          name: fc.constantFrom("a", "b"),
          protocol: fc.constantFrom("HTTP", "HTTPS"),
          targetPort: fc.nat(1),
        }),
        bind: fc.constantFrom("", "unix:///a"),
        hosts: fc.constant(["*"]),
        tls: serverTls,
      }),
      { minLength: 1, maxLength: 2 },
    ),
    selector: fc.constant({ app: "a" }),
  }),
  DestinationRule: fc.record({ host: fc.constant("a"), exportTo }),
  ServiceEntry: fc.record({
    hosts: fc.constant(["a.com"]),
    exportTo,
    resolution: fc.constantFrom("NONE", "DNS"),
    ports: fc.constant([
      { number: 80, name: "a", targetPort: 81 },
      { number: 81, name: "b", targetPort: 82 },
    ]),
  }),
};

function judged(raw: unknown): readonly Finding[] {
  const { errors, warnings } = validateObject(raw);
  return [...errors, ...warnings];
}

const counted = (findings: readonly Finding[]): ReadonlyMap<string, number> =>
  new Map([...Map.groupBy(findings, ({ code }) => code)].map(([code, all]) => [code, all.length]));

/** Applied, the patches leave fewer findings of each message that they were for, and not one more of another. */
function putRight(raw: unknown, findings: readonly Finding[]): void {
  const patches = findings.flatMap(({ fix = [] }) => fix) as Operation[];
  const after = counted(judged(jsonPatch.applyPatch(structuredClone(raw), patches, true, false).newDocument));
  const [before, fixed] = [counted(judged(raw)), counted(findings)];
  for (const [code, count] of after) {
    expect([code, count]).toEqual([code, Math.min(count, (before.get(code) ?? 0) - (fixed.get(code) ?? 0))]);
  }
}

function holds(raw: unknown): void {
  const all = judged(raw);
  // Where not all is listed, what is put right makes room for more.
  if (all.some(({ code }) => code === CATALOGUE.tooManyFindings.code || code === CATALOGUE.moreWarnings.code)) return;
  const fixable = all.filter(({ fix }) => fix !== undefined);
  for (const found of fixable) putRight(raw, [found]);
  putRight(raw, fixable);
}

const OPTIONS = { numRuns: runs({ usual: 100, soak: 10_000 }), seed: seed() };
const TIME = runs({ usual: 60_000, soak: 900_000 });

describe("patches", { timeout: TIME }, () => {
  it.each(Object.values(OWN_KINDS))("of whatever has the shape of a $kind", ({ kind, schema, group }) => {
    fc.assert(
      fc.property(fitting(schemaOf(schema)), (spec) =>
        holds({ apiVersion: `${group}/v1`, kind, metadata: { name: "a", namespace: "shop" }, spec }),
      ),
      OPTIONS,
    );
  });

  it.each(Object.entries(BROKEN))("of a %s in which much can be put right", (kind, specs) => {
    const found = { fixes: 0, several: 0 };
    fc.assert(
      fc.property(specs, (spec) => {
        const raw = { apiVersion: "networking.istio.io/v1", kind, metadata: { name: "a", namespace: "shop" }, spec };
        const fixes = judged(raw).filter(({ fix }) => fix !== undefined).length;
        found.fixes += fixes;
        if (fixes > 1) found.several += 1;
        holds(raw);
      }),
      OPTIONS,
    );
    expect(found.several).toBeGreaterThan(OPTIONS.numRuns / 4);
  });
});
