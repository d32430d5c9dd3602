import { expect, test } from "vitest";
import { readAccessLog } from "../../../src/lab/access-log.ts";
import { readQuestion, writeAnswer } from "../../../src/lab/dns-message.ts";
import { lookUp } from "../../../src/lab/dns-server.ts";
import { endpointSlice } from "../../../src/lab/endpoint-slice.ts";

/** A query for `api.example.com`, type A, as a resolver sends it (RFC 1035 §4.1). */
const QUERY = Buffer.from("abcd01000001000000000000" + "03617069076578616d706c6503636f6d0000010001", "hex");

test("a DNS question is read and answered with its addresses", () => {
  const read = readQuestion(QUERY);
  expect(read?.question).toEqual({ name: "api.example.com", type: 1 });
  const answer = writeAnswer(QUERY, read?.end ?? 0, 1, ["203.0.113.10"]);
  expect(answer.readUInt16BE(0)).toBe(0xabcd);
  expect(answer.readUInt16BE(2) & 0x800f).toBe(0x8000);
  expect(answer.readUInt16BE(6)).toBe(1);
  expect([...answer.subarray(-4)]).toEqual([203, 0, 113, 10]);
});

test("an unknown name is a name error, an unknown type of a known name is an empty answer", () => {
  const end = readQuestion(QUERY)?.end ?? 0;
  expect(writeAnswer(QUERY, end, 1, undefined).readUInt16BE(2) & 0xf).toBe(3);
  const empty = writeAnswer(QUERY, end, 28, ["203.0.113.10"]);
  expect([empty.readUInt16BE(2) & 0xf, empty.readUInt16BE(6)]).toEqual([0, 0]);
});

test.each([0, 5, 13, 20, 30])("a query cut off after %d bytes is no question", (length) => {
  expect(readQuestion(QUERY.subarray(0, length))).toBeUndefined();
});

test("a wildcard stands for one label, an exact name goes before it", () => {
  const names = { "*.example.com": ["1.1.1.1"], "api.example.com": ["2.2.2.2"] };
  expect(lookUp(names, "www.example.com")).toEqual(["1.1.1.1"]);
  expect(lookUp(names, "api.example.com")).toEqual(["2.2.2.2"]);
  expect(lookUp(names, "a.b.example.com")).toBeUndefined();
});

test("access-log lines of requests and of connections are told from other output", () => {
  const request =
    '[2026-11-21T10:28:28.527Z] "GET /x HTTP/1.1" 200 - via_upstream - "-" 0 433 0 0 "10.244.1.10" "curl/7.88.1" "f07c" "api.example.com" ' +
    '"203.0.113.10:80" outbound|80||api.example.com 10.244.1.11:47778 10.244.1.11:8080 10.244.1.10:50904 - default';
  const connection =
    '[2026-11-21T10:22:02.914Z] "- - -" 0 UH - - "-" 80 376 4 - "-" "-" "-" "-" "-" BlackHoleCluster - 203.0.113.10:443 10.244.1.10:52218 api.test -';
  const lines = readAccessLog(["starting", request, '{"level":"info"}', connection, ""].join("\n"));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({ code: 200, authority: "api.example.com", cluster: "outbound|80||api.example.com", route: "default" });
  expect(lines[1]).toMatchObject({ flags: "UH", cluster: "BlackHoleCluster", called: "203.0.113.10:443", sni: "api.test" });
});

test("an EndpointSlice holds the selector's pods of its namespace, with their readiness and named ports", () => {
  const pod = (name: string, namespace: string, app: string, ready: boolean) => ({
    manifest: {
      metadata: { name, namespace, labels: { app } },
      spec: { containers: [{ name: "c", image: "i", ports: [{ name: "web", containerPort: 8080 }] }] },
    },
    ...{
      name,
      namespace,
      address: `10.244.1.${name.length}`,
      addresses: [],
      network: "",
      containers: [],
      ready: () => ready,
      phase: () => "Running",
    },
    ...{ exec: () => Promise.reject(new Error("not run")), logs: () => Promise.resolve(""), stop: () => Promise.resolve() },
  });
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "app" },
    spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80, targetPort: "web" }] },
  };
  const slice = endpointSlice(service, [
    pod("a", "app", "web", true),
    pod("bb", "app", "web", false),
    pod("ccc", "other", "web", true),
    pod("dddd", "app", "db", true),
  ]);
  expect(slice["ports"]).toEqual([{ name: "http", port: 8080, protocol: "TCP" }]);
  expect(slice["endpoints"]).toMatchObject([
    { addresses: ["10.244.1.1"], conditions: { ready: true } },
    { addresses: ["10.244.1.2"], conditions: { ready: false } },
  ]);
});
