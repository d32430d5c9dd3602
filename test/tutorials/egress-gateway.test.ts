import { afterAll, beforeAll, expect, test } from "vitest";
import { readAccessLog } from "../../src/lab/access-log.ts";
import type { ClusterObject } from "../../src/lab/cluster-object.ts";
import { GATEWAY_DEPLOYMENT } from "../../src/lab/demo/demo-objects.ts";
import type { Lab } from "../../src/lab/lab.ts";
import type { OutsideEcho } from "../../src/lab/outside-servers.ts";
import type { RunningPod } from "../../src/lab/pod-runner.ts";
import { eventually, inApp, proxyConfig, runInjected, sleeper, startMesh } from "../network/mesh-lab.ts";

const HOST = "nginx.dujie.com";
const ADDRESS = "10.122.24.139";
const GATEWAY_SERVICE = "istio-egressgateway.istio-system.svc.cluster.local";

function rule(kind: string, name: string, spec: Readonly<Record<string, unknown>>): ClusterObject {
  return { apiVersion: "networking.istio.io/v1beta1", kind, metadata: { name, namespace: "entry" }, spec };
}

function workloadEntry(instance: string, port: number, version: string): ClusterObject {
  const labels = { app: "nginx", version, "instance-id": instance };
  return rule("WorkloadEntry", `workload-${instance.toLowerCase()}`, { address: ADDRESS, ports: { http: port }, labels });
}

const subset = (name: string, weight: number) => ({ destination: { host: HOST, subset: name }, weight });

/** The tutorial's resources, as it writes them: no destination names a port. */
const RESOURCES: readonly ClusterObject[] = [
  workloadEntry("Nginx2501", 8091, "v1.25"),
  workloadEntry("Nginx2502", 8092, "v1.25"),
  workloadEntry("Nginx2601", 8093, "v1.26"),
  rule("ServiceEntry", "nginx", {
    hosts: [HOST],
    ports: [{ number: 80, name: "http", protocol: "HTTP" }],
    location: "MESH_EXTERNAL",
    resolution: "STATIC",
    workloadSelector: { labels: { app: "nginx" } },
  }),
  rule("DestinationRule", "nginx-external", {
    host: HOST,
    trafficPolicy: {
      loadBalancer: { simple: "RANDOM" },
      connectionPool: {
        tcp: { maxConnections: 10000, connectTimeout: "10ms", tcpKeepalive: { time: "7200s", interval: "75s" } },
        http: { http2MaxRequests: 1000, maxRequestsPerConnection: 10 },
      },
      outlierDetection: { maxEjectionPercent: 50, consecutive5xxErrors: 5, interval: "2m", baseEjectionTime: "1m", minHealthPercent: 40 },
    },
    subsets: [
      { name: "v25", labels: { version: "v1.25" } },
      { name: "v26", labels: { version: "v1.26" } },
    ],
  }),
  rule("Gateway", "egress-gateway", {
    selector: { app: "istio-egressgateway" },
    servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["*"] }],
  }),
  rule("VirtualService", "nginx-external", {
    hosts: [HOST],
    gateways: ["egress-gateway", "mesh"],
    http: [
      { match: [{ gateways: ["mesh"] }], route: [{ destination: { host: GATEWAY_SERVICE } }] },
      { match: [{ gateways: ["egress-gateway"] }], route: [subset("v26", 5), subset("v25", 95)] },
    ],
  }),
];

function gatewayService(ports: readonly Readonly<Record<string, unknown>>[]): ClusterObject {
  const metadata = { name: "istio-egressgateway", namespace: "istio-system" };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { clusterIP: "10.96.0.80", selector: { app: "istio-egressgateway" }, ports },
  };
}

const HTTP = { name: "http", port: 80, targetPort: 8080 };
const HTTPS = { name: "https", port: 443, targetPort: 8443 };

let lab: Lab;
let client: RunningPod;
let gateway: RunningPod;

beforeAll(async () => {
  const servers = ["Nginx2501", "Nginx2502", "Nginx2601"].map((name, index) => ({
    name,
    kind: "http" as const,
    address: ADDRESS,
    port: 8091 + index,
  }));
  lab = await startMesh({ servers, namespaces: ["entry"] });
  await lab.apply(gatewayService([HTTP]));
  for (const resource of RESOURCES) await lab.apply(resource);
  gateway = await runInjected(lab, GATEWAY_DEPLOYMENT);
  const hostAliases = [{ ip: "172.29.1.201", hostnames: [HOST] }];
  client = await runInjected(lab, sleeper("entry", "client", { hostAliases }));
});

afterAll(async () => {
  await lab?.close();
});

async function requests(count: number, mark: string): Promise<readonly OutsideEcho[]> {
  const answer = await inApp(client, `curl -sS --max-time 50 'http://${HOST}/${mark}/[1-${count}]'`);
  return answer.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as OutsideEcho);
}

test("C18 · every request crosses the gateway: its address outside, its access log with client, host and code", async () => {
  await eventually(async () => expect((await requests(1, "first"))[0]?.remote).toBe(gateway.address));
  const echoes = await requests(100, "crossing");
  expect(echoes).toHaveLength(100);
  expect(new Set(echoes.map(({ remote }) => remote))).toEqual(new Set([gateway.address]));
  const lines = await eventually(async () => {
    const found = readAccessLog(await gateway.logs("istio-proxy")).filter(({ request }) => request.includes("/crossing/"));
    expect(found).toHaveLength(100);
    return found;
  });
  for (const line of lines) {
    expect(line).toMatchObject({ code: 200, authority: HOST });
    expect(line.caller).toMatch(new RegExp(`^${client.address}:`));
    expect(line.cluster).toMatch(/^outbound\|80\|v2[56]\|nginx\.dujie\.com$/);
  }
});

test("C18 · the 5 to 95 split holds behind the gateway", async () => {
  const echoes = await requests(600, "split");
  expect(echoes).toHaveLength(600);
  const canary = echoes.filter(({ server }) => server === "Nginx2601").length;
  // Binomial(600, 0.05): outside 4 … 72 less than once in a billion runs.
  expect(canary).toBeGreaterThanOrEqual(4);
  expect(canary).toBeLessThanOrEqual(72);
  expect(new Set(echoes.map(({ server }) => server))).toEqual(new Set(["Nginx2501", "Nginx2502", "Nginx2601"]));
});

test("C18 · proxy-config endpoints lists the three WorkloadEntries with their own ports", async () => {
  const table = await proxyConfig(client, ["endpoints", "--cluster", `outbound|80||${HOST}`]);
  const rows = table
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/\s{2,}/));
  expect(rows.slice(1)).toEqual([8091, 8092, 8093].map((port) => [`${ADDRESS}:${port}`, "HEALTHY", "OK", `outbound|80||${HOST}`]));
});

test("C18 · a destination without a port means the listener's port where the Service has several", async () => {
  await lab.apply(gatewayService([HTTPS, HTTP]));
  await eventually(async () => expect(await proxyConfig(client, ["cluster", "--fqdn", GATEWAY_SERVICE])).toMatch(/ 443 /));
  const echoes = await requests(20, "several-ports");
  expect(echoes).toHaveLength(20);
  expect(new Set(echoes.map(({ remote }) => remote))).toEqual(new Set([gateway.address]));
});
