import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadAuthority } from "../../../src/pki/authority.ts";
import { createCertificateRequest } from "../../../src/pki/csr.ts";
import { storedAuthority } from "../../../src/pki/stored-authority.ts";
import { type Intermediate, makeIntermediate } from "./intermediate.ts";

const now = Date.now();
let made: Intermediate;
let folder: string;
beforeAll(() => {
  made = makeIntermediate();
  folder = mkdtempSync(join(tmpdir(), "fairlead-stored-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const load = (stored: Readonly<Record<string, string>>) => {
  const { material, chain, trusted } = storedAuthority(stored);
  return loadAuthority({ material, chain, trustDomain: "cluster.local", alsoTrusted: [trusted] }, now);
};

/** The Secret as people make it for Istio. */
const istio = ({ root, middle, certificate, key }: Intermediate) => ({
  "ca-cert.pem": certificate,
  "ca-key.pem": key,
  "cert-chain.pem": certificate + middle + root,
  "root-cert.pem": root,
});

/** The Secret as cert-manager writes it. */
const certManager = ({ root, middle, certificate, key }: Intermediate) => ({
  "tls.crt": certificate + middle,
  "tls.key": key,
  "ca.crt": root,
});

test.each([
  ["Istio's keys", istio],
  ["those of a TLS Secret", certManager],
])("under %s: who trusts the root alone verifies a workload by the chain it shows", async (_, secret) => {
  const loaded = await load(secret(made));
  if (!loaded.ok) throw new Error(loaded.error);
  expect(loaded.value.trustBundle(now).trim()).toBe(made.root.trim());
  const { csrPem } = await createCertificateRequest();
  const issued = await loaded.value.signWorkload(csrPem, { namespace: "a", serviceAccount: "b" }, { now, lifeMs: 3600_000 });
  if (!issued.ok) throw new Error(issued.error);
  const [leaf = "", ...above] = issued.value.chain;
  expect(above.map((pem) => pem.trim())).toEqual([made.certificate.trim(), made.middle.trim()]);
  for (const [name, text] of Object.entries({ root: made.root, chain: above.join(""), leaf })) writeFileSync(join(folder, name), text);
  const verified = spawnSync("openssl", ["verify", "-CAfile", "root", "-untrusted", "chain", "leaf"], { cwd: folder, encoding: "utf8" });
  expect(verified.stdout + verified.stderr).toContain("leaf: OK");
});

test("roots of before are trusted beside it, and never shown", async () => {
  const before = makeIntermediate();
  const loaded = await load({ ...istio(made), "root-cert.pem": made.root + before.root });
  expect(loaded.ok && loaded.value.trustBundle(now)).toBe(made.root + before.root);
});

test.each([
  ["a link is missing", (one: Intermediate) => ({ ...istio(one), "cert-chain.pem": one.certificate }), /what is between/],
  ["the root is another's", (one: Intermediate) => ({ ...istio(one), "root-cert.pem": makeIntermediate().root }), /add the root that did/],
  ["the key is another's", (one: Intermediate) => ({ ...istio(one), "ca-key.pem": makeIntermediate().key }), /do not belong together/],
  ["there is no certificate", () => ({}), /not a certificate in PEM/],
])("where %s it cannot sign, which is said", async (_, stored, words) => {
  const loaded = await load(stored(made));
  expect(loaded).toMatchObject({ ok: false, error: expect.stringMatching(words) });
});
