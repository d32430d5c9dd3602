import { expect, test } from "vitest";
import { hostSet } from "../../../src/base/host-set.ts";
import { hostMatches } from "../../../src/base/hostname.ts";

const HOSTS = ["*", "*.com", "*.b.com", "*.a.b.com", "a.b.com", "A.B.com", "b.com", "com", "x.a.b.com", "b.org", "*.org", "*b.com", ".com"];

test("a set of hosts answers as each of its members does", () => {
  for (const one of HOSTS) {
    for (const other of HOSTS) {
      const set = hostSet([one, "unrelated.example"]);
      expect(set.cover(other), `${one} stands for ${other}`).toBe(hostMatches(one, other) || hostMatches("unrelated.example", other));
      // Wildcards inside a label are refused wherever they are written, and so need not be found.
      if (/^\*[^.]/.test(other)) continue;
      expect(set.fallUnder(other), `${other} stands for ${one}`).toBe(hostMatches(other, one) || hostMatches(other, "unrelated.example"));
    }
  }
});
