import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { runLeaderElection } from "../../src/status/leader-election.ts";
import { createLeadership } from "../../src/status/leadership.ts";
import { createLeaseRecord } from "../../src/status/lease.ts";
import { reconcileRootCert } from "../../src/status/root-cert.ts";
import { createSecretKeeper } from "../../src/status/secret-keeper.ts";
import { untilAnswered } from "../../src/status/until-answered.ts";
import { reconcileWebhookCaBundles } from "../../src/status/webhook-ca-bundles.ts";
import { until } from "./child.ts";
import { memoryLog } from "./collected.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
  await createNamespace("istio-system");
});
afterAll(() => server?.stop());

const create = (path: string, body: object): Promise<unknown> => server.admin.json({ method: "POST", path, body });
const createNamespace = (name: string): Promise<unknown> => create("/api/v1/namespaces", { metadata: { name } });
const merge = (path: string, body: object): Promise<unknown> =>
  server.admin.json({ method: "PATCH", path, body, contentType: "application/merge-patch+json" });

function ending(): AbortController {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  return controller;
}

function leading() {
  const leadership = createLeadership();
  leadership.set(true);
  return leadership;
}

test("two replicas that start together make one root, ten times", async () => {
  for (let round = 0; round < 10; round++) {
    const make = async () => ({ "ca-cert.pem": randomBytes(8).toString("hex"), "ca-key.pem": randomBytes(8).toString("hex") });
    const replicas = [1, 2].map(() =>
      createSecretKeeper(server.admin, "istio-system").readOrCreateSecret(`istio-ca-secret-${round}`, make),
    );
    const [one, two] = await Promise.all(replicas);
    expect(one).toEqual(two);
    expect(await createSecretKeeper(server.admin, "istio-system").readOrCreateSecret(`istio-ca-secret-${round}`, make)).toEqual(one);
  }
});

test("a Secret is waited for while the API server is away, and not beyond the end", async () => {
  const keeper = createSecretKeeper(server.admin, "istio-system");
  const log = memoryLog();
  const [going, ended] = [ending(), ending()];
  await server.kill();
  const ask = (signal: AbortSignal) =>
    untilAnswered(() => keeper.readOrCreateSecret("awaited", async () => ({ a: "b" })), { what: "Secret awaited", log }, signal);
  const [stored, given] = [ask(going.signal), ask(ended.signal)];
  await until(
    () => log.lines.filter((line) => line.includes("Secret awaited")).length >= 3,
    () => "nothing is logged",
  );
  ended.abort();
  await expect(given).rejects.toThrow();
  await server.restart();
  expect(await stored).toEqual({ a: "b" });
});

test("changes of a Secret by several replicas are all kept", async () => {
  const keeper = createSecretKeeper(server.admin, "istio-system");
  await keeper.readOrCreateSecret("counted", async () => ({ count: "0" }));
  const increment = () => keeper.updateSecret("counted", async ({ count }) => ({ count: String(Number(count) + 1) }));
  await Promise.all(Array.from({ length: 8 }, increment));
  expect(await keeper.updateSecret("counted", async () => undefined)).toEqual({ count: "8" });
});

test("a leader that crashes is followed by another, and never are there two", async () => {
  const candidate = (identity: string, signal: AbortSignal) => {
    const lease = createLeaseRecord(server.admin, "istio-system", "fairlead-leader");
    const options = { lease, identity, clock: systemClock, log: memoryLog(), leaseMs: 2_000, renewMs: 1_200, retryMs: 200 };
    return runLeaderElection(options, signal);
  };
  const crash = ending();
  // A crash says nothing to the lease any more, so this candidate's writes stop with its signal.
  const crashing = createLeaseRecord(server.admin, "istio-system", "fairlead-leader");
  const dead = () => Promise.reject(new Error("crashed"));
  const lease = {
    read: () => (crash.signal.aborted ? dead() : crashing.read()),
    write: (...args: Parameters<typeof crashing.write>) => (crash.signal.aborted ? dead() : crashing.write(...args)),
  };
  const options = { lease, identity: "a", clock: systemClock, log: memoryLog(), leaseMs: 2_000, renewMs: 1_200, retryMs: 200 };
  const a = runLeaderElection(options, crash.signal);
  await until(
    () => a.isLeader(),
    () => "nobody leads",
  );
  const [b, c] = [candidate("b", ending().signal), candidate("c", ending().signal)];
  await sleep(600);
  expect([b.isLeader(), c.isLeader()]).toEqual([false, false]);
  crash.abort();
  await until(
    () => b.isLeader() || c.isLeader(),
    () => "nobody took over",
  );
  expect([a, b, c].filter((one) => one.isLeader())).toHaveLength(1);
});

