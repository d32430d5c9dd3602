// What the injecting webhook costs: `fairlead standalone` in its own process, over HTTPS, in a world of 1,000 objects. A small pod with 1, 4
// and 16 connections, closed loop, and at the rate of the reference, open loop; a pod of a megabyte; a small pod while 500 sidecars connect
// again, all at once. Besides, how long a controller takes to be ready beside a real API server with 1,000 objects. Written to
// bench/results/inject.json beside what was recorded of the reference.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { measureStart } from "./controller-start.ts";
import { herdPod } from "./herd-pod.ts";
import { largePodReview, POD_NAMESPACE, POD_NAMESPACE_NAME, smallPodReview } from "./pod-review.ts";
import { writeResult } from "./result.ts";
import { costOf, type LoadPlan, measureReviews, openLoop, type ReviewLoad, told, withConnections } from "./review-load.ts";
import type { HerdOptions } from "./sidecar-herd.ts";
import { startWebhookProcess, type WebhookProcess } from "./webhook-process.ts";
import { WORLD, world } from "./world.ts";

/** Recorded of the reference on this kind of machine: requests a second, p99 in ms, CPU in ms a request; by connections. */
const PEER = { name: "Istio 86c9f01fd735, /inject, 1,275 bytes", 1: [262, 12.2, 4.1], 4: [491, 42.6, 3.65], 16: [449, 174, 3.83] };
const GOAL = {
  "server CPU a request, ms": 0.73,
  "p99 with 4 connections, ms": 8.5,
  "p99 of 1 MB, ms": 100,
  "p99 while 500 sidecars reconnect, ms": 100,
  "start to ready, ms": 1_500,
};

const PATCHED = '"patchType":"JSONPatch"';
const SMALL: ReviewLoad = { name: "small pod", request: smallPodReview, answer: PATCHED };
const SMALL_PLAN: LoadPlan = {
  connections: 16,
  warmUp: 10_000,
  first: 1_000,
  closed: [1, 4, 16].map((connections) => ({ connections, requests: 3_000 })),
  open: [{ connections: 4, requests: 6_000, perSecond: 491 }],
};
const LARGE_PLAN: LoadPlan = {
  connections: 4,
  warmUp: 50,
  first: 10,
  closed: [1, 4].map((connections) => ({ connections, requests: 300 })),
  open: [{ connections: 4, requests: 200, perSecond: 10 }],
};

const SIDECARS = 500;
const PODS = Array.from({ length: SIDECARS }, (_, index) => herdPod(index).object);
const HERD_RATE = { requests: 3_000, perSecond: 100 };
/** The first time they hold nothing yet. */
const CONNECTS = 4;
const BETWEEN_CONNECTS_MS = 4_000;

/** Simulated sidecars; `connect` cuts all connections there are, and resolves with how many milliseconds it took until all were served. */
async function startHerd(server: WebhookProcess) {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-herd-"));
  const tokenFile = join(folder, "token");
  const namespace = POD_NAMESPACE_NAME;
  const claims = { namespace, serviceAccount: "default", audience: "istio-ca", expirationSeconds: 3_600 };
  writeFileSync(tokenFile, server.tokens.mint({ ...claims, issuedAt: Math.floor(Date.now() / 1_000) }));
  const { rootPem, xdsPort } = server;
  const serverName = "fairlead.istio-system.svc";
  const options: HerdOptions = { count: SIDECARS, address: `127.0.0.1:${xdsPort}`, serverName, rootPem, tokenFile, namespace };
  const child = spawn(process.execPath, ["test/bench/sidecar-herd.ts", JSON.stringify(options)], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit").then(() => ({ done: true as const, value: undefined }));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const connected = async (): Promise<number> => {
    const { done, value } = await Promise.race([lines.next(), ended]);
    if (done) throw new Error("the simulated sidecars ended");
    return (JSON.parse(value) as { readonly connectedMs: number }).connectedMs;
  };
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const connect = (): Promise<number> => {
    child.stdin.write("\n");
    return connected();
  };
  return { connect, stop };
}

async function measureHerd(server: WebhookProcess) {
  const herd = await startHerd(server);
  try {
    const connectedMs: number[] = [];
    const connects = async (): Promise<void> => {
      for (let i = 0; i < CONNECTS; i++) {
        await sleep(BETWEEN_CONNECTS_MS);
        connectedMs.push(await herd.connect());
      }
    };
    const [cost] = await withConnections(server, 4, (clients) =>
      Promise.all([costOf(server, () => openLoop(clients, SMALL, HERD_RATE)), connects()]),
    );
    return { sidecars: SIDECARS, connections: 4, perSecond: HERD_RATE.perSecond, connectedMs, ...cost };
  } finally {
    await herd.stop();
  }
}

const loadBefore = loadavg();
const objects = world();
const server = await startWebhookProcess([POD_NAMESPACE, ...PODS, ...objects]);
const results = [];
try {
  for (const [load, plan] of [
    [SMALL, SMALL_PLAN] as const,
    [{ ...SMALL, name: "pod of 1 MB", request: largePodReview() }, LARGE_PLAN] as const,
  ]) {
    const result = await measureReviews(server, load, plan);
    results.push(result);
    console.log(told(result));
  }
  const herd = await measureHerd(server);
  console.log(`while ${SIDECARS} sidecars reconnect: p99 ${herd.latencyMs.p99} ms, all served after ${herd.connectedMs.join(", ")} ms`);
  const start = await measureStart(objects, 10);
  console.log(`start to ready with ${WORLD} objects: median ${start.readyMs.median} ms, ${start.cpuMs.median} ms of CPU`);
  writeResult("inject", { unit: "milliseconds", world: WORLD, goal: GOAL, peer: PEER, results, reconnecting: herd, start }, loadBefore);
} finally {
  await server.stop();
}
