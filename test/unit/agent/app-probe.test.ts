import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { HttpProbe } from "../../../src/agent/agent-options.ts";
import { type ProbeAnswer, probeApp } from "../../../src/agent/app-probe.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as { readonly port: number }).port;
}

const NEVER = new AbortController().signal;

function probe(httpGet: HttpProbe, agentPorts: readonly number[] = [15020], gone = NEVER): Promise<ProbeAnswer> {
  const probes = { "/app-health/web/readyz": { httpGet, timeoutSeconds: 5 } };
  return probeApp({ host: "127.0.0.1", probes, agentPorts, metrics: [] }, "/app-health/web/readyz", gone);
}

/** An app that answers once with this, and then well; and what it was asked. */
async function redirecting(status: number, location: string | ((port: number) => string)) {
  const asked: { url: string | undefined; host: string | undefined }[] = [];
  const port = await serve(({ url, headers }, response) => {
    asked.push({ url, host: headers.host });
    if (asked.length > 1) return void response.end("well");
    response.writeHead(status, { location: typeof location === "string" ? location : location(port) }).end("first");
  });
  return { port, asked };
}

test.each([301, 302, 303, 307, 308])("%s is followed", async (status) => {
  const { port, asked } = await redirecting(status, "/next");
  expect(await probe({ port, path: "/" })).toEqual({ status: 200, text: "well" });
  expect(asked.map(({ url }) => url)).toEqual(["/", "/next"]);
});

test.each([300, 305, 306])("%s is an answer, as it is to a kubelet", async (status) => {
  const { port, asked } = await redirecting(status, "/next");
  expect(await probe({ port, path: "/" })).toEqual({ status, text: "first" });
  expect(asked).toHaveLength(1);
});

test.each([
  ["an address that cannot be read", "http://[::1", 500],
  ["neither http nor https", "ftp://127.0.0.1/x", 500],
  ["another host", "http://127.0.0.2/x", 200],
])("%s is not followed", async (_, location, status) => {
  const { port, asked } = await redirecting(302, location);
  expect((await probe({ port })).status).toBe(status);
  expect(asked).toHaveLength(1);
});

test("ten requests are the most", async () => {
  let requests = 0;
  const port = await serve((_, response) => {
    requests += 1;
    response.writeHead(302, { location: "/again" }).end();
  });
  expect((await probe({ port })).status).toBe(500);
  expect(requests).toBe(10);
});

test("a host that was asked for goes along to a path of the same place, and not to another address", async () => {
  const httpHeaders = [{ name: "Host", value: "shop.example.com" }];
  const near = await redirecting(302, "/next");
  await probe({ port: near.port, httpHeaders });
  expect(near.asked.map(({ host }) => host)).toEqual(["shop.example.com", "shop.example.com"]);
  const far = await redirecting(302, (port) => `http://127.0.0.1:${port}/next`);
  await probe({ port: far.port, httpHeaders });
  expect(far.asked.map(({ host }) => host)).toEqual(["shop.example.com", `127.0.0.1:${far.port}`]);
});

test("no redirect leads to the agent", async () => {
  let requests = 0;
  const agent = await serve((_, response) => {
    requests += 1;
    response.end();
  });
  const { port } = await redirecting(302, `http://127.0.0.1:${agent}/app-health/web/readyz`);
  const answer = await probe({ port }, [15020, agent]);
  expect([answer.status, requests]).toEqual([500, 0]);
  expect(answer.text).toContain(`port ${agent} is the sidecar's own`);
});

test.each(["/app-health/web/readyz", "/x/../app-health/web/readyz", "/stats/prometheus"])(
  "nor does a probe of its own: %s",
  async (path) => {
    expect((await probe({ port: 15020, path })).text).toContain("port 15020 is the sidecar's own");
  },
);

test.each([
  ["/a/../b/./c", "/a/../b/./c"],
  ["/%2e%2e/x", "/%2e%2e/x"],
  ["/a//b?q=1&r=%20", "/a//b?q=1&r=%20"],
  ["health", "/health"],
  ["/a\\b", "/a%5Cb"],
  ["/ü x", "/%C3%BC%20x"],
  ["/50%", "/50%25"],
  ["/a\r\nb: c", "/a%0D%0Ab:%20c"],
  ["/a\ud800", "/a%EF%BF%BD"],
  ["/a#b", "/a"],
])("the path goes out as written: %j", async (path, sent) => {
  const asked: unknown[] = [];
  const port = await serve(({ url }, response) => {
    asked.push(url);
    response.end();
  });
  expect((await probe({ port, path })).status).toBe(200);
  expect(asked).toEqual([sent]);
});

test("when the caller has gone, so is the call to the app", async () => {
  const caller = new AbortController();
  let ended = (): void => undefined;
  const gone = new Promise<void>((done) => {
    ended = done;
  });
  const port = await serve((_, response) => {
    response.once("close", ended);
    caller.abort();
  });
  expect((await probe({ port }, [], caller.signal)).status).toBe(500);
  await gone;
});

test("the time of a probe is one, whatever it asks", async () => {
  const silent = createTcpServer(() => undefined);
  const port = await new Promise<number>((done) => silent.listen(0, "127.0.0.1", () => done((silent.address() as { port: number }).port)));
  const probes = { "/app-health/web/readyz": { httpGet: { port }, timeoutSeconds: 0.1 } };
  const answer = await probeApp({ host: "127.0.0.1", probes, agentPorts: [], metrics: [] }, "/app-health/web/readyz", NEVER);
  expect(answer).toEqual({ status: 500, text: "the app did not answer within 0.1 s" });
  silent.close();
});

test("an answer without end is one", async () => {
  const port = await serve((_, response) => void response.write("x".repeat(100_000)));
  expect((await probe({ port })).status).toBe(200);
});
