import { inspect } from "node:util";
import pino from "pino";
import { expect, test } from "vitest";
import { privateKeyPem } from "../../../src/pki/private-key.ts";

test("no way of printing shows the key", () => {
  const key = privateKeyPem("SECRET-BYTES");
  const logged: string[] = [];
  pino({}, { write: (line: string) => void logged.push(line) }).info({ key, identity: { key } }, "made a key");
  const shown = [`${key}`, String(key), JSON.stringify({ key }), inspect(key), inspect({ deep: { key } }, { showHidden: true }), ...logged];
  for (const text of shown) {
    expect(text).not.toContain("SECRET-BYTES");
    expect(text).toContain("[private key]");
  }
  expect(Object.values(key).join(" ")).not.toContain("SECRET-BYTES");
  expect(key.reveal()).toBe("SECRET-BYTES");
});
