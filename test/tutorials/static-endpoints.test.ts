import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "../../src/lab/lab.ts";
import type { OutsideEcho } from "../../src/lab/outside-servers.ts";
import type { RunningPod } from "../../src/lab/pod-runner.ts";
import { inApp, runInjected, sleeper, startMesh } from "../network/mesh-lab.ts";

const HOST_ADDRESS = "10.122.24.139";
const BACKENDS = ["nginx2501", "nginx2502", "nginx2601"];

const NGINX = {
  apiVersion: "networking.istio.io/v1beta1",
  kind: "ServiceEntry",
  metadata: { name: "nginx-external", namespace: "entry" },
  spec: {
    hosts: ["nginx.dujie.com", "nginx"],
    addresses: [HOST_ADDRESS],
    ports: [{ number: 80, name: "http", protocol: "HTTP" }],
    location: "MESH_EXTERNAL",
    resolution: "STATIC",
    endpoints: [8091, 8092, 8093].map((port) => ({ address: HOST_ADDRESS, ports: { http: port } })),
  },
};

let lab: Lab;
let client: RunningPod;

beforeAll(async () => {
  const servers = BACKENDS.map((name, index) => ({ name, kind: "http" as const, address: HOST_ADDRESS, port: 8091 + index }));
  lab = await startMesh({ servers, namespaces: ["entry"] });
  await lab.apply(NGINX);
  const hostAliases = [{ ip: "172.29.1.201", hostnames: ["nginx.dujie.com", "nginx"] }];
  client = await runInjected(lab, sleeper("entry", "client", { hostAliases }));
});

afterAll(async () => {
  await lab?.close();
});

/** 90 requests: that one of three equal backends is never met happens less than once in 10^15 tries. */
async function backendsOf(curl: string): Promise<readonly OutsideEcho[]> {
  const answer = await inApp(client, `curl -sS --max-time 30 ${curl}`);
  const echoes = answer.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as OutsideEcho);
  expect(echoes).toHaveLength(90);
  return echoes;
}

test("C9 · requests spread over all three endpoints though hostAliases resolve the name to an address where nothing is", async () => {
  const echoes = await backendsOf("'http://nginx.dujie.com/[1-90]'");
  expect([...new Set(echoes.map(({ server }) => server))].sort()).toEqual(BACKENDS);
  expect(new Set(echoes.map(({ remote }) => remote))).toEqual(new Set([client.address]));
});

test("C9 · the second host and the VIP lead to the same three", async () => {
  const byName = await backendsOf("'http://nginx/[1-90]'");
  expect([...new Set(byName.map(({ server }) => server))].sort()).toEqual(BACKENDS);
  const byAddress = await backendsOf(`'http://${HOST_ADDRESS}/[1-90]'`);
  expect([...new Set(byAddress.map(({ server }) => server))].sort()).toEqual(BACKENDS);
});

test("C9 · whatever other address the name resolves to", async () => {
  const echoes = await backendsOf("--resolve nginx.dujie.com:80:203.0.113.99 'http://nginx.dujie.com/[1-90]'");
  expect([...new Set(echoes.map(({ server }) => server))].sort()).toEqual(BACKENDS);
});
