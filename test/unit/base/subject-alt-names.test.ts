import { expect, test } from "vitest";
import { subjectAltNames } from "../../../src/base/subject-alt-names.ts";

const TEXT = "URI:spiffe://cluster.local/ns/a/sa/b, DNS:a.example, IP Address:192.0.2.1, DNS:*.b.example";

test("names of the kind that is asked for, in order", () => {
  expect(subjectAltNames(TEXT, "URI")).toEqual(["spiffe://cluster.local/ns/a/sa/b"]);
  expect(subjectAltNames(TEXT, "DNS")).toEqual(["a.example", "*.b.example"]);
});

test.each([undefined, "", "IP Address:192.0.2.1", "email:URI:a@b"])("none: %s", (text) => {
  expect(subjectAltNames(text, "URI")).toEqual([]);
});

test("a quoted name could hide another: nothing of such a list is taken", () => {
  expect(subjectAltNames('DNS:"a.example, URI:spiffe://cluster.local/ns/x/sa/y", URI:spiffe://cluster.local/ns/a/sa/b', "URI")).toEqual([]);
});
