// Objects in which something stands that Envoy would refuse, taken in by the rules or refused by them: they harm themselves and nothing
// else, and what comes after them still arrives. What the rules refuse already is put before Envoy in test/unit/envoy/poison.test.ts.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "../../../src/lab/lab.ts";
import type { RunningPod } from "../../../src/lab/pod-runner.ts";
import { eventually, inApp, runInjected, sleeper, startMesh } from "../mesh-lab.ts";
import { at, banner, byHost, http, outside, routes, rule, service, startTcpServer, to } from "./calls.ts";

const SERVER = { address: "203.0.113.10", port: 8001 };
const TCP = { address: "203.0.113.10", port: 9000 };
const tcp = (number: number) => [{ number, name: "tcp", protocol: "TCP" }];
const vm = (name: string, address: string) =>
  rule("WorkloadEntry", `app/${name}`, { address, ports: { "http-80": SERVER.port }, labels: { app: "vm" } });
const own = { number: 80, name: "constructor", protocol: "HTTP" };

const POISON = [
  outside("empty-endpoint.example.com", {
    resolution: "STATIC",
    endpoints: [{ network: "vpc-1" }, { address: SERVER.address, ports: { "http-80": SERVER.port } }],
  }),
  vm("named", "vm.example.com"),
  vm("sound", SERVER.address),
  outside("selected-endpoint.example.com", { resolution: "STATIC", workloadSelector: { labels: { app: "vm" } } }),
  rule("ServiceEntry", "app/again", { hosts: ["SOUND.example.com", "sound.example.com."], ports: [http()], ...at(SERVER) }),
  ...[15001, 15006, 15021, 15090].map((port) =>
    outside(`own-${port}.example.com`, { ports: [http(port)], resolution: "STATIC", endpoints: [{ address: SERVER.address }] }),
  ),
  outside("own-tcp.example.com", { ports: tcp(15001), resolution: "STATIC", endpoints: [{ address: SERVER.address }] }),
  outside("own-name.example.com", {
    ports: [own],
    resolution: "STATIC",
    endpoints: [{ address: SERVER.address, ports: { constructor: SERVER.port } }],
  }),
  rule("ServiceEntry", "app/many", {
    hosts: Array.from({ length: 256 }, (_, i) => `h${i}.many.example.com`),
    ports: [http()],
    ...at(SERVER),
  }),
  outside("rewrite.example.com", at(SERVER)),
  routes("rewrite.example.com", {
    http: [
      {
        match: [{ uri: { prefix: "/bad" } }],
        rewrite: { uriRegexRewrite: { match: "a", rewrite: "\\7" } },
        route: [to("sound.example.com")],
      },
      { route: [to("sound.example.com")] },
    ],
  }),
  outside("ring.example.com", at(SERVER)),
  rule("DestinationRule", "app/ring", {
    host: "ring.example.com",
    trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: "x", minimumRingSize: 99999999 } } },
  }),
  service("app/odd", {
    clusterIP: "not-an-address",
    ports: [
      { name: "tcp", port: 9000 },
      { name: "constructor", port: 80 },
    ],
  }),
];

let lab: Lab;
let client: RunningPod;

beforeAll(async () => {
  lab = await startMesh({ servers: [{ name: "sound", kind: "http", ...SERVER }], namespaces: ["app"] });
  startTcpServer(lab.network.outside, TCP, "220 sound ready\r\n");
  // Poison is there before the proxy is, and the sound hosts after it.
  for (const object of POISON) await lab.apply(object);
  client = await runInjected(lab, sleeper("app", "client"));
  await lab.apply(outside("sound.example.com", at(SERVER)));
  const endpoints = [{ address: TCP.address }];
  await lab.apply(outside("sound-tcp.example.com", { addresses: ["192.192.10.1"], ports: tcp(9000), resolution: "STATIC", endpoints }));
  await eventually(async () => expect((await byHost(client, "sound.example.com")).status).toBe(200));
});

afterAll(async () => {
  await lab?.close();
});

test.each(["sound", "empty-endpoint", "selected-endpoint", "own-name", "h0.many", "h255.many", "rewrite"])(
  "%s.example.com is reached",
  async (name) => {
    expect((await byHost(client, `${name}.example.com`)).echo?.server).toBe("sound");
  },
);

test("a policy that the rules refuse is as if it were not there, and its host is reached", async () => {
  expect((await byHost(client, "ring.example.com")).status).toBe(200);
});

test("TCP by an address of its own, on a port that an odd Service shares", async () => {
  await eventually(async () => expect(await banner(client, "192.192.10.1", 9000)).toBe("220 sound ready"));
});

test("what nobody declared still passes through", async () => {
  const { stdout } = await inApp(client, `curl -sS --max-time 5 http://${SERVER.address}:${SERVER.port}/`);
  expect(stdout).toContain('"server":"sound"');
});

test("Envoy refused nothing, and what was left out is told with its reason", async () => {
  const { stdout } = await inApp(client, "curl -s '127.0.0.1:15000/stats?filter=update_rejected'");
  expect(stdout).toMatch(/cluster_manager\.cds\.update_rejected: 0\b/);
  expect(stdout).toMatch(/listener_manager\.lds\.update_rejected: 0\b/);
  const told = await lab.controlPlane.log();
  for (const reason of ["99999999 virtual nodes are more than", "refers to a group that does not exist", "is not an IP address"]) {
    expect(told).toContain(reason);
  }
  expect(told).not.toMatch(/rejected/i);
});
