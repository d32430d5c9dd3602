import { expect, test } from "vitest";
import { checkReadiness, type ReadinessInput } from "../../../src/agent/readiness.ts";

const good: ReadinessInput = {
  relay: { acknowledged: () => new Set(["cluster", "listener"] as const), rejections: () => [] },
  admin: { notLive: async () => undefined },
  envoyRuns: () => true,
  draining: () => false,
  controllerFailure: () => "",
  identityFailure: () => "",
};

test("ready when Envoy lives and took clusters and listeners", async () => {
  expect(await checkReadiness(good)).toEqual({ ready: true, reasons: [] });
});

test.each<[Partial<ReadinessInput>, string]>([
  [{ relay: { acknowledged: () => new Set(["cluster"] as const), rejections: () => [] } }, "waiting for listeners"],
  [{ admin: { notLive: async () => "INITIALIZING" } }, "Envoy is not live: INITIALIZING"],
  [{ envoyRuns: () => false }, "Envoy is not running"],
  [{ listeners: () => 0 }, "the controller has sent no listener"],
  [{ draining: () => true }, "the pod is ending"],
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
