// Our cluster calls our inbound listener, both in the real Envoy: mutual TLS where the endpoint can speak it, plain text where
// it cannot, and nobody else's certificate. The secrets that an agent would serve are files here; nothing else is changed.
import { once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage, request } from "node:http";
import { connect, createServer, type Server } from "node:net";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { anyPack, anyUnpack } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Protocol } from "../../../src/base/protocol.ts";
import { blackHoleCluster, inboundPassthroughCluster } from "../../../src/envoy/clusters/fixed-clusters.ts";
import { buildInboundCluster } from "../../../src/envoy/clusters/inbound-cluster.ts";
import { buildServiceCluster } from "../../../src/envoy/clusters/service-cluster.ts";
import { buildLoadAssignment } from "../../../src/envoy/endpoints/load-assignment.ts";
import { buildGatewayListener } from "../../../src/envoy/listeners/gateway-listener.ts";
import { buildOutboundListener } from "../../../src/envoy/listeners/outbound-listener.ts";
import { virtualInbound } from "../../../src/envoy/listeners/virtual-inbound.ts";
import { encodeRouteConfiguration } from "../../../src/envoy/routes/route-configuration.ts";
import { buildVirtualHost } from "../../../src/envoy/routes/virtual-host.ts";
import type { Cluster } from "../../../src/gen/envoy/config/cluster/v3/cluster_pb.ts";
import type { TransportSocket } from "../../../src/gen/envoy/config/core/v3/base_pb.ts";
import { VirtualHostSchema } from "../../../src/gen/envoy/config/route/v3/route_components_pb.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import {
  type CommonTlsContext,
  CommonTlsContextSchema,
  DownstreamTlsContextSchema,
  UpstreamTlsContextSchema,
} from "../../../src/gen/envoy/extensions/transport_sockets/tls/v3/tls_pb.ts";
import { certificateFolder } from "./certificates.ts";
import { onLoopback, startEnvoy, withEndpoints } from "./real-envoy.ts";
import { clusterInput, context, endpoint, resolve, service, settings } from "./samples.ts";

const IN_HTTP = 18120;
const IN_TCP = 18121;
const OUT_HTTP = 18122;
const OUT_TCP = 18123;

const { file, authority, certify, remove } = certificateFolder();
const stops: (() => unknown)[] = [remove];

const path = (name: string) => ({ specifier: { case: "filename", value: file(name) } }) as const;

function fromFiles(context: CommonTlsContext | undefined, who: string): CommonTlsContext {
  const combined = context?.validationContextType.case === "combinedValidationContext" ? context.validationContextType.value : undefined;
  const names = combined?.defaultValidationContext?.matchTypedSubjectAltNames ?? [];
  return create(CommonTlsContextSchema, {
    tlsParams: context?.tlsParams,
    alpnProtocols: context?.alpnProtocols ?? [],
    tlsCertificates: [{ certificateChain: path(`${who}.pem`), privateKey: path(`${who}.key`) }],
    validationContextType: { case: "validationContext", value: { matchTypedSubjectAltNames: names, trustedCa: path("root.pem") } },
  });
}

/** The TLS socket with the certificate of `who` in place of what the agent serves. */
function withFiles(socket: TransportSocket, who: string): TransportSocket {
  const any = socket.configType.case === "typedConfig" ? socket.configType.value : undefined;
  const up = any && anyUnpack(any, UpstreamTlsContextSchema);
  const down = any && anyUnpack(any, DownstreamTlsContextSchema);
  const value = up
    ? anyPack(UpstreamTlsContextSchema, { ...up, commonTlsContext: fromFiles(up.commonTlsContext, who) })
    : down && anyPack(DownstreamTlsContextSchema, { ...down, commonTlsContext: fromFiles(down.commonTlsContext, who) });
  return value === undefined ? socket : { ...socket, configType: { case: "typedConfig", value } };
}

interface Peer {
  readonly who: string;
  readonly mutualTls: boolean;
  readonly protocol: Protocol;
}

function clusterTo(host: string, port: number, { who, mutualTls, protocol }: Peer): Cluster {
  const built = buildServiceCluster(
    clusterInput({ service: service({ host, external: false }), port: { number: 80, name: "", protocol } }),
  );
  const assignment = buildLoadAssignment({ clusterName: built.name, endpoints: [endpoint("127.0.0.1", port, { mutualTls })] });
  const transportSocketMatches = built.transportSocketMatches.map((match) => ({
    ...match,
    transportSocket: match.transportSocket && withFiles(match.transportSocket, who),
  }));
  return withEndpoints({ ...built, transportSocketMatches }, assignment);
}

