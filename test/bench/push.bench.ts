// From a change on disk to the first request that shows it, through control plane, agent and Envoy; written to
// bench/results/push.json beside the figures recorded of the reference for a file change.
import { loadavg } from "node:os";
import type { ClusterObject } from "../../src/lab/cluster-object.ts";
import { watchFrom } from "../../src/lab/request-watcher.ts";
import { LAB_PROCESS, REGISTRY_ONLY, runInjected, sleeper, startMesh } from "../network/mesh-lab.ts";
import { spreadOf, writeResult } from "./result.ts";

const ROUNDS = 20;
const WITHIN_MS = 10_000;
const ADDRESS = "203.0.113.10";
/** Medians recorded of the reference on this kind of machine: ServiceEntries → milliseconds. */
const PEER = { name: "Istio 86c9f01fd735, file change", medianMs: { 10: 380, 1000: 610 } };

const entry = (name: string, host: string): ClusterObject => ({
  apiVersion: "networking.istio.io/v1",
  kind: "ServiceEntry",
  metadata: { name, namespace: "shop" },
  spec: {
    hosts: [host],
    ports: [{ number: 80, name: "http", protocol: "HTTP" }],
    resolution: "STATIC",
    location: "MESH_EXTERNAL",
    endpoints: [{ address: ADDRESS }],
  },
});

const answering = (status: number): ClusterObject => ({
  apiVersion: "networking.istio.io/v1",
  kind: "VirtualService",
  metadata: { name: "answer", namespace: "shop" },
  spec: { hosts: ["h1.example.com"], http: [{ directResponse: { status }, match: [{ uri: { prefix: "/" } }] }] },
});

interface Step {
  readonly make: () => Promise<void>;
  /** How the outcome begins that shows it. */
  readonly shows: string;
}

/** Milliseconds from before the write to when the first request that shows it was sent. */
async function timed(host: string, network: string, changes: readonly Step[]) {
  const watcher = watchFrom(network, LAB_PROCESS, { url: `http://${ADDRESS}/`, host });
  const samples: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const change = changes[round % changes.length];
      if (change === undefined) throw new Error("no change to make");
      await new Promise((resolve) => setTimeout(resolve, 150));
      const since = Date.now();
      await change.make();
      samples.push((await watcher.outcomeAfter(since, (outcome) => outcome.startsWith(change.shows), WITHIN_MS)).sent - since);
    }
  } finally {
    watcher.stop();
  }
  return spreadOf(samples);
}

async function measure(size: number) {
  const lab = await startMesh({
    servers: [{ kind: "http", name: "outside", address: ADDRESS, port: 80 }],
    mesh: REGISTRY_ONLY,
    namespaces: ["shop"],
  });
  try {
    for (let i = 0; i < size; i++) await lab.apply(entry(`entry-${i}`, `h${i}.example.com`));
    const pod = await runInjected(lab, sleeper("shop", "client"));
    const fresh = entry("fresh", "fresh.example.com");
    const arrival = await timed("fresh.example.com", pod.network, [
      { make: () => lab.apply(fresh), shows: "200" },
      { make: () => lab.remove("ServiceEntry", "shop", "fresh"), shows: "502" },
    ]);
    const route = await timed("h1.example.com", pod.network, [
      { make: () => lab.apply(answering(418)), shows: "418" },
      { make: () => lab.apply(answering(419)), shows: "419" },
    ]);
    return { serviceEntries: size, arrival, route };
  } finally {
    await lab.close();
  }
}

const loadBefore = loadavg();
const results = [];
for (const size of [10, 1_000]) {
  const result = await measure(size);
  results.push(result);
  console.log(
    `${size} ServiceEntries: arrival or removal ${result.arrival.median} ms (p95 ${result.arrival.p95}), route ${result.route.median} ms (p95 ${result.route.p95})`,
  );
}
writeResult(
  "push",
  { unit: "milliseconds from write to the first request that shows it", goal: { 10: 50, 1000: 150 }, peer: PEER, results },
  loadBefore,
);
