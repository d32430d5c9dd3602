import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAccessLog } from "../../src/lab/access-log.ts";
import type { Lab } from "../../src/lab/lab.ts";
import type { OutsideEcho } from "../../src/lab/outside-servers.ts";
import type { RunningPod } from "../../src/lab/pod-runner.ts";
import { watchFrom } from "../../src/lab/request-watcher.ts";
import {
  eventually,
  inApp,
  inPodNetwork,
  LAB_PROCESS,
  meshConfig,
  proxyConfig,
  REGISTRY_ONLY,
  runInjected,
  sleeper,
  startMesh,
} from "../network/mesh-lab.ts";

const WEB = "203.0.113.10";
const BANNER = "198.51.100.20";

/** Ports that another host declares (80 HTTP, 443 TLS, 9000 gRPC), and ports that none does. */
const SERVERS = [
  { name: "web", kind: "http", address: WEB, port: 80 },
  { name: "web-8888", kind: "http", address: WEB, port: 8888 },
  { name: "tls", kind: "https", address: WEB, port: 443, hosts: ["unknown.example.com"] },
  { name: "tls-8443", kind: "https", address: WEB, port: 8443, hosts: ["unknown.example.com"] },
  { name: "http2", kind: "http2", address: WEB, port: 8080 },
  { name: "http2-8889", kind: "http2", address: WEB, port: 8889 },
  { name: "grpc", kind: "grpc", address: WEB, port: 9000 },
  { name: "grpc-9001", kind: "grpc", address: WEB, port: 9001 },
  { name: "tcp-7000", kind: "tcp", address: WEB, port: 7000 },
  { name: "banner", kind: "banner", address: BANNER, port: 25 },
] as const;

const DECLARED = {
  apiVersion: "networking.istio.io/v1",
  kind: "ServiceEntry",
  metadata: { name: "declared", namespace: "app" },
  spec: {
    hosts: ["declared.example.com"],
    location: "MESH_EXTERNAL",
    resolution: "STATIC",
    ports: [
      { number: 80, name: "http", protocol: "HTTP" },
      { number: 443, name: "tls", protocol: "TLS" },
      { number: 8080, name: "http2", protocol: "HTTP2" },
      { number: 9000, name: "grpc", protocol: "GRPC" },
    ],
    endpoints: [{ address: "203.0.113.200" }],
  },
};

const SMTP = {
  apiVersion: "networking.istio.io/v1",
  kind: "ServiceEntry",
  metadata: { name: "smtp", namespace: "app" },
  spec: {
    hosts: ["mail.example.com"],
    addresses: [BANNER],
    location: "MESH_EXTERNAL",
    resolution: "STATIC",
    ports: [{ number: 25, name: "tcp-smtp", protocol: "TCP" }],
    endpoints: [{ address: BANNER }],
  },
};

let lab: Lab;
let client: RunningPod;

beforeAll(async () => {
  lab = await startMesh({ servers: SERVERS, names: { "unknown.example.com": [WEB] }, namespaces: ["app"] });
  await lab.apply(DECLARED);
  client = await runInjected(lab, sleeper("app", "client"));
});

afterAll(async () => {
  await lab?.close();
});

async function get(url: string): Promise<OutsideEcho> {
  const answer = await inApp(client, `curl -sS --max-time 5 ${url}`);
  return JSON.parse(answer.stdout) as OutsideEcho;
}

/** What carried the request whose path holds `mark`, or the connection to `called`. */
function carrier(matches: (line: ReturnType<typeof readAccessLog>[number]) => boolean) {
  return eventually(async () => {
    const line = readAccessLog(await client.logs("istio-proxy")).find(matches);
    expect(line, "a line in the sidecar's access log").toBeDefined();
    return { cluster: line?.cluster, route: line?.route, code: line?.code };
  });
}

