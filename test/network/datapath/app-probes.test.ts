// Probes of the app, asked of the agent as a kubelet asks, while Envoy is stopped: what is answered went straight to the app.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../../../src/lab/lab.ts";
import { inNetwork, secondAddress } from "../../../src/lab/lab-network.ts";
import type { RunningPod } from "../../../src/lab/pod-runner.ts";
import { mustRun } from "../../../src/lab/run-command.ts";
import { envoyPids, eventually, sleeper, startMesh } from "../mesh-lab.ts";
import { getFrom } from "./calls.ts";

const PROBES = {
  http: { httpGet: { path: "/ok", port: 8080 } },
  moved: { httpGet: { path: "/moved", port: 8080 } },
  elsewhere: { httpGet: { path: "/elsewhere", port: 8080 } },
  https: { httpGet: { path: "/ok", port: 8443, scheme: "HTTPS" } },
  tcp: { tcpSocket: { port: 7000 } },
  grpc: { grpc: { port: 9000, service: "good" } },
} as const;
const FAILING = {
  "http-bad": { httpGet: { path: "/bad", port: 8080 } },
  "moved-bad": { httpGet: { path: "/moved-bad", port: 8080 } },
  "tcp-bad": { tcpSocket: { port: 7009 } },
  "grpc-bad": { grpc: { port: 9000, service: "bad" } },
  "grpc-unknown": { grpc: { port: 9000, service: "unknown" } },
  "grpc-http": { grpc: { port: 8080 } },
} as const;

/** The app: its answers are what the probes are to find. `keys` is the path of key and certificate, without their endings. */
const app = (keys: string): string => `
  const { readFileSync } = require("node:fs");
  const answers = { "/ok": [200], "/bad": [503], "/moved": [302, "/ok"], "/moved-bad": [302, "/bad"], "/elsewhere": [302, "http://elsewhere.example.com/"] };
  const answer = ({ url }, r) => {
    const [status, location] = answers[url] ?? [404];
    r.writeHead(status, location === undefined ? {} : { location }).end();
  };
  const tls = { key: readFileSync("${keys}.key"), cert: readFileSync("${keys}.pem") };
  require("node:http").createServer(answer).listen(8080, "::");
  require("node:https").createServer(tls, answer).listen(8443, "::");
  require("node:net").createServer((s) => s.on("error", () => 0).resume()).listen(7000, "::");
  require("node:http2").createServer().on("stream", (stream, headers) => {
    const parts = [];
    stream.on("data", (part) => parts.push(part));
    stream.on("end", () => {
      // Prefix of five bytes, then field 1, length, name.
      const name = Buffer.concat(parts).subarray(7).toString();
      const known = headers[":path"] === "/grpc.health.v1.Health/Check" && ["good", "bad"].includes(name);
      const usual = { ":status": 200, "content-type": "application/grpc" };
      if (!known) return stream.respond({ ...usual, "grpc-status": "5" }, { endStream: true });
      stream.respond(usual, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, name === "good" ? 1 : 2]));
    });
  }).listen(9000, "::");
`;

/** A pod with one container a probe; where an address is given, the kubelet told that one as the pod's. */
async function startApp(lab: Lab, name: string, annotations: object, address?: string): Promise<RunningPod> {
  const containers = Object.entries({ ...PROBES, ...FAILING }).map(([probe, handler]) => ({
    name: probe,
    image: "localhost/fairlead/tools:dev",
    command: ["sleep", "1000000"],
    readinessProbe: { ...handler, timeoutSeconds: 2, periodSeconds: 600 },
  }));
  const deployment = sleeper("app", name, { containers });
  const { template } = deployment["spec"] as { template: { metadata: Record<string, unknown> } };
  template.metadata["annotations"] = annotations;
  const { pod } = await lab.inject(deployment);
  const told = address === undefined ? pod : JSON.parse(JSON.stringify(pod), (_, value) => tellAddress(value, address));
  const running = await lab.run(told);
  const keys = join(lab.folder, "app");
  spawn("setpriv", ["--pdeathsig=KILL", ...inNetwork(running.network, [process.execPath, "-e", app(keys)])], { stdio: "ignore" });
  await eventually(
    async () => expect((await getFrom(lab.network.fabric, `http://${running.address}:15021/healthz/ready`)).status).toBe(200),
    30_000,
  );
  return running;
}

function tellAddress(value: unknown, address: string): unknown {
  const isInstanceIp = typeof value === "object" && value !== null && "name" in value && value.name === "INSTANCE_IP";
  return isInstanceIp ? { name: "INSTANCE_IP", value: address } : value;
}

let lab: Lab;

beforeAll(async () => {
  lab = await startMesh({ servers: [], namespaces: ["app"], dualStack: true });
  const keys = join(lab.folder, "app");
  await mustRun([
    "openssl",
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-noenc",
    "-subj",
    "/CN=app",
    "-keyout",
    `${keys}.key`,
    "-out",
    `${keys}.pem`,
  ]);
});

afterAll(async () => {
  await lab?.close();
});

describe.each([
  ["IPv4", {}],
  ["IPv6", {}],
  ["IPv4", { "sidecar.istio.io/interceptionMode": "TPROXY" }],
  ["IPv6", { "sidecar.istio.io/interceptionMode": "TPROXY" }],
])("%s, %j", (family, annotations) => {
  let pod: RunningPod;
  const ask = (probe: string) => getFrom(lab.network.fabric, `http://${pod.address}:15020/app-health/${probe}/readyz`);
  const signal = async (name: string): Promise<void> => {
    for (const pid of await envoyPids(pod)) process.kill(pid, name);
  };

  beforeAll(async () => {
    const next = `10.244.1.${10 + lab.pods.length}`;
    pod = await startApp(lab, `app-${lab.pods.length}`, annotations, family === "IPv6" ? secondAddress(next) : undefined);
    expect(pod.address).toBe(next);
    await signal("SIGSTOP");
  });
  afterAll(() => signal("SIGCONT"));

  test.each(Object.keys(PROBES))("%s reaches the app", async (probe) => {
    expect(await ask(probe)).toMatchObject({ status: 200 });
  });

  test.each([
    ["http-bad", 503],
    ["moved-bad", 503],
    ["tcp-bad", 500],
    ["grpc-bad", 500],
    ["grpc-unknown", 500],
    ["grpc-http", 500],
  ])("%s fails as the app has it", async (probe, status) => {
    expect(await ask(probe)).toMatchObject({ status });
  });
});
