import { connect, createServer, type Server } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createStatusServer, type StatusServer } from "../../../src/agent/status-server.ts";

let server: StatusServer;
let app: Server;
let port = 0;
let second = 0;
let logged: string[];

beforeEach(async () => {
  port = await freePort();
  second = await freePort();
  app = createServer((socket) => void socket.end("HTTP/1.1 099 Odd\r\n\r\n"));
  const odd = await new Promise<number>((done) => app.listen(0, "127.0.0.1", () => done((app.address() as { port: number }).port)));
  logged = [];
  server = createStatusServer({
    app: {
      agentPorts: [port, second],
      host: "127.0.0.1",
      probes: {
        "/app-health/odd/readyz": { httpGet: { port: odd } },
        "/app-health/slow/livez": { httpGet: { port: odd }, timeoutSeconds: 60 },
      },
      metrics: [],
    },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: ({ reason }) => void logged.push(String(reason)) },
    readiness: async () => ({ ready: true, reasons: [] }),
    metrics: () => Promise.reject(new Error("no metrics")),
    drain: async () => {},
    quit: () => {},
  });
  await server.start();
});
afterEach(() => {
  server.stop();
  app.close();
});

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, () => {
      const { port: free } = probe.address() as { readonly port: number };
      probe.close(() => done(free));
    });
  });
}

/** Status of the answer to a request line whose target no HTTP client would write. */
function ask(target: string, at = port): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: at }, () => void socket.write(`GET ${target} HTTP/1.1\r\nhost: agent\r\n\r\n`));
    socket.once("error", reject);
    socket.once("end", () => reject(new Error("closed without an answer")));
    socket.once("data", (data: Buffer) => {
      socket.destroy();
      resolve(Number(data.toString().split(" ")[1]));
    });
  });
}

test.each([
  ["//", 400],
  ["http://", 400],
  ["\\\\", 400],
  ["http://[::1", 400],
  ["/%ff", 404],
  ["/app-health/%ff", 404],
  ["*", 404],
])("a path that is none is an answer, and the server goes on: %s", async (target, status) => {
  expect(await ask(target)).toBe(status);
  expect(await ask("/healthz/ready")).toBe(200);
});

test("what fails behind the server is 500 and a line in the log, and the server goes on", async () => {
  expect(await ask("/metrics")).toBe(500);
  expect(logged).toEqual(["Error: no metrics"]);
  expect(await ask("/healthz/ready")).toBe(200);
});

test("an app whose status is no HTTP status is 500, and the server goes on", async () => {
  expect(await ask("/app-health/odd/readyz")).toBe(500);
  expect(await ask("/healthz/ready")).toBe(200);
});

test("a kubelet that goes takes its call to the app along", async () => {
  const ended = new Promise<void>((done) => {
    app.removeAllListeners("connection");
    app.once("connection", (socket) => {
      socket.resume().once("close", () => done());
      kubelet.destroy();
    });
  });
  const kubelet = connect(
    { host: "127.0.0.1", port },
    () => void kubelet.write("GET /app-health/slow/livez HTTP/1.1\r\nhost: agent\r\n\r\n"),
  );
  await ended;
  expect(await ask("/healthz/ready")).toBe(200);
});

test("it answers alike on each of its ports", async () => {
  expect([await ask("/healthz/ready"), await ask("/healthz/ready", second)]).toEqual([200, 200]);
});
