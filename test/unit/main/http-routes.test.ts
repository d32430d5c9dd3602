import { once } from "node:events";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { type HttpServer, jsonAnswer, serveRoutes } from "../../../src/main/http-routes.ts";

const servers: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(): Promise<HttpServer> {
  const server = await serveRoutes(
    { address: "::", port: 0 },
    {
      "/metrics": () => ({ status: 200, body: "up 1\n" }),
      "/debug/work": () => jsonAnswer({ builds: 3 }),
      "/broken": () => {
        throw new Error("no luck");
      },
    },
  );
  servers.push(server);
  return server;
}

/** The request's target goes out as it is written here: fetch would tidy it up. */
async function ask(port: number, target: string, host = "127.0.0.1"): Promise<string> {
  const socket = connect(port, host);
  await once(socket, "connect");
  socket.end(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

test("targets that are no URL are answered, and the server goes on", async () => {
  const { port } = await serve();
  const targets = ["//", "http://", "\\\\", "/%ff", "http:///", "//[", "*", "?", "/\\\\[::"];
  const answers = await Promise.all(targets.map((target) => ask(port, target)));
  for (const [i, answer] of answers.entries()) {
    expect([400, 404], `${targets[i]} → ${answer}`).toContain(statusOf(answer));
  }
  expect(await ask(port, "/metrics")).toContain("up 1");
});

test("a handler that throws answers 500 with its words", async () => {
  const { port } = await serve();
  const answer = await ask(port, "/broken");
  expect(statusOf(answer)).toBe(500);
  expect(answer).toContain("no luck");
});

const outer = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ internal, family }) => !internal && family === "IPv4")?.address;

test("debugging is for callers of this machine's loopback", async () => {
  const { port } = await serve();
  for (const host of ["127.0.0.1", "::1"]) {
    expect(statusOf(await ask(port, "/debug/work", host)), host).toBe(200);
  }
});

test.skipIf(outer === undefined)("callers from elsewhere are told so, and still get metrics", async () => {
  const { port } = await serve();
  const refused = await ask(port, "/debug/work", outer);
  expect(statusOf(refused)).toBe(403);
  expect(refused).toContain("kubectl port-forward");
  expect(statusOf(await ask(port, "/debug/unknown", outer))).toBe(403);
  expect(statusOf(await ask(port, "/metrics", outer))).toBe(200);
});
