// What a caller sees of REGISTRY_ONLY on a port that another host declares, and of a declared TCP service beside HTTP and TLS.
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, createServer, type Server, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blackHoleCluster, passthroughCluster } from "../../../src/envoy/clusters/fixed-clusters.ts";
import { buildServiceCluster } from "../../../src/envoy/clusters/service-cluster.ts";
import { buildLoadAssignment } from "../../../src/envoy/endpoints/load-assignment.ts";
import { buildOutboundListener, type OutboundListenerInput } from "../../../src/envoy/listeners/outbound-listener.ts";
import { virtualOutbound } from "../../../src/envoy/listeners/virtual-outbound.ts";
import { catchAllVirtualHost } from "../../../src/envoy/routes/catch-all-virtual-host.ts";
import { encodeRouteConfiguration } from "../../../src/envoy/routes/route-configuration.ts";
import { buildVirtualHost } from "../../../src/envoy/routes/virtual-host.ts";
import { VirtualHostSchema } from "../../../src/gen/envoy/config/route/v3/route_components_pb.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import { onLoopback, startEnvoy, withEndpoints } from "./real-envoy.ts";
import { clusterInput, context, endpoint, resolve, service, settings } from "./samples.ts";

const HTTP_ONLY = 18080;
const TLS_ONLY = 18081;
const MIXED = 18082;
const TCP_ONLY = 18083;
/** Where connections end whose port has no listener. */
const UNDECLARED = 18084;

let envoy: Awaited<ReturnType<typeof startEnvoy>>;
let greeter: Server;

const tls = [{ serverNames: ["known.example.com"], addresses: [], targets: [{ cluster: "outbound|9||greeter", weight: 1 }] }];
const tcp = [{ addresses: [], targets: [{ cluster: "outbound|9||greeter", weight: 1 }] }];
const http = { routeName: "80" };

function routes() {
  const declared = buildVirtualHost({
    name: "known:80",
    domains: ["known"],
    fallback: { cluster: "outbound|9||greeter" },
    context,
    resolve,
  });
  const hosts = [declared, catchAllVirtualHost("block_all")].flatMap((host) => (host ? [toBinary(VirtualHostSchema, host)] : []));
  return fromBinary(RouteConfigurationSchema, encodeRouteConfiguration({ name: "80", virtualHosts: hosts }));
}

function listener(port: number, more: Pick<OutboundListenerInput, "tls" | "tcp"> & { readonly http?: typeof http }) {
  return onLoopback(buildOutboundListener({ address: "0.0.0.0", port, policy: "REGISTRY_ONLY", settings, ...more }), port, routes());
}

beforeAll(async () => {
  greeter = createServer((socket) => socket.on("error", () => undefined).end("hello")).listen(0, "127.0.0.1");
  await once(greeter, "listening");
  const { port } = greeter.address() as { port: number };
  const declared = { service: service({ host: "greeter" }), port: { number: 9, name: "tcp", protocol: "TCP" as const } };
  const cluster = buildServiceCluster(clusterInput(declared));
  const endpoints = buildLoadAssignment({ clusterName: cluster.name, endpoints: [endpoint("127.0.0.1", port)] });
  envoy = await startEnvoy({
    clusters: [withEndpoints(cluster, endpoints), blackHoleCluster({ connectTimeout: "1s" }), passthroughCluster({ connectTimeout: "1s" })],
    listeners: [
      listener(HTTP_ONLY, { http, tls: [], tcp: [] }),
      listener(TLS_ONLY, { tls, tcp: [] }),
      listener(MIXED, { http, tls, tcp }),
      listener(TCP_ONLY, { tls: [], tcp }),
      onLoopback(virtualOutbound({ policy: "REGISTRY_ONLY", settings, declaredPorts: [HTTP_ONLY, TLS_ONLY] }), UNDECLARED),
    ],
  });
});

afterAll(async () => {
  await envoy.stop();
  greeter.close();
});

