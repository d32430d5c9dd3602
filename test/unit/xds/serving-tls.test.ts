import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { certificateInfo } from "../../../src/pki/certificate-info.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { startServingTls } from "../../../src/xds/serving-tls.ts";
import { heldClock } from "./held-clock.ts";
import { authorityOf } from "./xds-world.ts";

const SILENT = createLogger({ name: "test", level: "silent" });
const DAY = 24 * 3600_000;

test("the certificate is renewed before two thirds of its life are over, for as long as it runs", async () => {
  const clock = heldClock(Date.now());
  const authority = await authorityOf("cluster.local");
  const tls = await startServingTls({
    authority: () => authority,
    dnsNames: ["fairlead.istio-system.svc"],
    clock,
    log: SILENT,
    lifeMs: 3 * DAY,
  });
  const serials = new Set<string>();
  for (let day = 0; day < 12; day++) {
    const info = certificateInfo(tls.source.current().certPem);
    serials.add(info?.serial ?? "");
    expect((info?.notAfter ?? 0) - clock.now()).toBeGreaterThan(DAY / 2);
    const next = nextMaterial(tls.source.watch);
    clock.move(DAY);
    if (day % 2 === 1) await next;
  }
  expect(serials.size).toBeGreaterThanOrEqual(5);
  tls.stop();
  expect(clock.planned()).toBe(0);
});

test("another authority is taken over at once", async () => {
  const [one, two] = [await authorityOf("cluster.local"), await authorityOf("cluster.local")];
  let authority = one;
  const tls = await startServingTls({ authority: () => authority, dnsNames: ["a.b"], clock: heldClock(Date.now()), log: SILENT });
  authority = two;
  await tls.refresh();
  const { certPem, rootPem } = tls.source.current();
  expect(new X509Certificate(certPem).verify(new X509Certificate(rootPem).publicKey)).toBe(true);
  expect(rootPem).toBe(two.trustBundle(Date.now()));
});

test("an authority that fails once is asked again; what was shown stays", async () => {
  const clock = heldClock(Date.now());
  const real = await authorityOf("cluster.local");
  let failing = false;
  const issueServer: typeof real.issueServer = (...args) => (failing ? Promise.reject(new Error("no entropy")) : real.issueServer(...args));
  const tls = await startServingTls({ authority: () => ({ ...real, issueServer }), dnsNames: ["a.b"], clock, log: SILENT });
  const before = tls.source.current().certPem;
  failing = true;
  await tls.refresh();
  expect(tls.source.current().certPem).toBe(before);
  failing = false;
  const next = nextMaterial(tls.source.watch);
  clock.move(30_000);
  await next;
  expect(tls.source.current().certPem).not.toBe(before);
  expect(clock.planned()).toBe(1);
});

function nextMaterial(watch: (listener: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    const stop = watch(() => {
      stop();
      resolve();
    });
  });
}
