import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createApiClient } from "../../../src/source/kubernetes/api-client.ts";
import { runReflector } from "../../../src/source/kubernetes/reflector.ts";
import { until } from "../../api-server/child.ts";
import { memoryLog } from "../../api-server/collected.ts";

type Answer = (response: ServerResponse, url: URL) => void;

/** A server that answers each request by the next of a list, for the faults that a real one cannot be asked to have. */
async function scripted(...answers: readonly Answer[]) {
  const asked: string[] = [];
  const left = [...answers];
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? "", "http://x");
    asked.push(
      url.searchParams.has("watch")
        ? `watch ${url.searchParams.get("resourceVersion")}`
        : `list ${url.searchParams.get("continue") ?? ""}`.trim(),
    );
    (left.shift() ?? hang)(response, url);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = createApiClient({ current: async () => ({ server: `http://127.0.0.1:${(server.address() as { port: number }).port}` }) });
  const ending = new AbortController();
  const told: string[] = [];
  const log = memoryLog();
  const collection = { path: "/api/v1/things", apiVersion: "v1", kind: "Thing" };
  const done = runReflector(
    { client, log, collection, pageSize: 2 },
    {
      upsert: (raw) => told.push(`${raw.kind} ${raw.metadata.name}`),
      remove: (key) => told.push(`gone ${key}`),
      synced: () => told.push("synced"),
    },
    ending.signal,
  );
  onTestFinished(async () => {
    ending.abort();
    await done;
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  return {
    asked,
    told,
    log,
    asks: (count: number) =>
      until(
        () => asked.length >= count,
        () => `asked only ${asked}`,
        15,
      ),
  };
}

const hang: Answer = (response) => void response.writeHead(200).flushHeaders();
const thing = (name: string, version = "1") => ({ metadata: { name, resourceVersion: version } });
const page =
  (names: readonly string[], next?: string): Answer =>
  (response) =>
    void response.end(
      JSON.stringify({ metadata: { resourceVersion: "7", ...(next && { continue: next }) }, items: names.map((name) => thing(name)) }),
    );
const fault =
  (code: number, message = "no"): Answer =>
  (response) =>
    void response.writeHead(code).end(JSON.stringify({ kind: "Status", code, message }));
const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

test("a page token that expired means one list of everything, and what is gone is told", async () => {
  const { told, asks, asked } = await scripted(
    page(["a", "b", "c"]),
    (response) => void response.end(line("ERROR", { code: 410, message: "too old" })),
    page(["a"], "next"),
    fault(410),
    page(["a", "c"]),
  );
  await asks(6);
  expect(asked).toEqual(["list", "watch 7", "list", "list next", "list", "watch 7"]);
  expect(told).toEqual(["Thing a", "Thing b", "Thing c", "synced", "Thing a", "Thing a", "Thing c", "gone /b", "synced"]);
});

test("a watch that breaks off inside a line is taken up at the last whole event", async () => {
  const events = line("ADDED", thing("ä", "8")) + line("BOOKMARK", thing("", "9"));
  const { told, asks, asked } = await scripted(page([]), async (response) => {
    for (const byte of Buffer.from(events + line("ADDED", thing("lost", "10")).slice(0, 20))) {
      response.write(Buffer.of(byte));
      await sleep(0);
    }
    response.destroy();
  });
  await asks(3);
  expect(asked).toEqual(["list", "watch 7", "watch 9"]);
  expect(told).toEqual(["synced", "undefined ä"]);
});

test("a server that fails or hangs up at once is asked again, and the log stays quiet until it lasts", async () => {
  const { asks, log, told } = await scripted(
    fault(500),
    fault(503),
    (response) => void response.destroy(),
    (response) => void response.end("<html>"),
    page(["a"]),
    (response) => void response.end(),
    (response) => void response.end(),
  );
  await asks(8);
  expect(told).toEqual(["Thing a", "synced"]);
  expect(log.lines.filter((text) => text.startsWith("warn"))).toHaveLength(1);
  expect(log.lines.filter((text) => text.includes("watching again"))).toHaveLength(1);
});

test("a kind that is no longer served leaves what is known in force, and says so once", async () => {
  const { asks, told, log } = await scripted(page(["a"]), fault(404), fault(404));
  await asks(3);
  await until(
    () => log.lines.some((text) => text.includes("does not serve")),
    () => log.lines.join("\n"),
  );
  expect(told).toEqual(["Thing a", "synced", "synced"]);
});
