import { expect, test } from "vitest";
import { renewalDelay, renewalTime } from "../../../src/pki/rotation.ts";
import { parseSpiffeUri, spiffeUri } from "../../../src/pki/spiffe-id.ts";

test("renewal is due after two thirds of the life, a little earlier for some", () => {
  const life = { notBefore: 1000, notAfter: 4000 };
  expect(renewalTime(life)).toBe(3000);
  expect(renewalDelay(life, 2000)).toBe(1000);
  expect(renewalDelay(life, 2000, 0.5)).toBe(850);
  expect(renewalDelay(life, 9000)).toBe(0);
});

test.each([
  "spiffe://cluster.local/ns/a/sa/b/extra",
  "spiffe://cluster.local/ns//sa/b",
  "https://cluster.local/ns/a/sa/b",
  "spiffe://cluster.local/ns/a/sa/b\nspiffe://cluster.local/ns/c/sa/d",
  "spiffe://cluster.local/ns/A/sa/b",
  "",
])("%j is no name of a workload", (uri) => {
  expect(parseSpiffeUri(uri)).toBeUndefined();
});

test("a name is read as it was written", () => {
  const id = { trustDomain: "corp.example", namespace: "ns-1", serviceAccount: "a.b-c" };
  expect(parseSpiffeUri(spiffeUri(id))).toEqual(id);
});
