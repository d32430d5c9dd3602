// Every forgery over real TLS: refused, told why, logged with a constant message, counted.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Identity } from "../../../src/pki/authority-material.ts";
import { TYPE_URLS } from "../../../src/rpc/resource.ts";
import { SOTW_ADS } from "../../../src/xds/ads-service.ts";
import { xdsClient } from "./xds-client.ts";
import { authorityOf, pod, workload, type XdsWorld, xdsWorld } from "./xds-world.ts";

let world: XdsWorld;
beforeEach(async () => {
  world = await xdsWorld();
  world.pods.set("a/client", pod("a", "client", "app", { app: "client" }));
  world.pods.set("a/admin", pod("a", "admin", "admin"));
  world.pods.set("b/victim", pod("b", "victim", "app"));
});
afterEach(() => world.stop());

const nodeId = (namespace: string, name: string) => `sidecar~10.0.0.1~${name}.${namespace}~${namespace}.svc.cluster.local`;

function open(identity: Identity | undefined, id: string, labels: Record<string, string> = {}, rootPem?: string) {
  const client = xdsClient(world.client(identity, rootPem));
  client.ask({ typeUrl: TYPE_URLS.cluster, node: { id, cluster: "", metadata: { LABELS: labels } } });
  return client;
}

async function expectRefused(ended: Promise<unknown>, reason: string, code: string): Promise<void> {
  expect(await ended).toMatchObject({ code });
  expect(world.logged).toContainEqual(expect.objectContaining({ msg: "stream refused", reason }));
  expect(await world.metrics()).toContain(`fairlead_xds_refusals_total{reason="${reason}"} 1`);
  expect(world.publisher.subscribed).toEqual([]);
  expect(world.server.connections()).toEqual([]);
}

test("the rightful owner is served, and known by what it proved", async () => {
  const client = open(await workload(world.authority, "a", "app"), nodeId("a", "client"));
  expect(await client.hear()).toMatchObject({ typeUrl: TYPE_URLS.cluster, resources: [] });
  expect(world.publisher.subscribed).toEqual([
    { id: nodeId("a", "client"), type: "sidecar", name: "client", namespace: "a", serviceAccount: "app" },
  ]);
});

test("no certificate", async () => {
  await expectRefused(open(undefined, nodeId("a", "client")).ended, "no-certificate", "unauthenticated");
});

test("a certificate of an authority that is not ours", async () => {
  const stranger = await workload(await authorityOf("cluster.local"), "a", "app");
  await expectRefused(open(stranger, nodeId("a", "client")).ended, "no-certificate", "unauthenticated");
});

test("a certificate that has ended", async () => {
  const ended = await workload(world.authority, "a", "app", -1000);
  await expectRefused(open(ended, nodeId("a", "client")).ended, "no-certificate", "unauthenticated");
});

test("another trust domain, though under the same root", async () => {
  const stranger = await workload(await authorityOf("other.example", world.root), "a", "app");
  await expectRefused(open(stranger, nodeId("a", "client")).ended, "foreign-trust-domain", "permission-denied");
});

test("another namespace than the proven one", async () => {
  const identity = await workload(world.authority, "a", "app");
  await expectRefused(open(identity, nodeId("b", "victim")).ended, "foreign-namespace", "permission-denied");
});

test("a pod of the same namespace under another service account", async () => {
  const identity = await workload(world.authority, "a", "app");
  await expectRefused(open(identity, nodeId("a", "admin")).ended, "foreign-service-account", "permission-denied");
});

test("a pod that is not in the store: to be tried again", async () => {
  const identity = await workload(world.authority, "a", "app");
  await expectRefused(open(identity, nodeId("a", "ghost")).ended, "unknown-pod", "unavailable");
});

test.each(["", "sidecar~10.0.0.1~client~a.svc", "ztunnel~1~client.a~x", "sidecar~1~client.a~x~y", "sidecar~1~.a~x"])(
  "node id %j",
  async (id) => {
    const identity = await workload(world.authority, "a", "app");
    await expectRefused(open(identity, id).ended, "bad-node-id", "invalid-argument");
  },
);

test("forged labels change nothing but the log", async () => {
  const client = open(await workload(world.authority, "a", "app"), nodeId("a", "client"), { app: "client", role: "gateway" });
  await client.hear();
  expect(world.logged).toContainEqual(
    expect.objectContaining({ msg: "claimed labels refused, the stored ones are used", forged: ["role"] }),
  );
  expect(JSON.stringify(world.publisher.subscribed)).not.toContain("gateway");
});

test("a second node id on the same stream is not listened to", async () => {
  const client = open(await workload(world.authority, "a", "app"), nodeId("a", "client"));
  await client.hear();
  client.ask({ typeUrl: TYPE_URLS.listener, node: { id: nodeId("b", "victim"), cluster: "", metadata: {} } });
  await client.hear();
  expect(world.publisher.subscribed).toHaveLength(1);
});

test("a stream ends with its certificate", async () => {
  const client = open(await workload(world.authority, "a", "app", 1500), nodeId("a", "client"));
  await client.hear();
  expect(await client.ended).toMatchObject({ code: "unauthenticated", message: expect.stringContaining("has ended") });
  expect(world.server.connections()).toEqual([]);
});

test("state-of-the-world is told what to ask for instead; nonsense is refused", async () => {
  const identity = await workload(world.authority, "a", "app");
  expect(await xdsClient(world.client(identity), SOTW_ADS).ended).toMatchObject({
    code: "unimplemented",
    message: expect.stringContaining("DELTA_GRPC"),
  });
  const done = Promise.withResolvers<unknown>();
  world
    .client(identity)
    .bidi("/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources", {}, () => ({
      message: () => undefined,
      closed: done.resolve,
    }))
    .send(Uint8Array.of(0xff, 0xff));
  expect(await done.promise).toMatchObject({ code: "invalid-argument" });
});

test("a proxy that asks for names without end is told the bound, and its stream ends", async () => {
  const client = open(await workload(world.authority, "a", "app"), nodeId("a", "client"));
  await client.hear();
  for (const part of ["x", "y", "z"]) {
    const subscribe = Array.from({ length: 40_000 }, (_, i) => `${part}${i}`);
    client.ask({ typeUrl: TYPE_URLS.endpoint, subscribe });
  }
  expect(await client.ended).toMatchObject({ code: "resource-exhausted", message: expect.stringContaining("100000 names") });
  expect(world.server.connections()).toEqual([]);
});