/** The part of virtualInbound that one port sees; redirection would bring the port with it. */
function inbound(port: number, protocol: Protocol) {
  const ports = [{ port, protocol, service: "app.default" }];
  const listener = onLoopback(virtualInbound({ ports, trustDomain: "cluster.local", settings }), port);
  const filterChains = listener.filterChains.map((chain) =>
    chain.transportSocket === undefined ? chain : { ...chain, transportSocket: withFiles(chain.transportSocket, "app") },
  );
  return { ...listener, name: `in-${port}`, filterChains };
}

async function portOf(server: Server | HttpServer): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => server.close());
  return (server.address() as { port: number }).port;
}

const HTTP_PEERS: Readonly<Record<string, Peer>> = {
  mesh: { who: "client", mutualTls: true, protocol: "HTTP" },
  mesh2: { who: "client", mutualTls: true, protocol: "HTTP2" },
  plain: { who: "client", mutualTls: false, protocol: "HTTP" },
  foreign: { who: "foreign", mutualTls: true, protocol: "HTTP" },
};

function routes() {
  const hosts = Object.keys(HTTP_PEERS).flatMap((host) => {
    const built = buildVirtualHost({
      name: `${host}:80`,
      domains: [host],
      fallback: { cluster: `outbound|80||${host}` },
      context,
      resolve,
    });
    return built === undefined ? [] : [toBinary(VirtualHostSchema, built)];
  });
  return fromBinary(RouteConfigurationSchema, encodeRouteConfiguration({ name: "80", virtualHosts: hosts }));
}

beforeAll(async () => {
  authority("root");
  certify("root", "client", "URI:spiffe://cluster.local/ns/default/sa/client");
  certify("root", "app", "URI:spiffe://cluster.local/ns/default/sa/app");
  certify("root", "foreign", "URI:spiffe://elsewhere/ns/default/sa/client");
  const web = await portOf(
    createHttpServer((req, res) => res.end(`${req.httpVersion} ${req.headers["x-forwarded-client-cert"] ?? "no certificate"}`)),
  );
  const greeter = await portOf(createServer((socket) => socket.on("error", () => undefined).end("hello")));
  const defaults = { connectTimeout: "1s", ipv6: false };
  const tcp = [{ addresses: [], targets: [{ cluster: "outbound|80||tcp", weight: 1 }] }];
  const envoy = await startEnvoy({
    clusters: [
      ...Object.entries(HTTP_PEERS).map(([host, peer]) => clusterTo(host, IN_HTTP, peer)),
      clusterTo("tcp", IN_TCP, { who: "client", mutualTls: true, protocol: "TCP" }),
      buildInboundCluster({ port: IN_HTTP, protocol: "HTTP", defaultEndpoint: `127.0.0.1:${web}`, ...defaults }),
      buildInboundCluster({ port: IN_TCP, protocol: "TCP", defaultEndpoint: `127.0.0.1:${greeter}`, ...defaults }),
      blackHoleCluster(defaults),
      inboundPassthroughCluster(defaults),
    ],
    listeners: [
      inbound(IN_HTTP, "HTTP"),
      inbound(IN_TCP, "TCP"),
      onLoopback(buildGatewayListener({ bindPort: OUT_HTTP, http: { routeName: "80" }, settings }), OUT_HTTP, routes()),
      onLoopback(buildOutboundListener({ address: "0.0.0.0", port: OUT_TCP, tls: [], tcp, policy: "ALLOW_ANY", settings }), OUT_TCP),
    ],
  });
  stops.push(envoy.stop);
});

afterAll(async () => {
  for (const stop of stops.reverse()) {
    await stop();
  }
});

async function call(host: string): Promise<{ status: number | undefined; body: string }> {
  const sent = request({ host: "127.0.0.1", port: OUT_HTTP, headers: { host } });
  sent.end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  let body = "";
  for await (const chunk of answer) {
    body += chunk;
  }
  return { status: answer.statusCode, body };
}

test("HTTP, and HTTP/2, in mutual TLS: the app is told who calls", async () => {
  const answers = [await call("mesh"), await call("mesh2")];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  for (const { body } of answers) {
    expect(body).toContain("URI=spiffe://cluster.local/ns/default/sa/client");
  }
});

test("plain text is taken from those who cannot do better", async () => {
  expect(await call("plain")).toMatchObject({ status: 200, body: "1.1 no certificate" });
});

test("a certificate of another trust domain is refused, though the same authority signed it", async () => {
  expect((await call("foreign")).status).toBe(503);
});

test("TCP in mutual TLS, to a server that speaks first", async () => {
  const socket = connect(OUT_TCP, "127.0.0.1");
  const [heard] = await once(socket, "data");
  expect(String(heard)).toBe("hello");
});
