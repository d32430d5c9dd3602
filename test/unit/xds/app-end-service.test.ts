// Whether the app of a pod has ended is told to its own sidecar, and to nobody else.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Identity } from "../../../src/pki/authority-material.ts";
import { APP_ENDED, APP_ENDED_ANSWER } from "../../../src/rpc/app-end.ts";
import { authorityOf, pod, workload, type XdsWorld, xdsWorld } from "./xds-world.ts";

let world: XdsWorld;
beforeEach(async () => {
  world = await xdsWorld();
  const done = pod("a", "done", "app");
  world.pods.set("a/done", { ...done, spec: { ...done.spec, appEnded: true } });
  world.pods.set("a/runs", pod("a", "runs", "app"));
  world.pods.set("a/admin", pod("a", "admin", "admin"));
});
afterEach(() => world.stop());

const nodeId = (namespace: string, name: string) => `sidecar~10.0.0.1~${name}.${namespace}~${namespace}.svc.cluster.local`;

async function ask(identity: Identity | undefined, id: string) {
  const client = world.client(identity);
  const answer = await client.unary(APP_ENDED, Buffer.from(id), { timeoutMs: 5000 });
  client.close();
  return answer.ok ? Buffer.from(answer.value) : answer.error.code;
}

test("its own sidecar hears it", async () => {
  const own = await workload(world.authority, "a", "app");
  expect(await ask(own, nodeId("a", "done"))).toEqual(Buffer.from(APP_ENDED_ANSWER.ended));
  expect(await ask(own, nodeId("a", "runs"))).toEqual(Buffer.from(APP_ENDED_ANSWER.running));
});

test("nobody else does", async () => {
  const own = await workload(world.authority, "a", "app");
  expect(await ask(undefined, nodeId("a", "done"))).toBe("unauthenticated");
  expect(await ask(await workload(await authorityOf("other.example"), "a", "app"), nodeId("a", "done"))).not.toBeInstanceOf(Buffer);
  expect(await ask(await workload(world.authority, "b", "app"), nodeId("a", "done"))).toBe("permission-denied");
  expect(await ask(own, nodeId("a", "admin"))).toBe("permission-denied");
  expect(await ask(own, nodeId("a", "none"))).toBe("unavailable");
  expect(await ask(own, "\xff\xfe~")).toBe("invalid-argument");
});
