import { X509Certificate } from "node:crypto";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { certificateInfo } from "../../../src/pki/certificate-info.ts";
import { certificatesOf } from "../../../src/pki/trust-bundle.ts";
import { caBundle, nextWebhookRenewal, renewWebhookMaterial, type WebhookMaterial } from "../../../src/pki/webhook-material.ts";

const DAY = 24 * 3600_000;
const NAMES = ["fairlead.istio-system.svc", "fairlead.istio-system.svc.cluster.local"];
const start = Date.now();

const signedBy = (material: WebhookMaterial) =>
  material.authorities.findIndex((authority) =>
    new X509Certificate(material.serving.certPem).verify(new X509Certificate(authority.certPem).publicKey),
  );

/** What a client gets that trusts this bundle alone. */
async function serve(material: WebhookMaterial, ca: string): Promise<string> {
  const server = createServer({ cert: material.serving.certPem, key: material.serving.key.reveal() }, (_, response) =>
    response.end("served"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const body = await new Promise<string>((resolve, reject) => {
    const options = { host: "127.0.0.1", port, servername: NAMES[0], ca, agent: false };
    request(options, (response) => response.on("data", (bytes) => resolve(String(bytes))))
      .on("error", reject)
      .end();
  });
  server.close();
  return body;
}

test("a client that trusts the bundle is served", async () => {
  const material = await renewWebhookMaterial(undefined, { dnsNames: NAMES, now: start });
  expect(await serve(material, caBundle(material, start))).toBe("served");
});

test("so it is while two authorities overlap, whichever signs", async () => {
  const lives = { authorityMs: 365 * DAY, servingMs: 300 * DAY };
  const first = await renewWebhookMaterial(undefined, { dnsNames: NAMES, now: start - 250 * DAY, lives });
  const young = await renewWebhookMaterial(first, { dnsNames: NAMES, now: start - DAY, lives });
  const settled = await renewWebhookMaterial(young, { dnsNames: NAMES, now: start, lives });
  expect([signedBy(young), signedBy(settled)]).toEqual([1, 0]);
  const bundle = caBundle(young, start);
  expect([...bundle.matchAll(/BEGIN/g)]).toHaveLength(2);
  for (const material of [young, settled]) expect(await serve(material, bundle)).toBe("served");
});

test("nothing changes before its time", async () => {
  const material = await renewWebhookMaterial(undefined, { dnsNames: NAMES, now: start });
  expect(await renewWebhookMaterial(material, { dnsNames: NAMES, now: start + 30 * DAY })).toBe(material);
  expect(nextWebhookRenewal(material)).toBeGreaterThan(start + 55 * DAY);
});

test("a further name makes a new certificate under the same authority", async () => {
  const material = await renewWebhookMaterial(undefined, { dnsNames: NAMES, now: start });
  const next = await renewWebhookMaterial(material, { dnsNames: [...NAMES, "fairlead-canary.istio-system.svc"], now: start + DAY });
  expect(next.authorities).toBe(material.authorities);
  expect(certificateInfo(next.serving.certPem)?.dnsNames).toContain("fairlead-canary.istio-system.svc");
});

test("over two years of rotation every step is verified by the bundle of the step before and after", async () => {
  let material = await renewWebhookMaterial(undefined, { dnsNames: NAMES, now: start });
  const authorities = new Set<string>();
  for (let day = 1; day < 730; day += 20) {
    const now = start + day * DAY;
    const next = await renewWebhookMaterial(material, { dnsNames: NAMES, now });
    expect(signedBy(next)).toBeGreaterThanOrEqual(0);
    expect(certificateInfo(next.serving.certPem)?.notAfter).toBeGreaterThan(now + 20 * DAY);
    const trustedBefore = caBundle(material, now);
    const signer = next.authorities[signedBy(next)]?.certPem ?? "";
    expect(trustedBefore).toContain(signer);
    for (const authority of certificatesOf(caBundle(next, now))) authorities.add(authority);
    material = next;
  }
  expect(authorities.size).toBeGreaterThanOrEqual(3);
});

test("a young authority signs as soon as it has settled, and not before; that moment is known beforehand", async () => {
  const HOUR = 3600_000;
  const first = await renewWebhookMaterial(undefined, { dnsNames: NAMES, now: start });
  const renewal = start + 250 * DAY; // the authority is due, and the serving certificate long since
  const young = await renewWebhookMaterial(first, { dnsNames: NAMES, now: renewal });
  expect(young.authorities).toHaveLength(2);
  expect(signedBy(young)).toBe(1);
  const settled = nextWebhookRenewal(young);
  expect(settled).toBeGreaterThan(renewal + HOUR / 2);
  expect(settled).toBeLessThanOrEqual(renewal + HOUR);
  expect(await renewWebhookMaterial(young, { dnsNames: NAMES, now: settled - 1 })).toBe(young);
  const next = await renewWebhookMaterial(young, { dnsNames: NAMES, now: settled });
  expect(signedBy(next)).toBe(0);
  expect(nextWebhookRenewal(next)).toBeGreaterThan(settled + 30 * DAY);
});

test("with short lives everything happens in the same order, and sooner", async () => {
  const lives = { authorityMs: 60_000, servingMs: 30_000 };
  const at = (now: number) => ({ dnsNames: NAMES, now, lives });
  const first = await renewWebhookMaterial(undefined, at(start));
  expect(certificateInfo(first.serving.certPem)?.notAfter).toBeLessThanOrEqual(start + 30_000);
  const due = start + 41_000; // both are
  const young = await renewWebhookMaterial(first, at(due));
  expect([young.authorities.length, signedBy(young)]).toEqual([2, 1]);
  const settled = nextWebhookRenewal(young);
  expect(settled).toBeLessThanOrEqual(due + 5_000);
  const next = await renewWebhookMaterial(young, at(settled));
  expect(signedBy(next)).toBe(0);
  expect((await renewWebhookMaterial(next, at(start + 61_000))).authorities).toHaveLength(1);
});
