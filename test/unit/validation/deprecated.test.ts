// Whoever writes a field that has a successor is told once, and of all such fields alike.
import { describe, expect, it } from "vitest";
import { schemaOf } from "../../../src/api/dialect/node.ts";
import { OWN_KINDS } from "../../../src/api/kinds.ts";
import { validateObject } from "../../../src/validation/validate-object.ts";
import { fieldsOf, holding, least, pathOf } from "./field-bodies.ts";

/** What a description says of a field that another one took the place of. */
const HAS_SUCCESSOR = /; write .* instead\.$|^No longer used; write /;
/** No proxy makes these faults: an error says so, with the same advice. */
const REFUSED = /\.fault\.(?:delay\.exponentialDelay|abort\.http2Error)$/;

const CASES = Object.values(OWN_KINDS).flatMap(({ kind, group, versions, schema }) =>
  fieldsOf(schemaOf(schema), ({ description = "" }) => HAS_SUCCESSOR.test(description)).map(({ steps, schema: field }) => ({
    path: `spec${pathOf(steps)}`,
    raw: {
      ...{ apiVersion: `${group}/${versions[0]}`, kind, metadata: { name: "a", namespace: "shop" } },
      // The least number is below any share.
      spec: holding(schemaOf(schema), steps, field.type === "integer" ? 1 : least(field)),
    },
  })),
);

function findings(raw: unknown) {
  const { errors, warnings } = validateObject(raw);
  return [...errors, ...warnings];
}

describe("fields that have a successor", () => {
  it("are many", () => {
    expect(CASES.length).toBeGreaterThan(15);
  });

  it.each(CASES.map((one) => [`${one.raw.kind} ${one.path}`, one] as const))("%s is told once", (_, { raw, path }) => {
    const told = findings(raw).filter((found) => found.path === path);
    expect(told.map(({ code }) => code)).toEqual([REFUSED.test(path) ? "FL0444" : "FL0438"]);
  });
});

describe("a field of old", () => {
  const cors = (corsPolicy: object) => ({
    ...{ apiVersion: "networking.istio.io/v1", kind: "VirtualService", metadata: { name: "a", namespace: "shop" } },
    spec: { hosts: ["a"], http: [{ route: [{ destination: { host: "a" } }], corsPolicy }] },
  });
  const balanced = (loadBalancer: object) => ({
    ...{ apiVersion: "networking.istio.io/v1", kind: "DestinationRule", metadata: { name: "a", namespace: "shop" } },
    spec: { host: "a", trafficPolicy: { loadBalancer } },
  });
  const told = (raw: unknown) =>
    findings(raw).map(({ code, fix }) => [code, fix?.map((step) => ("value" in step ? step.value : step.path))]);

  it("is moved with what it means", () => {
    expect(told(cors({ allowOrigin: ["https://a.com", "*"] }))).toEqual([
      ["FL0438", ["/spec/http/0/corsPolicy/allowOrigin", [{ exact: "https://a.com" }, { regex: ".*" }]]],
    ]);
    expect(told(balanced({ warmupDurationSecs: "30s" }))).toEqual([
      ["FL0438", ["/spec/trafficPolicy/loadBalancer/warmupDurationSecs", { duration: "30s" }]],
    ]);
  });

  it("stays where its successor stands already, or would be refused", () => {
    expect(told(cors({ allowOrigin: ["a"], allowOrigins: [{ exact: "b" }] }))).toEqual([["FL0438", undefined]]);
    expect(told(cors({ allowOrigin: [""] }))).toEqual([["FL0438", undefined]]);
    expect(told(balanced({ warmupDurationSecs: "30s", warmup: { duration: "1s" } }))).toEqual([["FL0438", undefined]]);
    expect(told(balanced({ warmupDurationSecs: "0s" }))).toEqual([
      ["FL0211", undefined],
      ["FL0438", undefined],
    ]);
  });
});
