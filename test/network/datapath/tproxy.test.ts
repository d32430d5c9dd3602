// A pod whose calls are intercepted by TPROXY: it is reached over both families, its app sees who calls, and its own calls go out.
import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../../../src/lab/lab.ts";
import { inNetwork } from "../../../src/lab/lab-network.ts";
import { podReport } from "../../../src/lab/pod-report.ts";
import type { RunningPod } from "../../../src/lab/pod-runner.ts";
import { runCommand } from "../../../src/lab/run-command.ts";
import { eventually, inApp, proxyConfig, runInjected, sleeper, startMesh } from "../mesh-lab.ts";
import { get, getFrom, logged, service } from "./calls.ts";

const WEB_IP = "10.96.1.1";
const OUTSIDE = { name: "outside", kind: "http" as const, address: "203.0.113.10", port: 80 };
const PORTS = [
  { name: "http", port: 80, targetPort: 8080 },
  { name: "tcp", port: 5432, targetPort: 5432 },
];
/** HTTP on a declared port and on one that no Service names; a TCP server on each kind of port. Each answers with the caller's address. */
const APP = `
  const remote = (socket) => socket.remoteAddress.replace("::ffff:", "");
  const answer = (q, r) => r.end(JSON.stringify({ remote: remote(q.socket), headers: q.headers }));
  for (const port of [8080, 9080]) require("node:http").createServer(answer).listen(port, "::");
  for (const port of [5432, 5433]) require("node:net").createServer((s) => s.on("error", () => 0).once("data", () => s.end(remote(s)))).listen(port, "::");
`;

let lab: Lab;
let web: RunningPod;
let client: RunningPod;

beforeAll(async () => {
  lab = await startMesh({ servers: [OUTSIDE], namespaces: ["app"], dualStack: true });
  await lab.apply(service("app/web", { clusterIP: WEB_IP, selector: { app: "web" }, ports: PORTS }));
  const deployment = sleeper("app", "web");
  const { template } = deployment["spec"] as { template: { metadata: Record<string, unknown> } };
  template.metadata["annotations"] = { "sidecar.istio.io/interceptionMode": "TPROXY" };
  web = await runInjected(lab, deployment);
  spawn("setpriv", ["--pdeathsig=KILL", ...inNetwork(web.network, [process.execPath, "-e", APP])], { stdio: "ignore" });
  client = await runInjected(lab, sleeper("app", "client"));
  await eventually(async () => expect((await get(client, `http://${WEB_IP}/`)).status).toBe(200), 10_000);
});

afterAll(async () => {
  await lab?.close();
});

/** The node's address of the pod's family: who calls from the fabric. */
const caller = (address: string): string => (address.includes(":") ? "fd00:10:244::1" : "10.244.0.1");
const inUrl = (address: string): string => (address.includes(":") ? `[${address}]` : address);
const addressOf = (family: string): string => web.addresses.find((address) => address.includes(":") === (family === "IPv6")) ?? "";

describe.each(["IPv4", "IPv6"])("called over %s", (family) => {
  test.each([
    [8080, "that a Service declares"],
    [9080, "that nobody declares"],
  ])("HTTP on port %i, %s: the app sees the caller's address", async (port) => {
    const address = addressOf(family);
    const { echo } = await getFrom(lab.network.fabric, `http://${inUrl(address)}:${port}/`);
    expect(echo?.remote).toBe(caller(address));
    // It went through Envoy.
    expect(echo?.headers["x-request-id"]).toBeDefined();
  });

  test.each([5432, 5433])("TCP on port %i: the app sees the caller's address", async (port) => {
    const address = addressOf(family);
    // Speaks first: until the caller does, the sidecar waits to see what it speaks.
    const script = `exec 3<>/dev/tcp/${address}/${port}; echo hello >&3; cat <&3`;
    const { stdout } = await runCommand(inNetwork(lab.network.fabric, ["timeout", "5", "bash", "-c", script]));
    expect(stdout).toBe(caller(address));
    const line = await logged(web, ({ called }) => called === `${inUrl(address)}:${port}`);
    expect(line.cluster).toBe(port === 5432 ? "inbound|5432||" : "InboundPassthroughCluster");
  });
});

test("called by another sidecar, in mutual TLS: the app sees the other pod's address and identity", async () => {
  const { echo } = await get(client, `http://${WEB_IP}/`);
  expect(echo?.remote).toBe(client.address);
  expect(echo?.headers["x-forwarded-client-cert"]).toMatch(/URI=spiffe:\/\/cluster\.local\/ns\/app\/sa\/default/);
});

test("callers that share the sidecar's connections to the app are told apart", async () => {
  const from = async (url: string) => (await getFrom(lab.network.fabric, url)).echo?.remote;
  const seen = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      i % 2 === 0 ? from(`http://${web.address}:8080/`) : get(client, `http://${WEB_IP}/`).then(({ echo }) => echo?.remote),
    ),
  );
  expect(seen).toEqual(Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? "10.244.0.1" : client.address)));
});

test("its own calls go out through its sidecar", async () => {
  const { echo } = await get(web, `http://${OUTSIDE.address}/`);
  expect(echo?.server).toBe("outside");
  expect(echo?.remote).toBe(web.address);
  expect((await logged(web, ({ called }) => called === `${OUTSIDE.address}:80`)).cluster).toBe("PassthroughCluster");
});

test("it reaches its own app by its Service and by loopback", async () => {
  expect((await get(web, `http://${WEB_IP}/`)).status).toBe(200);
  expect((await inApp(web, "curl -s --max-time 5 -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/")).stdout).toBe("200");
});

test("a sidecar that learns of it late takes calls from then on", async () => {
  const report = podReport(web);
  const inbound = () => proxyConfig(web, ["listener", "--port", "15006", "-o", "json"]);
  await lab.apply({ ...report, spec: { ...(report["spec"] as object), initContainers: [] } });
  await eventually(async () => expect(await inbound()).not.toContain("original_src"));
  await lab.apply(report);
  await eventually(async () => expect(await inbound()).toContain("original_src"));
  await eventually(async () => {
    const { echo } = await getFrom(lab.network.fabric, `http://${web.address}:8080/`);
    expect(echo?.remote).toBe("10.244.0.1");
  });
});
