// DestinationRules at work: what the real Envoy does with limits, ejection and TLS of our clusters.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { TLSSocket } from "node:tls";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildServiceCluster } from "../../../src/envoy/clusters/service-cluster.ts";
import { buildLoadAssignment } from "../../../src/envoy/endpoints/load-assignment.ts";
import { buildGatewayListener } from "../../../src/envoy/listeners/gateway-listener.ts";
import { encodeRouteConfiguration } from "../../../src/envoy/routes/route-configuration.ts";
import { buildVirtualHost } from "../../../src/envoy/routes/virtual-host.ts";
import { VirtualHostSchema } from "../../../src/gen/envoy/config/route/v3/route_components_pb.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import type { EffectivePolicy } from "../../../src/scope/traffic-policy.ts";
import { certificateFolder } from "./certificates.ts";
import { onLoopback, startEnvoy, withEndpoints } from "./real-envoy.ts";
import { clusterInput, context, endpoint, resolve, service, settings } from "./samples.ts";

const PORT = 18100;
const { file, authority, certify, remove } = certificateFolder();
const stops: (() => unknown)[] = [remove];

async function listening(server: Server | ReturnType<typeof createTlsServer>): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return (server.address() as { port: number }).port;
}

const served: string[] = [];

function answering(name: string, behave: { readonly status?: number; readonly ms?: number } = {}): Server {
  return createServer((_, res) => {
    served.push(name);
    setTimeout(() => res.writeHead(behave.status ?? 200).end(name), behave.ms ?? 0);
  });
}

const tlsServer = () =>
  createTlsServer(
    {
      key: readFileSync(file("server.key")),
      cert: readFileSync(file("server.pem")),
      ca: readFileSync(file("ca.pem")),
      requestCert: true,
      rejectUnauthorized: false,
    },
    (req, res) => {
      const socket = req.socket as TLSSocket & { servername?: string };
      res.end(`${socket.servername ?? ""} ${socket.getPeerCertificate().subject?.CN ?? "nobody"}`);
    },
  );

function clusterOf(host: string, ports: readonly number[], policy: EffectivePolicy) {
  const built = buildServiceCluster(clusterInput({ service: service({ host }), policy }));
  const assignment = buildLoadAssignment({ clusterName: built.name, endpoints: ports.map((port) => endpoint("127.0.0.1", port)) });
  return withEndpoints(built, assignment);
}

function virtualHost(host: string): Uint8Array {
  const input = { name: `${host}:80`, domains: [host], fallback: { cluster: `outbound|80||${host}` }, context, resolve };
  const built = buildVirtualHost(input);
  return built === undefined ? new Uint8Array() : toBinary(VirtualHostSchema, built);
}

const SERVERS = { caCertificates: file("ca.pem"), subjectAltNames: ["tls.test"] };

beforeAll(async () => {
  authority("ca");
  authority("otherca");
  certify("ca", "server", "DNS:tls.test");
  certify("otherca", "client", "DNS:client.test");
  const slow = await listening(answering("slow", { ms: 300 }));
  const good = await listening(answering("good"));
  const bad = await listening(answering("bad", { status: 500 }));
  const secure = await listening(tlsServer());
  const hosts: Readonly<Record<string, readonly [ports: number[], policy: EffectivePolicy]>> = {
    "limited.test": [[slow], { connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } } }],
    "ejecting.test": [
      [good, bad],
      { outlierDetection: { consecutive5xxErrors: 2, interval: "100ms", baseEjectionTime: "500ms", maxEjectionPercent: 100 } },
    ],
    "tls.test": [[secure], { tls: { mode: "SIMPLE", caCertificates: file("ca.pem") } }],
    "alias.test": [[secure], { tls: { mode: "SIMPLE", ...SERVERS, sni: "tls.test" } }],
    "wrongname.test": [[secure], { tls: { mode: "SIMPLE", caCertificates: file("ca.pem"), subjectAltNames: ["else.test"] } }],
    "unlike.test": [[secure], { tls: { mode: "SIMPLE", caCertificates: file("ca.pem") } }],
    "wrongca.test": [[secure], { tls: { mode: "SIMPLE", caCertificates: file("otherca.pem"), subjectAltNames: ["tls.test"] } }],
    "unchecked.test": [[secure], { tls: { mode: "SIMPLE", insecureSkipVerify: true } }],
    "mutual.test": [
      [secure],
      { tls: { mode: "MUTUAL", ...SERVERS, clientCertificate: file("client.pem"), privateKey: file("client.key") } },
    ],
    "plain.test": [[secure], { tls: { mode: "DISABLE" } }],
  };
  const bytes = encodeRouteConfiguration({ name: "http.80", virtualHosts: Object.keys(hosts).map(virtualHost) });
  const listener = buildGatewayListener({ bindPort: PORT, http: { routeName: "http.80" }, settings });
  const envoy = await startEnvoy({
    clusters: Object.entries(hosts).map(([host, [ports, policy]]) => clusterOf(host, ports, policy)),
    listeners: [onLoopback(listener, PORT, fromBinary(RouteConfigurationSchema, bytes))],
  });
  stops.push(envoy.stop);
});

afterAll(async () => {
  for (const stop of stops.reverse()) {
    await stop();
  }
});

async function call(host: string): Promise<{ status: number; body: string; overloaded: boolean }> {
  const sent = request({ host: "127.0.0.1", port: PORT, headers: { host } });
  sent.end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  let body = "";
  for await (const chunk of answer) {
    body += chunk;
  }
  return { status: answer.statusCode ?? 0, body, overloaded: answer.headers["x-envoy-overloaded"] === "true" };
}

test("one connection and one waiting request: the rest overflows", async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => call("limited.test")));
  const taken = answers.filter(({ status }) => status === 200).length;
  // While the connection is being made, the request it is made for counts as the waiting one.
  expect([1, 2]).toContain(taken);
  expect(answers.filter(({ status, overloaded }) => status === 503 && overloaded).length).toBe(6 - taken);
});

test("a server that fails twice in a row gets nothing for a while, and is tried again after it", async () => {
  while (served.filter((name) => name === "bad").length < 2) {
    await call("ejecting.test");
  }
  // The ejection travels from thread to thread, so it may not hold for the very next request. Without one, 30 requests that all
  // miss one of two servers are seen less than once in 10^9 tries.
  const next30 = async () => new Set((await Promise.all(Array.from({ length: 30 }, () => call("ejecting.test")))).map(({ body }) => body));
  await expect.poll(next30, { timeout: 400, interval: 5 }).toEqual(new Set(["good"]));
  await expect.poll(async () => (await call("ejecting.test")).body, { timeout: 5000, interval: 20 }).toBe("bad");
});

test("TLS: the host is asked for and checked; a name of its own can be given", async () => {
  expect(await call("tls.test")).toMatchObject({ status: 200, body: "tls.test nobody" });
  expect(await call("alias.test")).toMatchObject({ status: 200, body: "tls.test nobody" });
  expect(await call("unchecked.test")).toMatchObject({ status: 200, body: "unchecked.test nobody" });
});

test("TLS: another name, another authority, or no TLS at all: no answer of the server's", async () => {
  for (const host of ["wrongname.test", "wrongca.test", "unlike.test", "plain.test"]) {
    expect((await call(host)).status).toBe(503);
  }
});

test("MUTUAL shows the certificate", async () => {
  expect(await call("mutual.test")).toMatchObject({ status: 200, body: "mutual.test client" });
});
