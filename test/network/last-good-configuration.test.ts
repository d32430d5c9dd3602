import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterObject } from "../../src/lab/cluster-object.ts";
import type { Lab } from "../../src/lab/lab.ts";
import type { RunningPod } from "../../src/lab/pod-runner.ts";
import { envoyPids, eventually, inApp, inPodNetwork, meshConfig, REGISTRY_ONLY, runInjected, sleeper, startMesh } from "./mesh-lab.ts";

const WEB = "203.0.113.10";
const SERVERS = [
  { name: "known", kind: "http", address: WEB, port: 80 },
  { name: "tls", kind: "https", address: WEB, port: 443, hosts: ["known.example.com"] },
  { name: "tcp", kind: "tcp", address: WEB, port: 7000 },
] as const;

const KNOWN: ClusterObject = {
  apiVersion: "networking.istio.io/v1",
  kind: "ServiceEntry",
  metadata: { name: "known", namespace: "app" },
  spec: {
    hosts: ["known.example.com"],
    location: "MESH_EXTERNAL",
    resolution: "STATIC",
    ports: [
      { number: 80, name: "http", protocol: "HTTP" },
      { number: 443, name: "tls", protocol: "TLS" },
    ],
    endpoints: [{ address: WEB }],
  },
};

let lab: Lab;
let client: RunningPod;

beforeAll(async () => {
  const names = { "known.example.com": [WEB], "unknown.example.com": [WEB] };
  lab = await startMesh({ servers: SERVERS, names, mesh: REGISTRY_ONLY, namespaces: ["app"] });
  await lab.apply(KNOWN);
  client = await runInjected(lab, sleeper("app", "client"));
});

afterAll(async () => {
  await lab?.close();
});

/** Every kind of call, allowed and refused, as one value. */
async function calls(pod: RunningPod): Promise<readonly string[]> {
  const status = "curl -sk -o /dev/null -w '%{http_code}' --max-time 5";
  const scripts = [
    "http://known.example.com/",
    "http://unknown.example.com/",
    "https://known.example.com/",
    "https://unknown.example.com/",
  ];
  const answers: string[] = [];
  for (const url of scripts) answers.push(`${url} ${(await inApp(pod, `${status} ${url}`)).stdout}`);
  const raw = await inPodNetwork(pod, [process.execPath, resolve("test/network/tcp-end.ts"), WEB, "7000", "ping\n"]);
  return [...answers, `tcp ${(JSON.parse(raw.stdout) as { bytes: number }).bytes}`];
}

const EXPECTED = [
  "http://known.example.com/ 200",
  "http://unknown.example.com/ 502",
  "https://known.example.com/ 200",
  "https://unknown.example.com/ 000",
  "tcp 0",
];

test("controller stopped and Envoy killed: the same calls are allowed and refused", async () => {
  expect(await calls(client)).toEqual(EXPECTED);
  await lab.controlPlane.stop();
  const [killed = 0] = await envoyPids(client);
  process.kill(killed, "SIGKILL");
  await eventually(async () => {
    const [running] = await envoyPids(client);
    expect(running).toBeDefined();
    expect(running).not.toBe(killed);
    expect(await calls(client)).toEqual(EXPECTED);
  }, 15_000);
  expect(client.containers.map(({ restarts }) => restarts)).toEqual([0, 0]);
});

test("a controller that is away when a pod starts: the pod waits, is not ready, and lets nothing past; then it catches up", async () => {
  await lab.controlPlane.start();
  const { pod } = await lab.inject(sleeper("app", "early"));
  await lab.controlPlane.stop();
  const starting = lab.run(pod);
  const early = await eventually(async () => {
    const found = lab.pods.find(({ name }) => name === pod.metadata.name);
    expect(found?.containers.map(({ name }) => name)).toEqual(["istio-proxy"]);
    return found as RunningPod;
  });
  await eventually(async () => expect(await early.logs("istio-proxy")).toMatch(/not issued|cannot|refused/i));
  expect(early.ready()).toBe(false);
  await lab.controlPlane.start();
  await lab.ready(await starting);
  expect(await calls(early)).toEqual(EXPECTED);
});

test("a mesh configuration that does not parse leaves the last good one in force, with the line in the controller's log", async () => {
  await lab.apply(meshConfig("outboundTrafficPolicy:\n  mode: [ALLOW_ANY\n"));
  await eventually(async () => expect(await lab.controlPlane.log()).toMatch(/configmap\.istio-system\.istio\.yaml:\d+/));
  expect(await calls(client)).toEqual(EXPECTED);
  await lab.controlPlane.stop();
  await lab.controlPlane.start();
  const late = await runInjected(lab, sleeper("app", "late"));
  expect(await calls(late)).toEqual(EXPECTED);
});