async function spoken(socket: Socket, say: string): Promise<string> {
  let heard = "";
  socket.on("data", (chunk) => (heard += chunk));
  socket.on("error", () => undefined);
  if (say !== "") {
    socket.write(say);
  }
  await new Promise((closed) => socket.on("close", closed));
  return heard;
}

const raw = (port: number, say: string) => spoken(connect(port, "127.0.0.1"), say);

async function overHttp2(port: number, headers: Record<string, string>): Promise<Record<string, unknown>> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  const stream = session.request({ ":authority": "unknown.example.com", ...headers });
  stream.end();
  const [answer] = (await once(stream, "response")) as [Record<string, unknown>];
  session.destroy();
  return answer;
}

test.each([
  ["another host declares", HTTP_ONLY],
  ["nobody declares", UNDECLARED],
])(
  "HTTP to a host that nobody declared, on a port that %s: 502, on the stream in HTTP/2; gRPC gets its status UNAVAILABLE",
  async (_, port) => {
    const said = "GET / HTTP/1.1\r\nhost: unknown.example.com\r\nconnection: close\r\n\r\n";
    expect(await raw(port, said)).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
    expect(await overHttp2(port, { ":path": "/" })).toMatchObject({ ":status": 502 });
    const grpc = await overHttp2(port, { ":method": "POST", ":path": "/s/m", "content-type": "application/grpc", te: "trailers" });
    expect(grpc).toMatchObject({ ":status": 200, "grpc-status": "14" });
  },
);

test("raw TCP is closed without a byte, whether the caller speaks or waits", async () => {
  expect(await raw(HTTP_ONLY, "\u0001\u0002binary\r\n")).toBe("");
  expect(await raw(TLS_ONLY, "not tls at all\r\n")).toBe("");
  expect(await raw(UNDECLARED, "\u0001\u0002binary\r\n")).toBe("");
  const began = Date.now();
  expect(await Promise.all([HTTP_ONLY, TLS_ONLY, UNDECLARED].map((port) => raw(port, "")))).toEqual(["", "", ""]);
  expect(Date.now() - began).toBeLessThan(1000);
});

test("TLS for a name that nobody declared ends in the handshake; a declared name is handed on", async () => {
  const unknown = connectTls({ port: TLS_ONLY, host: "127.0.0.1", servername: "unknown.example.com", rejectUnauthorized: false });
  const [refusal] = (await once(unknown, "error")) as [Error & { code?: string }];
  expect(refusal.code).toBe("ECONNRESET");
  const known = connectTls({ port: TLS_ONLY, host: "127.0.0.1", servername: "known.example.com", rejectUnauthorized: false });
  const [answered] = (await once(known, "error")) as [Error & { code?: string }];
  expect(answered.code).toMatch(/WRONG_VERSION|SSL/); // the greeter's "hello" is no TLS: the bytes came through
});

test("a TCP service whose server speaks first is served at once on a port of its own, and beside HTTP and TLS after a moment", async () => {
  const began = Date.now();
  expect(await raw(TCP_ONLY, "")).toBe("hello");
  expect(Date.now() - began).toBeLessThan(300);
  expect(await raw(MIXED, "")).toBe("hello");
});

test("beside HTTP, what is neither HTTP nor a declared name reaches the TCP service", async () => {
  expect(await raw(MIXED, "\u0001\u0002binary\r\n")).toBe("hello");
  const unknown = connectTls({ port: MIXED, host: "127.0.0.1", servername: "unknown.example.com", rejectUnauthorized: false });
  const [answered] = (await once(unknown, "error")) as [Error & { code?: string }];
  expect(answered.code).toMatch(/WRONG_VERSION|SSL/);
  expect(await raw(MIXED, "GET / HTTP/1.1\r\nhost: unknown.example.com\r\nconnection: close\r\n\r\n")).toMatch(/^HTTP\/1\.1 502 /);
});
