// What the validating webhook costs: `fairlead standalone` in its own process, over HTTPS, with 1,000 objects in its world. At 200
// requests a second, open loop, the latency from when each request was due; with 1, 4 and 16 connections, closed loop, how many it
// answers. CPU of the server's process and of this one, which makes the load, apart. Besides, what judging costs without HTTP, in this
// process. Written to bench/results/validate.json beside what was recorded of the reference.
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { createWorld } from "../../src/analysis/live-world.ts";
import { decode } from "../../src/api/decode.ts";
import { judge } from "../../src/main/judges.ts";
import { cpuMsOf } from "./process-cpu.ts";
import { spreadOf, writeResult } from "./result.ts";
import { postOf } from "./review-client.ts";
import { type LoadPlan, measureReviews, type ReviewLoad, told } from "./review-load.ts";
import { startWebhookProcess, type WebhookProcess } from "./webhook-process.ts";
import { entry, routes, WORLD, world } from "./world.ts";

const PLAN: LoadPlan = {
  connections: 16,
  warmUp: 30_000,
  first: 3_000,
  closed: [1, 4, 16].map((connections) => ({ connections, requests: 3_000 })),
  open: [{ connections: 16, requests: 6_000, perSecond: 200 }],
};

/** Recorded of the reference on this kind of machine: requests a second, p99 in ms, CPU in ms a request; by connections. */
const PEER = {
  name: "Istio 86c9f01fd735, /validate",
  "ServiceEntry valid": { 1: [4378, 0.7, 0.18], 4: [9798, 3.41, 0.12], 16: [8099, 9.55, 0.13] },
  "ServiceEntry invalid": { 1: [3104, 1.29, 0.28], 4: [8650, 3.56, 0.15], 16: [8152, 19.2, 0.13] },
  "VirtualService valid": { 1: [3994, 0.52, 0.2], 4: [8728, 2.58, 0.15], 16: [8041, 11.1, 0.14] },
};

interface Judged {
  readonly name: string;
  readonly object: object;
  readonly allowed: boolean;
}

const JUDGED: readonly Judged[] = [
  { name: "ServiceEntry valid", object: entry("new"), allowed: true },
  { name: "ServiceEntry invalid", object: entry("new", 70_000), allowed: false },
  { name: "VirtualService valid", object: routes("entry-400"), allowed: true },
];

/** The object as an API server asks about it. */
function reviewOf(object: object): Buffer {
  const { kind, metadata } = object as { readonly kind: string; readonly metadata: { readonly name: string; readonly namespace: string } };
  const group = { group: "networking.istio.io", version: "v1" };
  const fields = "f:hosts f:ports f:location".split(" ").map((name) => [name, {}]);
  // What an API server adds to an object before it asks.
  const managedFields = [
    { manager: "kubectl", operation: "Update", apiVersion: "networking.istio.io/v1", fieldsV1: Object.fromEntries(fields) },
  ];
  const request = {
    uid: "0df28fbd-5f5f-11e8-bc74-36e6bb280816",
    kind: { ...group, kind },
    resource: { ...group, resource: kind === "ServiceEntry" ? "serviceentries" : "virtualservices" },
    ...{ name: metadata.name, namespace: metadata.namespace, operation: "CREATE", dryRun: false, oldObject: null },
    userInfo: { username: "admin", groups: ["system:masters", "system:authenticated"] },
    object: { ...object, metadata: { ...metadata, creationTimestamp: "2026-11-28T12:00:00Z", generation: 1, managedFields } },
    options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1" },
  };
  return postOf("/validate", JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request }));
}

const loadOf = ({ name, object, allowed }: Judged): ReviewLoad => ({
  name,
  request: reviewOf(object),
  answer: `"allowed":${allowed}`,
});

const WINDOWS = 300;
const IN_A_WINDOW = 50;

/** Microseconds of processor time of one judgement in this process, in windows of several. */
function judgeCost({ name, object, allowed }: Judged, others: readonly object[]) {
  const stored = others.map((other) => decode(other)).flatMap((read) => (read.ok ? [read.value] : []));
  const all = createWorld(stored);
  const windows: number[] = [];
  for (let i = 0; i < 2 * WINDOWS; i++) {
    const since = process.cpuUsage();
    for (let call = 0; call < IN_A_WINDOW; call++) {
      const isAllowed = judge(object, all).every(({ level }) => level !== "error");
      if (isAllowed !== allowed) throw new Error(`${name}: judged otherwise`);
    }
    const { user, system } = process.cpuUsage(since);
    if (i >= WINDOWS) windows.push((user + system) / IN_A_WINDOW);
  }
  return { name, callsInAWindow: IN_A_WINDOW, least: Math.min(...windows), ...spreadOf(windows) };
}

async function idleCost(server: WebhookProcess): Promise<number> {
  const before = cpuMsOf(server.pid);
  await sleep(10_000);
  return Number(((cpuMsOf(server.pid) - before) / 10).toFixed(3));
}

const loadBefore = loadavg();
const objects = world();
const judging = JUDGED.map((one) => judgeCost(one, objects));
const server = await startWebhookProcess(objects);
try {
  const results = [];
  for (const judged of JUDGED) {
    const result = await measureReviews(server, loadOf(judged), PLAN);
    results.push(result);
    console.log(told(result));
  }
  const idle = { serverCpuMsPerSecond: await idleCost(server) };
  const goal = { p99Ms: 5, serverCpuMsPerRequest: 0.18 };
  const figures = { unit: "milliseconds", world: WORLD, goal, peer: PEER, idle, judgeMicrosecondsInProcess: judging, results };
  writeResult("validate", figures, loadBefore);
} finally {
  await server.stop();
}
