// Ready means callable: a replica says so only when the API server could call its webhooks through the caBundle that is published.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renewWebhookMaterial } from "../../src/pki/webhook-material.ts";
import { until } from "./child.ts";
import { type Installed, installFairlead } from "./installed.ts";

const SYSTEM = "istio-system";
const CONFIGURATIONS = [
  ["mutatingwebhookconfiguration", "fairlead-istio-system-injector", 4],
  ["validatingwebhookconfiguration", "fairlead-istio-system-validator", 5],
] as const;

let cluster: Installed;
beforeAll(async () => {
  cluster = await installFairlead();
});
afterAll(() => cluster?.stop());

async function bundles(): Promise<readonly string[]> {
  const texts = CONFIGURATIONS.map(async ([kind, name, count]) => {
    const { stdout } = await cluster.kubectl(["get", kind, name, "-o", "json"]);
    const { webhooks } = JSON.parse(stdout) as { webhooks: { clientConfig: { caBundle?: string } }[] };
    expect(webhooks).toHaveLength(count);
    return webhooks.map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? "", "base64").toString());
  });
  return (await Promise.all(texts)).flat();
}

async function publish(bundle: string | undefined): Promise<void> {
  const value = bundle && Buffer.from(bundle).toString("base64");
  for (const [kind, name, count] of CONFIGURATIONS) {
    const patch = Array.from({ length: count }, (_, i) => {
      const path = `/webhooks/${i}/clientConfig/caBundle`;
      return value === undefined ? { op: "remove", path } : { op: "add", path, value };
    });
    expect((await cluster.kubectl(["patch", kind, name, "--type=json", "-p", JSON.stringify(patch)])).stderr).toBe("");
  }
}

/** From now on another, that does nothing, leads. */
async function leadByNobody(): Promise<void> {
  const now = new Date().toISOString().replace("Z", "000Z");
  const spec = { holderIdentity: randomBytes(4).toString("hex"), leaseDurationSeconds: 3600, acquireTime: now, renewTime: now };
  const patched = await cluster.kubectl(["patch", "lease", "fairlead", "-n", SYSTEM, "--type=merge", "-p", JSON.stringify({ spec })]);
  expect(patched.stderr).toBe("");
}

test("when the first replica is ready every caBundle is published, and a second replica gets ready beside it", async () => {
  const published = await bundles();
  expect(published.filter((bundle) => !bundle.startsWith("-----BEGIN CERTIFICATE-----"))).toEqual([]);
  const second = await cluster.startReplica("fairlead-1");
  await until(second.ready, () => `the second replica does not get ready:\n${second.log()}`);
  expect(second.log()).not.toContain('"leading"');
  await second.stop();
});

test("without a caBundle, or with another's, a replica that does not lead is not ready; with its own it is", async () => {
  const [own = ""] = await bundles();
  await cluster.stopController();
  await leadByNobody();
  await publish(undefined);
  const replica = await cluster.startReplica("fairlead-2");
  const obstacle = (text: string) =>
    until(
      () => replica.log().includes(text),
      () => replica.log(),
    );
  await obstacle("has no caBundle yet");
  await obstacle("control plane ready");
  expect(await replica.ready()).toBe(false);
  const [others] = (await renewWebhookMaterial(undefined, { dnsNames: ["fairlead.istio-system.svc"], now: Date.now() })).authorities;
  await publish(others?.certPem ?? "");
  await obstacle("unable to verify the first certificate");
  expect(await replica.ready()).toBe(false);
  await publish(own);
  await until(replica.ready, () => replica.log());
  await replica.stop();
});
