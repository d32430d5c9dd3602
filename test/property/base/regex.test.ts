import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import { isPlainRegex } from "../../../src/base/regex.ts";

/** What expressions are made of, and what makes them wrong. */
const PIECES =
  "a z A 9 / . - _ , = ! : ~ % @ & ; # < > * + ? *? +? ?? ** ^ $ | ( (?: (?i) (?= ) [ [^ ] a-z A-Z 0-9 z-a a-c \\d \\W \\s \\. \\/ \\- \\] \\[ \\\\ \\b \\x{100} \\1 \\ { } {2} {2,1} é 💡".split(
    " ",
  );

const assembled = fc.array(fc.constantFrom(...PIECES, " ", "\n"), { maxLength: 24 }).map((pieces) => pieces.join(""));

function compiles(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}

describe("an expression that is plainly right", () => {
  it("compiles", () => {
    let plain = 0;
    fc.assert(
      fc.property(fc.oneof(assembled, fc.string({ unit: "binary", maxLength: 8 })), (text) => {
        if (!isPlainRegex(text)) return;
        plain++;
        expect(compiles(text)).toBe(true);
      }),
      { numRuns: 5_000, seed: 20_261_129 },
    );
    expect(plain).toBeGreaterThan(200);
  });

  it.each(["/v[12]/.*", "^/api/(v1|v2)/.*$", ".*\\.example\\.com", "[a-zA-Z0-9_-]+", "(?:a|b)+?\\d*"])("is seen to be: %s", (text) => {
    expect(isPlainRegex(text)).toBe(true);
  });

  it.each(["a**", "(", "[z-a]", "a|*", "(?=a)", "\\x{100}"])("is not: %s", (text) => {
    expect(isPlainRegex(text)).toBe(false);
  });
});
