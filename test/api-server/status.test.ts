import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import type { ApiRequest } from "../../src/source/kubernetes/api-client.ts";
import type { RawObject } from "../../src/source/kubernetes/raw-object.ts";
import { runReflector } from "../../src/source/kubernetes/reflector.ts";
import { runLeaderElection } from "../../src/status/leader-election.ts";
import { createLeadership } from "../../src/status/leadership.ts";
import { createLeaseRecord } from "../../src/status/lease.ts";
import { reconcileRootCert } from "../../src/status/root-cert.ts";
import { createSecretKeeper } from "../../src/status/secret-keeper.ts";
import { untilAnswered } from "../../src/status/until-answered.ts";
import { reconcileWebhookCaBundles } from "../../src/status/webhook-ca-bundles.ts";
import { heldClock } from "../unit/xds/held-clock.ts";
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

interface Candidate {
  isLeader(): boolean;
  /** Lets time pass for this one, and resolves when it has done what was due. */
  pass(ms: number): Promise<void>;
  /** From now on it says nothing to the lease any more. */
  crash(): void;
}

async function candidate(identity: string): Promise<Candidate> {
  const clock = heldClock(Date.now());
  const real = createLeaseRecord(server.admin, "istio-system", "fairlead-leader");
  const state = { rounds: 0, pending: 0, crashed: false };
  const counted = async <T>(task: () => Promise<T>): Promise<T> => {
    if (state.crashed) throw new Error("crashed");
    state.pending++;
    return await task().finally(() => state.pending--);
  };
  const lease: typeof real = {
    read: () => counted(real.read).finally(() => state.rounds++),
    write: (...args) => counted(() => real.write(...args)),
  };
  const end = ending();
  const election = runLeaderElection(
    { lease, identity, clock, log: memoryLog(), leaseMs: 2_000, renewMs: 1_200, retryMs: 200 },
    end.signal,
  );
  const rounds = (count: number) =>
    until(
      () => state.rounds >= count && state.pending === 0,
      () => `${identity} does nothing`,
    );
  await rounds(1);
  return {
    isLeader: election.isLeader,
    pass: (ms) => {
      const next = state.rounds + 1;
      clock.move(ms);
      return rounds(next);
    },
    crash: () => {
      state.crashed = true;
      end.abort();
    },
  };
}

test("a leader that crashes is followed by another when its time is over, and never are there two", async () => {
  const a = await candidate("a");
  const others = [await candidate("b"), await candidate("c")];
  const leaders = () => [a, ...others].filter((one) => one.isLeader());
  for (let ms = 0; ms < 3_000; ms += 300) {
    await Promise.all([a, ...others].map((one) => one.pass(300)));
    expect(leaders()).toEqual([a]);
  }
  // Once more, so that the others have seen the last renewal for certain.
  await Promise.all(others.map((one) => one.pass(300)));
  a.crash();
  for (let ms = 300; ms < 1_500; ms += 300) {
    await Promise.all(others.map((one) => one.pass(300)));
    expect(leaders(), "the lease is not over").toEqual([]);
  }
  for (let ms = 0; ms < 1_200; ms += 300) await Promise.all(others.map((one) => one.pass(300)));
  expect(leaders()).toHaveLength(1);
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

/** Resolves when the API server has told watchers that the ConfigMap holds nothing. */
function wipeIsTold(namespace: string): Promise<void> {
  const collection = { path: `/api/v1/namespaces/${namespace}/configmaps`, apiVersion: "v1", kind: "ConfigMap" };
  return new Promise((resolve) => {
    const upsert = (raw: RawObject) => {
      if (raw.metadata.name === "istio-ca-root-cert" && raw["data"] === undefined) resolve();
    };
    const handler = { upsert, remove: () => undefined, synced: () => undefined };
    void runReflector({ client: server.admin, log: memoryLog(), collection }, handler, ending().signal);
  });
}

test("every namespace has the root certificate: new ones, wiped ones, and after a change of the root", async () => {
  let root = "root 1";
  const leadership = createLeadership();
  let asked = 0;
  const json = <T>(request: ApiRequest) => {
    asked++;
    return server.admin.json<T>(request);
  };
  const counting = { ...server.admin, json };
  const reconciler = reconcileRootCert(
    { client: counting, leadership, rootCert: () => root, clock: systemClock, log: memoryLog() },
    ending().signal,
  );
  await createNamespace("before");
  expect(asked, "nobody leads yet").toBe(0);
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
  const before = asked;
  await merge(path, { data: null });
  await wipeIsTold("after");
  expect(asked, "who does not lead writes nothing").toBe(before);
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
  const service = { namespace: "istio-system", name: "fairlead" };
  reconcileWebhookCaBundles(
    { client: server.admin, leadership: leading(), caBundle: () => bundle, service, clock: systemClock, log: memoryLog() },
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
