import { expect, test } from "vitest";
import { parseScrapeTargets } from "../../../src/base/scrape-targets.ts";

const many = (count: number, entry = "8080:/metrics"): string => Array<string>(count).fill(entry).join(", ");

test("as many as there are containers, each with a path as long as one is", () => {
  expect(parseScrapeTargets(many(32, `65535:/${"x".repeat(1023)}`))).toMatchObject({ ok: true });
});

test.each([
  ["too many", many(33), "has 33 places, 32 are the most"],
  ["a path too long", `8080:/${"x".repeat(1024)}`, "is no port with a path of at most 1024 characters"],
  ["three million bytes", many(200_000), "is longer than 33280 characters"],
  ["a port that is none", "0:/metrics", '"0:/metrics" is no port with a path of at most 1024 characters'],
])("%s is told in a short sentence", (_, text, reason) => {
  const read = parseScrapeTargets(text);
  if (read.ok) throw new Error("taken");
  expect(read.error).toContain(reason);
  expect(read.error.length).toBeLessThan(160);
});
