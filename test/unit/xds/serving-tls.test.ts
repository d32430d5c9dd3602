import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { certificateInfo } from "../../../src/pki/certificate-info.ts";
import { startServingTls } from "../../../src/xds/serving-tls.ts";
import { heldClock } from "./held-clock.ts";
import { authorityOf } from "./xds-world.ts";

const DAY = 24 * 3600_000;

test("the certificate is renewed before two thirds of its life are over, for as long as it runs", async () => {
  const clock = heldClock(Date.now());
  const authority = await authorityOf("cluster.local");
  const tls = await startServingTls({ authority: () => authority, dnsNames: ["fairlead.istio-system.svc"], clock, lifeMs: 3 * DAY });
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
  const tls = await startServingTls({ authority: () => authority, dnsNames: ["a.b"], clock: heldClock(Date.now()) });
  authority = two;
  await tls.refresh();
  const { certPem, rootPem } = tls.source.current();
  expect(new X509Certificate(certPem).verify(new X509Certificate(rootPem).publicKey)).toBe(true);
  expect(rootPem).toBe(two.trustBundle(Date.now()));
});

function nextMaterial(watch: (listener: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    const stop = watch(() => {
      stop();
      resolve();
    });
  });
}