describe("ALLOW_ANY", () => {
  test("C1 · an unregistered host on a port that an HTTP service declares passes through, by route allow_any", async () => {
    const seen = await get("http://unknown.example.com/c1-declared");
    expect(seen).toMatchObject({ server: "web", remote: client.address, local: `${WEB}:80`, host: "unknown.example.com" });
    const { cluster, route } = await carrier((line) => line.request.includes("/c1-declared"));
    expect({ cluster, route }).toEqual({ cluster: "PassthroughCluster", route: "allow_any" });
    const routes = JSON.parse(await proxyConfig(client, ["route", "--name", "80", "-o", "json"])) as {
      virtualHosts: { name: string; domains: string[]; routes: { name: string; route: { cluster: string } }[] }[];
    }[];
    const allowAny = routes[0]?.virtualHosts.find(({ name }) => name === "allow_any");
    expect(allowAny).toMatchObject({ domains: ["*"], routes: [{ name: "allow_any", route: { cluster: "PassthroughCluster" } }] });
  });

  test("C1 · an unregistered host on a port that nothing declares passes through, destination and port kept", async () => {
    const seen = await get("http://unknown.example.com:8888/c1-undeclared");
    expect(seen).toMatchObject({ server: "web-8888", remote: client.address, local: `${WEB}:8888` });
    expect((await carrier((line) => line.called === `${WEB}:8888`)).cluster).toBe("PassthroughCluster");
  });
});

describe("REGISTRY_ONLY", () => {
  test("C2 · set in ConfigMap istio, it takes hold in running pods within a second, and nothing restarts", async () => {
    const watcher = watchFrom(client.network, LAB_PROCESS, { url: `http://${WEB}/`, host: "unknown.example.com" });
    try {
      await watcher.outcomeAfter(Date.now(), (outcome) => outcome.startsWith("200"), 5000);
      const since = Date.now();
      await lab.apply(meshConfig(REGISTRY_ONLY));
      const refused = await watcher.outcomeAfter(since, (outcome) => outcome === "502", 5000);
      expect(refused.sent - since).toBeLessThan(1000);
    } finally {
      watcher.stop();
    }
    expect(client.containers.map(({ restarts }) => restarts)).toEqual([0, 0]);
  });

  test.each([
    ["a port that another host declares", 80],
    ["a port that none declares", 8888],
  ])("C3 · HTTP/1 refused with 502 on %s", async (_, port) => {
    const answer = await inApp(
      client,
      `curl -s -o /dev/null -w '%{http_code} %{exitcode}' --max-time 5 http://unknown.example.com:${port}/`,
    );
    expect(answer.stdout).toBe("502 0");
  });

  test.each([
    ["a port that another host declares", 8080],
    ["a port that none declares", 8889],
  ])("C3 · cleartext HTTP/2 refused with 502 on the stream on %s", async (_, port) => {
    const script = `curl -s -o /dev/null -w '%{http_version} %{http_code}' --max-time 5 --http2-prior-knowledge http://unknown.example.com:${port}/`;
    expect((await inApp(client, script)).stdout).toBe("2 502");
  });

  test.each([
    ["a port that another host declares", 443],
    ["a port that none declares", 8443],
  ])("C3 · TLS with an unknown name fails in the handshake on %s", async (_, port) => {
    const script = `echo | timeout 5 openssl s_client -connect ${WEB}:${port} -servername unknown.example.com`;
    const answer = await inApp(client, script);
    expect(answer.code).not.toBe(0);
    expect(answer.stdout).toContain("no peer certificate available");
    expect(answer.stdout).toContain("SSL handshake has read 0 bytes");
  });

  test.each([
    ["a port that another host declares", 9000],
    ["a port that none declares", 9001],
  ])("C3 · gRPC refused with status 14 UNAVAILABLE on %s", async (_, port) => {
    const answer = await inPodNetwork(client, [process.execPath, resolve("test/network/grpc-call.ts"), `${WEB}:${port}`]);
    expect(answer.stdout).toMatch(/^14 /);
  });

  test.each([
    ["a port that another host declares", 80],
    ["a port that none declares", 7000],
  ])("C3 · raw TCP closed without one byte, within a second, on %s", async (_, port) => {
    const answer = await inApp(client, `(echo ping; sleep 0.5) | timeout 2 nc ${WEB} ${port} | wc -c`);
    expect(answer.stdout.trim()).toBe("0");
    const ended = await inPodNetwork(client, [process.execPath, resolve("test/network/tcp-end.ts"), WEB, String(port), "ping\n"]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ bytes: 0, closedWithin: true });
  });

  test("C3 · a server that speaks first is refused without one byte while unknown, and not held up once allowed", async () => {
    const call = () => inPodNetwork(client, [process.execPath, resolve("test/network/tcp-end.ts"), BANNER, "25", ""]);
    expect(JSON.parse((await call()).stdout)).toMatchObject({ bytes: 0, closedWithin: true });
    await lab.apply(SMTP);
    await eventually(async () =>
      expect(JSON.parse((await call()).stdout)).toMatchObject({ first: "220 banner ready\r\n", spokeWithin: true }),
    );
  });
});
