import { expect, test } from "vitest";
import { appSource } from "../../../src/agent/app-source.ts";

const POD = new Set(["127.0.0.1", "10.0.0.7", "::1", "fd00::7", "::6"]);

test.each([
  ["the pod's address", "10.0.0.7", "127.0.0.6"],
  ["loopback", "127.0.0.1", "127.0.0.6"],
  ["another address of loopback", "127.0.0.9", "127.0.0.6"],
  ["the pod's IPv6 address", "fd00::7", "::6"],
  ["the same, written otherwise", "FD00:0:0::0007", "::6"],
  ["IPv6 loopback", "::1", "::6"],
  ["another pod", "10.0.0.8", undefined],
  ["another pod's IPv6 address", "fd00::8", undefined],
  ["a name", "app.example.com", undefined],
])("%s, %s, is called from %s", (_, host, from) => {
  expect(appSource(host, POD)).toBe(from);
});

test("where no redirection gave the pod the IPv6 address to call from, none is needed", () => {
  expect(appSource("fd00::7", new Set(["fd00::7"]))).toBeUndefined();
});
