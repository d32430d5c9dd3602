import { expect, test } from "vitest";
import { checkReadiness, type ReadinessInput } from "../../../src/agent/readiness.ts";
import type { ResourceType } from "../../../src/rpc/resource.ts";

const good: ReadinessInput = {
  relay: { missing: () => new Map(), rejections: () => [] },
  admin: { notLive: async () => undefined },
  envoyRuns: () => true,
  draining: () => false,
  uncaptured: () => [],
  controllerFailure: () => "",
  identityFailure: () => "",
};

const missing = (names: Partial<Record<ResourceType, readonly string[]>>): ReadinessInput["relay"] => ({
  missing: () => new Map(Object.entries(names) as [ResourceType, readonly string[]][]),
  rejections: () => [],
});

test("ready when Envoy lives and took its first configuration", async () => {
  expect(await checkReadiness(good)).toEqual({ ready: true, reasons: [] });
});

test.each<[Partial<ReadinessInput>, string]>([
  [{ relay: missing({ cluster: [], listener: [] }) }, "waiting for clusters and listeners"],
  [{ relay: missing({ listener: ["a", "b", "c", "d", "e"] }) }, "waiting for listeners (a, b, c, and 2 more)"],
  [{ admin: { notLive: async () => "INITIALIZING" } }, "Envoy is not live: INITIALIZING"],
  [{ envoyRuns: () => false }, "Envoy is not running"],
  [{ listeners: () => 0 }, "the controller has sent no listener"],
  [{ namesTold: () => false }, "the controller has not told its names yet"],
  [{ draining: () => true }, "the pod is ending"],
  [{ uncaptured: () => ["IPv6 calls of this pod are not captured"] }, "IPv6 calls of this pod are not captured"],
])("not ready, and the reason (%#)", async (change, reason) => {
  const answer = await checkReadiness({ ...good, ...change });
  expect(answer.ready).toBe(false);
  expect(answer.reasons.join()).toContain(reason);
});

test("a lost controller and a refused resource are told, and do not unready", async () => {
  const rejections = () => [{ type: "listener", name: "web", message: "bad" }] as const;
  const answer = await checkReadiness({ ...good, relay: { ...good.relay, rejections }, controllerFailure: () => "gone" });
  expect(answer).toEqual({ ready: true, reasons: ["listener web was refused by Envoy: bad", "no connection to the controller: gone"] });
});
