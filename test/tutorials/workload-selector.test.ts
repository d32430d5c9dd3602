import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterObject } from "../../src/lab/cluster-object.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { inNetwork } from "../../src/lab/lab-network.ts";
import type { RunningPod } from "../../src/lab/pod-runner.ts";
import { byHost, rule } from "../network/datapath/calls.ts";
import { eventually, proxyConfig, runInjected, sleeper, startMesh } from "../network/mesh-lab.ts";

const HOST = "legacy.example.com";
const MACHINE = { name: "machine", kind: "http" as const, address: "203.0.113.20", port: 8080 };

/** The tutorial's selector: of both labels, so that a workload with one of them alone is left out. */
const LABELS = { app: "legacy-app", env: "prod" };

const RESOURCES: readonly ClusterObject[] = [
  rule("ServiceEntry", "app/legacy", {
    hosts: [HOST],
    ports: [{ number: 80, name: "http", protocol: "HTTP", targetPort: 8080 }],
    location: "MESH_INTERNAL",
    resolution: "STATIC",
    workloadSelector: { labels: LABELS },
  }),
  rule("WorkloadEntry", "app/machine", { address: MACHINE.address, labels: LABELS }),
];

let lab: Lab;
let client: RunningPod;
let chosen: RunningPod;
let server: ChildProcess;

function labelled(name: string, labels: Readonly<Record<string, string>>): ClusterObject {
  const deployment = sleeper("app", name);
  const { template } = deployment["spec"] as { template: { metadata: object } };
  return { ...deployment, spec: { template: { ...template, metadata: { labels } } } };
}

beforeAll(async () => {
  lab = await startMesh({ servers: [MACHINE], namespaces: ["app"] });
  for (const resource of RESOURCES) await lab.apply(resource);
  chosen = await runInjected(lab, labelled("chosen", LABELS));
  await runInjected(lab, labelled("other", { app: LABELS.app, env: "test" }));
  const program = 'require("node:http").createServer((_, answer) => answer.end(JSON.stringify({ server: "pod" }))).listen(8080)';
  server = spawn("setpriv", ["--pdeathsig=KILL", ...inNetwork(chosen.network, [process.execPath, "-e", program])], { stdio: "ignore" });
  client = await runInjected(lab, sleeper("app", "client"));
});

afterAll(async () => {
  server?.kill("SIGKILL");
  await lab?.close();
});

test("C15 · workloadSelector selects Pods beside WorkloadEntries, by all of its labels", async () => {
  const cluster = `outbound|80||${HOST}`;
  const endpoints = await eventually(async () => {
    const rows = (await proxyConfig(client, ["endpoints", "--cluster", cluster])).trimEnd().split("\n").slice(1);
    expect(rows).toHaveLength(2);
    return rows.map((row) => row.split(/\s{2,}/)[0]);
  });
  expect(new Set(endpoints)).toEqual(new Set([`${chosen.address}:8080`, `${MACHINE.address}:8080`]));
});

test("C15 · requests reach both, and nothing else", async () => {
  await eventually(async () => expect((await byHost(client, HOST)).echo?.server).toBe("pod"));
  // Of two equal endpoints one is never met in 40 requests less than once in 10^11 tries.
  const answers = await Promise.all(Array.from({ length: 40 }, () => byHost(client, HOST)));
  expect(new Set(answers.map(({ echo }) => echo?.server))).toEqual(new Set(["pod", MACHINE.name]));
});
