import { expect, test } from "vitest";
import { checkProxyConfig } from "../../../src/validation/check/proxy-config.ts";

const found = (...inclusionRegexps: readonly string[]): readonly string[] =>
  checkProxyConfig({ proxyStatsMatcher: { inclusionRegexps } }, "config").map(({ code, path }) => `${code} ${path}`);

const LIST = "config.proxyStatsMatcher.inclusionRegexps";

test.each<[string, readonly string[], readonly string[]]>([
  ["as long as they may be: each is looked at", ["a".repeat(9_999), "("], [`FL0210 ${LIST}[1]`]],
  ["one character longer: none is", ["a".repeat(10_000), "("], [`FL0227 ${LIST}`]],
  ["repetitions are counted", ["ab{999}c", "ab{999}c", "("], [`FL0227 ${LIST}`]],
])("expressions of statistics, all together %s", (_, regexes, findings) => {
  expect(found(...regexes)).toEqual(findings);
});
