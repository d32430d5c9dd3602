// What the validating webhook costs: `fairlead standalone` in its own process, over HTTPS, with 1,000 objects in its world. At 200
// requests a second, open loop, the latency from when each request was due; with 1, 4 and 16 connections, closed loop, how many it
// answers. CPU of the server's process and of this one, which makes the load, apart. Written to bench/results/validate.json beside what
// was recorded of the reference.
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuMsOf } from "./process-cpu.ts";
import { spreadOf, writeResult } from "./result.ts";
import { connectReviewClient, postOf, type ReviewClient } from "./review-client.ts";
import { startWebhookProcess, WEBHOOK_NAME, type WebhookProcess } from "./webhook-process.ts";

const WORLD = 1_000;
const RATE = 200;
const OPEN_REQUESTS = 6_000;
const CLOSED_REQUESTS = 6_000;
const WARM_UP = 3_000;

/** Recorded of the reference on this kind of machine: requests a second, p99 in ms, CPU in ms a request; by connections. */
const PEER = {
  name: "Istio 86c9f01fd735, /validate",
  "ServiceEntry valid": { 1: [4378, 0.7, 0.18], 4: [9798, 3.41, 0.12], 16: [8099, 9.55, 0.13] },
  "ServiceEntry invalid": { 1: [3104, 1.29, 0.28], 4: [8650, 3.56, 0.15], 16: [8152, 19.2, 0.13] },
  "VirtualService valid": { 1: [3994, 0.52, 0.2], 4: [8728, 2.58, 0.15], 16: [8041, 11.1, 0.14] },
};

const resource = (kind: string, name: string, spec: object): object => ({
  apiVersion: "networking.istio.io/v1",
  kind,
  metadata: { name, namespace: "shop" },
  spec,
});

const entry = (name: string, port = 443): object =>
  resource("ServiceEntry", name, {
    hosts: [`${name}.example.com`],
    location: "MESH_EXTERNAL",
    ports: [{ number: port, name: "tls", protocol: "TLS" }],
    resolution: "DNS",
  });

const subsets = (name: string): object =>
  resource("DestinationRule", name, { host: `${name}.example.com`, subsets: [{ name: "v1", labels: { version: "v1" } }] });

const to = (host: string) => ({ destination: { host, port: { number: 443 } } });

const routes = (name: string): object =>
  resource("VirtualService", name, {
    hosts: [`${name}.example.com`],
    http: [
      {
        name: "canary",
        match: [{ uri: { prefix: "/canary" }, headers: { "x-canary": { exact: "yes" } } }],
        route: [
          { ...to("entry-1.example.com"), weight: 90 },
          { ...to("entry-2.example.com"), weight: 10 },
        ],
        timeout: "2s",
        retries: { attempts: 2, perTryTimeout: "500ms", retryOn: "5xx" },
      },
      { name: "rest", match: [{ uri: { regex: "/v[12]/.*" } }], route: [to(`${name}.example.com`)] },
    ],
  });

function world(): readonly object[] {
  const numbers = Array.from({ length: WORLD }, (_, i) => i);
  return numbers.map((i) =>
    i % 2 === 0 ? entry(`entry-${i / 2}`) : i % 4 === 1 ? subsets(`entry-${(i - 1) / 4}`) : routes(`entry-${(i + 1) / 4}`),
  );
}

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

interface Load {
  readonly name: string;
  readonly request: Buffer;
  readonly allowed: boolean;
}

const LOADS: readonly Load[] = [
  { name: "ServiceEntry valid", request: reviewOf(entry("new")), allowed: true },
  { name: "ServiceEntry invalid", request: reviewOf(entry("new", 70_000)), allowed: false },
  { name: "VirtualService valid", request: reviewOf(routes("entry-400")), allowed: true },
];

/** An answer that is not the one that was meant would be fast for the wrong reason. */
function check(answer: string, { name, allowed }: Load): void {
  if (!answer.includes(`"allowed":${allowed}`)) throw new Error(`${name}: unexpected answer ${answer}`);
}

