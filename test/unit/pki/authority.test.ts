import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Authority, loadAuthority } from "../../../src/pki/authority.ts";
import { certificateInfo, keyFits } from "../../../src/pki/certificate-info.ts";
import { createRoot } from "../../../src/pki/create-root.ts";
import { createCertificateRequest } from "../../../src/pki/csr.ts";
import { privateKeyPem } from "../../../src/pki/private-key.ts";
import { certificatesOf } from "../../../src/pki/trust-bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-pki-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HOUR = 3600_000;
const now = Date.now();
const id = { namespace: "orders", serviceAccount: "api" };

function openssl(args: readonly string[], files: Readonly<Record<string, string>> = {}): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { stdout, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
  return stdout + stderr;
}

async function authority(): Promise<Authority> {
  const material = await createRoot({ trustDomain: "cluster.local", now });
  const loaded = await loadAuthority({ material, trustDomain: "cluster.local", alsoTrusted: [] }, now);
  if (!loaded.ok) throw new Error(loaded.error);
  return loaded.value;
}

test("openssl reads the request made by hand, and finds its signature good", async () => {
  const { csrPem } = await createCertificateRequest("spiffe://cluster.local/ns/orders/sa/api");
  const text = openssl(["req", "-in", "a.csr", "-noout", "-verify", "-text"], { "a.csr": csrPem });
  expect(text).toMatch(/verify OK/);
  expect(text).toContain("URI:spiffe://cluster.local/ns/orders/sa/api");
});

test("a long name is encoded, too", async () => {
  const uri = `spiffe://cluster.local/ns/${"n".repeat(63)}/sa/${"s".repeat(253)}`;
  const { csrPem } = await createCertificateRequest(uri);
  expect(openssl(["req", "-in", "long.csr", "-noout", "-text"], { "long.csr": csrPem })).toContain(uri);
});

test("a certificate names who was proven, whatever the request says, and verifies against the bundle", async () => {
  const signer = await authority();
  const { csrPem, key } = await createCertificateRequest("spiffe://cluster.local/ns/kube-system/sa/admin");
  const issued = await signer.signWorkload(csrPem, id, { now, lifeMs: HOUR });
  if (!issued.ok) throw new Error(issued.error);
  const [leaf = ""] = issued.value.chain;
  const info = certificateInfo(leaf);
  expect(info).toMatchObject({ uris: ["spiffe://cluster.local/ns/orders/sa/api"], isAuthority: false });
  expect(info && keyFits(key, info.publicKeyDer)).toBe(true);
  expect(Math.abs((info?.notAfter ?? 0) - now - HOUR)).toBeLessThan(1000);
  const files = { "root.pem": signer.trustBundle(now), "leaf.pem": leaf };
  expect(openssl(["verify", "-x509_strict", "-CAfile", "root.pem", "leaf.pem"], files)).toContain("leaf.pem: OK");
});

test("a request that its own key did not sign is refused", async () => {
  const signer = await authority();
  const { csrPem } = await createCertificateRequest("spiffe://a/ns/b/sa/c");
  const der = Buffer.from(csrPem.replace(/-----[A-Z ]+-----/g, ""), "base64");
  const forged = Buffer.from(der);
  forged.set([(forged.at(60) as number) ^ 1], 60);
  for (const bytes of [forged, der.subarray(0, 40), Buffer.from("x")]) {
    const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
    expect(await signer.signWorkload(pem, id, { now, lifeMs: HOUR })).toMatchObject({ ok: false });
  }
  expect(await signer.signWorkload("x".repeat(20_000), id, { now, lifeMs: HOUR })).toMatchObject({ ok: false });
});

test("a weak key is refused with what to make instead", async () => {
  openssl(["req", "-new", "-newkey", "rsa:1024", "-nodes", "-keyout", "weak.key", "-out", "weak.csr", "-subj", "/CN=a"]);
  const weak = spawnSync("cat", [join(folder, "weak.csr")], { encoding: "utf8" }).stdout;
  const refused = await (await authority()).signWorkload(weak, id, { now, lifeMs: HOUR });
  expect(refused).toMatchObject({ ok: false, error: expect.stringContaining("P-256") });
});

test("nothing outlives the root", async () => {
  const material = await createRoot({ trustDomain: "cluster.local", now, lifeMs: HOUR });
  const loaded = await loadAuthority({ material, trustDomain: "cluster.local", alsoTrusted: [] }, now);
  if (!loaded.ok) throw new Error(loaded.error);
  const server = await loaded.value.issueServer(["fairlead.istio-system.svc"], { now, lifeMs: 24 * HOUR });
  const info = certificateInfo(server.certPem);
  expect(info?.notAfter).toBe(loaded.value.notAfter);
  expect(info?.dnsNames).toEqual(["fairlead.istio-system.svc"]);
});

test("material that cannot sign is refused with the reason", async () => {
  const [one, two] = await Promise.all([createRoot({ trustDomain: "a", now }), createRoot({ trustDomain: "a", now })]);
  const load = async (material: typeof one, at = now) => await loadAuthority({ material, trustDomain: "a", alsoTrusted: [] }, at);
  expect(await load({ certPem: one.certPem, key: two.key })).toMatchObject({ error: expect.stringContaining("belong together") });
  expect(await load({ certPem: "nonsense", key: one.key })).toMatchObject({ error: expect.stringContaining("BEGIN CERTIFICATE") });
  expect(await load({ certPem: one.certPem, key: privateKeyPem("nonsense") })).toMatchObject({ ok: false });
  expect(await load(one, now + 11 * 365 * 24 * HOUR)).toMatchObject({ error: expect.stringContaining("ended on") });
});

test("an authority of the operator's own, RSA by openssl, signs as well", async () => {
  openssl(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "own.key", "-out", "own.pem", "-subj", "/O=own", "-days", "30"]);
  const read = (name: string) => spawnSync("cat", [join(folder, name)], { encoding: "utf8" }).stdout;
  const material = { certPem: read("own.pem"), key: privateKeyPem(read("own.key")) };
  const loaded = await loadAuthority({ material, trustDomain: "cluster.local", alsoTrusted: [] }, Date.now());
  if (!loaded.ok) throw new Error(loaded.error);
  const { csrPem } = await createCertificateRequest("spiffe://a/ns/b/sa/c");
  const issued = await loaded.value.signWorkload(csrPem, id, { now: Date.now(), lifeMs: HOUR });
  if (!issued.ok) throw new Error(issued.error);
  expect(openssl(["verify", "-CAfile", "own.pem", "own-leaf.pem"], { "own-leaf.pem": issued.value.chain[0] ?? "" })).toContain("OK");
});

test("while two roots overlap the bundle has both, each once, and drops the one that ended", async () => {
  const [old, next] = await Promise.all([createRoot({ trustDomain: "a", now, lifeMs: HOUR }), createRoot({ trustDomain: "a", now })]);
  const loaded = await loadAuthority({ material: next, trustDomain: "a", alsoTrusted: [old.certPem + next.certPem] }, now);
  if (!loaded.ok) throw new Error(loaded.error);
  expect(certificatesOf(loaded.value.trustBundle(now))).toHaveLength(2);
  expect(certificatesOf(loaded.value.trustBundle(now + 2 * HOUR))).toEqual([next.certPem]);
});