const rootCertIn = async (namespace: string): Promise<string | undefined> => {
  const path = `/api/v1/namespaces/${namespace}/configmaps/istio-ca-root-cert`;
  const map = await server.admin.json<{ data?: Record<string, string> }>({ path }).catch(() => undefined);
  return map?.data?.["root-cert.pem"];
};
const rootCertBecomes = (namespace: string, text: string): Promise<void> =>
  until(
    async () => (await rootCertIn(namespace)) === text,
    () => `${namespace} does not have ${text}`,
    5,
  );

test("every namespace has the root certificate: new ones, wiped ones, and after a change of the root", async () => {
  let root = "root 1";
  const leadership = createLeadership();
  const reconciler = reconcileRootCert(
    { client: server.admin, leadership, rootCert: () => root, clock: systemClock, log: memoryLog() },
    ending().signal,
  );
  await createNamespace("before");
  await sleep(200);
  expect(await rootCertIn("before")).toBeUndefined(); // nobody leads yet
  leadership.set(true);
  await rootCertBecomes("before", "root 1");
  await createNamespace("after");
  await rootCertBecomes("after", "root 1");
  const path = "/api/v1/namespaces/after/configmaps/istio-ca-root-cert";
  await merge(path, { data: null });
  await rootCertBecomes("after", "root 1");
  await server.admin.json({ method: "DELETE", path });
  await rootCertBecomes("after", "root 1");
  root = "root 2";
  reconciler.poke();
  await rootCertBecomes("before", "root 2");
  await rootCertBecomes("kube-system", "root 2");
  leadership.set(false);
  await merge(path, { data: null });
  await sleep(200);
  expect(await rootCertIn("after")).toBeUndefined();
});

test("the bundle of our webhooks is written, restored when it is wiped, and others' are left alone", async () => {
  const kinds = ["mutating", "validating"] as const;
  const pathOf = (kind: string) => `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations`;
  const webhook = (name: string) => ({
    name: `${name}.fairlead.dev`,
    clientConfig: { service: { name: "fairlead", namespace: "istio-system" } },
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
  });
  for (const kind of kinds) {
    const labels = { "app.kubernetes.io/name": "fairlead" };
    await create(pathOf(kind), { metadata: { name: "ours", labels }, webhooks: [webhook("one"), webhook("two")] });
    await create(pathOf(kind), { metadata: { name: "theirs" }, webhooks: [webhook("one")] });
  }
  const bundle = server.ca; // the API server takes only a bundle that holds a certificate
  const bundles = async (kind: string, name: string): Promise<(string | undefined)[]> => {
    const config = await server.admin.json<{ webhooks: { clientConfig: { caBundle?: string } }[] }>({ path: `${pathOf(kind)}/${name}` });
    return config.webhooks.map((one) => one.clientConfig.caBundle && Buffer.from(one.clientConfig.caBundle, "base64").toString());
  };
  const restored = (): Promise<void> =>
    until(
      async () => (await Promise.all(kinds.map((kind) => bundles(kind, "ours")))).flat().every((one) => one === bundle),
      () => "not written",
      5,
    );
  reconcileWebhookCaBundles(
    { client: server.admin, leadership: leading(), caBundle: () => bundle, clock: systemClock, log: memoryLog() },
    ending().signal,
  );
  await restored();
  await server.admin.json({
    method: "PATCH",
    path: `${pathOf("mutating")}/ours`,
    body: [{ op: "remove", path: "/webhooks/1/clientConfig/caBundle" }],
    contentType: "application/json-patch+json",
  });
  await restored();
  await merge(`${pathOf("validating")}/ours`, { webhooks: [webhook("two"), webhook("three")] });
  await restored();
  expect(await bundles("mutating", "theirs")).toEqual([undefined]);
});