async function closed(client: ReviewClient, load: Load, count: number): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let i = 0; i < count; i++) {
    const since = performance.now();
    check(await client.ask(load.request), load);
    samples.push(performance.now() - since);
  }
  return samples;
}

/** Requests go out when they are due, whether or not earlier ones are answered; where a connection is busy, they wait for it, and that counts. */
async function open(clients: readonly ReviewClient[], load: Load): Promise<readonly number[]> {
  const lines: Promise<unknown>[] = clients.map(() => Promise.resolve());
  const samples: Promise<number>[] = [];
  const began = performance.now();
  for (let i = 0; i < OPEN_REQUESTS; i++) {
    const due = began + (i * 1_000) / RATE;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    const [client, line] = [clients[i % clients.length], lines[i % clients.length]];
    const answered = Promise.resolve(line).then(async () => {
      check((await client?.ask(load.request)) ?? "", load);
      return performance.now() - due;
    });
    lines[i % clients.length] = answered;
    samples.push(answered);
  }
  return Promise.all(samples);
}

const round = (value: number, digits = 3): number => Number(value.toFixed(digits));

interface Cost {
  readonly latencyMs: object;
  readonly requestsPerSecond: number;
  readonly serverCpuMsPerRequest: number;
  readonly loadCpuMsPerRequest: number;
}

async function costOf(server: WebhookProcess, run: () => Promise<readonly number[]>): Promise<Cost> {
  const [cpu, own, since] = [cpuMsOf(server.pid), process.cpuUsage(), performance.now()];
  const samples = await run();
  const seconds = (performance.now() - since) / 1_000;
  const { user, system } = process.cpuUsage(own);
  const { median, p95, p99, max } = spreadOf(samples);
  return {
    latencyMs: { p50: median, p95, p99, max },
    requestsPerSecond: Math.round(samples.length / seconds),
    serverCpuMsPerRequest: round((cpuMsOf(server.pid) - cpu) / samples.length),
    loadCpuMsPerRequest: round((user + system) / 1_000 / samples.length),
  };
}

async function connections(server: WebhookProcess, count: number): Promise<ReviewClient[]> {
  return Promise.all(Array.from({ length: count }, () => connectReviewClient({ port: server.port, ca: server.ca, name: WEBHOOK_NAME })));
}

async function measure(server: WebhookProcess, load: Load) {
  const all = await connections(server, 16);
  try {
    await Promise.all(all.map((client) => closed(client, load, Math.ceil(WARM_UP / all.length))));
    const at = async (count: number) =>
      costOf(server, async () =>
        (await Promise.all(all.slice(0, count).map((client) => closed(client, load, Math.floor(CLOSED_REQUESTS / count))))).flat(),
      );
    const byConnections = { 1: await at(1), 4: await at(4), 16: await at(16) };
    const steady = await costOf(server, () => open(all, load));
    return { name: load.name, requestBytes: load.request.length, [`at ${RATE} a second`]: steady, byConnections };
  } finally {
    for (const client of all) client.close();
  }
}

async function idleCost(server: WebhookProcess): Promise<number> {
  const before = cpuMsOf(server.pid);
  await sleep(10_000);
  return (cpuMsOf(server.pid) - before) / 10;
}

const loadBefore = loadavg();
const server = await startWebhookProcess(world());
try {
  const results = [];
  for (const load of LOADS) {
    const result = await measure(server, load);
    results.push(result);
    console.log(JSON.stringify(result));
  }
  const idle = { serverCpuMsPerSecond: round(await idleCost(server)) };
  const goal = { p99Ms: 5, serverCpuMsPerRequest: 0.18 };
  writeResult("validate", { unit: "milliseconds", world: WORLD, goal, peer: PEER, idle, results }, loadBefore);
} finally {
  await server.stop();
}
