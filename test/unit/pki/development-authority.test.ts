import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadAuthority } from "../../../src/pki/authority.ts";
import { privateKeyPem } from "../../../src/pki/private-key.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-certs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const make = (...args: string[]) => spawnSync(join(import.meta.dirname, "../../../certs/make-authority.sh"), args, { encoding: "utf8" });

test("what the script makes can sign; it overwrites nothing", async () => {
  expect(make(folder)).toMatchObject({ status: 0 });
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const material = { certPem: read("ca-cert.pem"), key: privateKeyPem(read("ca-key.pem")) };
  const loaded = await loadAuthority({ material, trustDomain: "cluster.local", alsoTrusted: [] }, Date.now());
  expect(loaded).toMatchObject({ ok: true });
  expect(make(folder)).toMatchObject({ status: 1, stderr: expect.stringContaining("is there already") });
  expect(read("ca-key.pem")).toBe(material.key.reveal());
});
