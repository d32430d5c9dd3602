import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileMaterialStore, type MaterialStore } from "../../../src/main/material-store.ts";
import { type WebhookCertificates, webhookCertificates } from "../../../src/main/webhook-certificates.ts";
import { certificateInfo } from "../../../src/pki/certificate-info.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { heldClock } from "../xds/held-clock.ts";

const START = Date.UTC(2026, 0, 1);
const DAY = 24 * 3_600_000;
const log = createLogger({ name: "test", level: "silent" });
let folder: string;
let store: MaterialStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-material-"));
  store = fileMaterialStore(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const load = (clock: ReturnType<typeof heldClock>) =>
  webhookCertificates(store, { name: "webhook", dnsNames: ["fairlead.istio-system.svc"], clock, log });
const shown = (certificates: WebhookCertificates) => {
  const { serving, caBundle } = certificates.current();
  return { certificate: serving.certPem, caBundle };
};
const serialOf = (pem: string) => certificateInfo(pem)?.notAfter;

test("made once, kept for the next start, readable by its owner alone", async () => {
  const clock = heldClock(START);
  const first = (await load(clock)).current();
  expect(certificateInfo(first.serving.certPem)?.dnsNames).toEqual(["fairlead.istio-system.svc"]);
  expect((await load(clock)).current().caBundle).toBe(first.caBundle);
  expect(statSync(join(folder, "webhook.json")).mode & 0o777).toBe(0o600);
});

test("renewed in time, while clients go on trusting; who listens is told", async () => {
  const clock = heldClock(START);
  const certificates = await load(clock);
  const before = certificates.current();
  let told = 0;
  certificates.onChange(() => told++);
  clock.move(61 * DAY);
  await expect.poll(() => told).toBeGreaterThan(0);
  const after = certificates.current();
  expect(serialOf(after.serving.certPem)).not.toBe(serialOf(before.serving.certPem));
  expect(after.caBundle, "the authority is still the same").toBe(before.caBundle);
});

test("a replica that renews second takes what the first has stored", async () => {
  const [mine, theirs] = [heldClock(START), heldClock(START)];
  const [one, two] = [await load(mine), await load(theirs)];
  const before = one.current().serving.certPem;
  mine.move(61 * DAY);
  await expect.poll(() => one.current().serving.certPem).not.toBe(before);
  theirs.move(61 * DAY);
  await expect.poll(() => two.current().serving.certPem).toBe(one.current().serving.certPem);
  expect(JSON.parse(readFileSync(join(folder, "webhook.json"), "utf8"))["tls.crt"]).toBe(one.current().serving.certPem);
});

test("what was deleted is put back, and a replica that starts meanwhile serves under the same authority", async () => {
  const clock = heldClock(START);
  const one = await load(clock);
  rmSync(join(folder, "webhook.json"));
  clock.move(60_000);
  await expect.poll(() => existsSync(join(folder, "webhook.json"))).toBe(true);
  expect(shown(await load(heldClock(START)))).toEqual(shown(one));
});

test("what was replaced is taken over within a minute, also where it was deleted and another replica was first", async () => {
  const clock = heldClock(START);
  const one = await load(clock);
  const before = one.current().caBundle;
  rmSync(join(folder, "webhook.json"));
  const two = await load(heldClock(START));
  expect(two.current().caBundle).not.toBe(before);
  let told = 0;
  one.onChange(() => told++);
  clock.move(60_000);
  await expect.poll(() => told).toBe(1);
  expect(shown(one)).toEqual(shown(two));
});
