import { expect, test } from "vitest";
import { chooseBackend } from "../../../src/agent/iptables-backend.ts";
import { err, ok } from "../../../src/base/result.ts";
import type { Family } from "../../../src/iptables/iptables-options.ts";
import { parseSaved } from "../../../src/iptables/saved-rules.ts";

const held = (rules: number) => ok(parseSaved(`*nat\n${"-A OUTPUT -j ACCEPT\n".repeat(rules)}COMMIT\n`));
const broken = err("no");

test.each([
  ["nothing anywhere", held(0), held(0), "nft"],
  ["rules of the old engine only", held(0), held(2), "legacy"],
  ["rules of both", held(1), held(2), "nft"],
  ["only the old engine works", broken, held(0), "legacy"],
  ["only the new engine works", held(0), broken, "nft"],
])("%s: %#", (_what, nft, legacy, backend) => {
  const chosen = chooseBackend("v6", (_family, which) => (which === "nft" ? nft : legacy));
  expect(chosen).toMatchObject({ ok: true, value: { backend } });
});

test("each family is looked at by itself", () => {
  const asked: Family[] = [];
  const read = (family: Family, backend: string) => {
    asked.push(family);
    return family === "v6" && backend === "nft" ? broken : held(0);
  };
  expect([chooseBackend("v4", read), chooseBackend("v6", read)]).toMatchObject([
    { value: { backend: "nft" } },
    { value: { backend: "legacy" } },
  ]);
  expect(asked).toEqual(["v4", "v4", "v6", "v6"]);
});

test("an engine that cannot be read is a failure, not an empty one", () => {
  expect(chooseBackend("v6", () => broken)).toEqual(err("no; no"));
});
