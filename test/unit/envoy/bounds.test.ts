// Values at Envoy's bounds, and past them: what is built is the nearest that Envoy takes. Each is put before the real Envoy.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import type { ConnectionPool } from "../../../src/api/networking/connection-pool.ts";
import { regexFault } from "../../../src/base/regex.ts";
import { keepAlive } from "../../../src/envoy/clusters/connection-limits.ts";
import { buildServiceCluster } from "../../../src/envoy/clusters/service-cluster.ts";
import { meshSni } from "../../../src/envoy/clusters/transport-security.ts";
import { buildLoadAssignment } from "../../../src/envoy/endpoints/load-assignment.ts";
import { accessLogs } from "../../../src/envoy/listeners/access-log.ts";
import { buildGatewayListener } from "../../../src/envoy/listeners/gateway-listener.ts";
import type { AccessLogSettings } from "../../../src/envoy/listeners/listener-settings.ts";
import { buildOutboundListener } from "../../../src/envoy/listeners/outbound-listener.ts";
import { encodeRouteConfiguration } from "../../../src/envoy/routes/route-configuration.ts";
import { buildVirtualHost } from "../../../src/envoy/routes/virtual-host.ts";
import { scaledWeights } from "../../../src/envoy/wire/scaled-weights.ts";
import { safeRegex } from "../../../src/envoy/wire/string-matcher.ts";
import { wireDuration } from "../../../src/envoy/wire/wire-duration.ts";
import type { AccessLog } from "../../../src/gen/envoy/config/accesslog/v3/accesslog_pb.ts";
import type { Cluster } from "../../../src/gen/envoy/config/cluster/v3/cluster_pb.ts";
import { type VirtualHost, VirtualHostSchema } from "../../../src/gen/envoy/config/route/v3/route_components_pb.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import { StdoutAccessLogSchema } from "../../../src/gen/envoy/extensions/access_loggers/stream/v3/stream_pb.ts";
import { arrivals, stored } from "../model/world.ts";
import { complaints, onLoopback, withEndpoints } from "./real-envoy.ts";
import { clusterInput, context, endpoint, resolve, service, settings } from "./samples.ts";
import { settledPublisher } from "./settled-publisher.ts";

const MOST_32 = 0xffff_ffff;

/** What Envoy says of a virtual host, whose clusters it does not ask for. */
function complaintsOf(host: VirtualHost, clusters: readonly Cluster[] = []): string {
  const listener = buildOutboundListener({
    ...{ address: "0.0.0.0", port: 80, http: { routeName: "80" }, tls: [], tcp: [], policy: "ALLOW_ANY", settings },
  });
  const bytes = encodeRouteConfiguration({ name: "80", virtualHosts: [toBinary(VirtualHostSchema, host)] });
  return complaints({ listeners: [onLoopback(listener, 18_140, fromBinary(RouteConfigurationSchema, bytes))], clusters });
}

const hostWith = (http: readonly object[]): VirtualHost => {
  const virtualService = { namespace: "default", name: "v", spec: { hosts: ["a.test"], http } } as never;
  const built = buildVirtualHost({ name: "a.test:80", domains: ["a.test"], virtualService, context, resolve });
  return built ?? create(VirtualHostSchema, {});
};

describe("weights", () => {
  test("whose sum Envoy can hold stay as they are", () => {
    expect(scaledWeights([MOST_32 - 5, 5, 0])).toEqual([MOST_32 - 5, 5, 0]);
  });

  test("whose sum is more keep their shares, and none that has one loses it", () => {
    const scaled = scaledWeights([2 ** 31, 2 ** 31, 1, 0]);
    expect(scaled.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(MOST_32);
    expect(scaled[0]).toBe(scaled[1]);
    expect(scaled.slice(2)).toEqual([1, 0]);
  });

  test("of routes and of endpoints are taken by Envoy", () => {
    const most = 2 ** 31 - 1;
    const host = hostWith([{ route: ["a", "b", "c"].map((name) => ({ destination: { host: name }, weight: most })) }]);
    const input = clusterInput();
    const endpoints = [1, 2, 3].map((i) => endpoint(`192.0.2.${i}`, 80, { weight: MOST_32 }));
    const cluster = withEndpoints(
      buildServiceCluster(input),
      buildLoadAssignment({ clusterName: "outbound|80||api.example.com", endpoints }),
    );
    expect(complaintsOf(host, [cluster])).toBe("");
  });
});

describe("durations", () => {
  const MOST = 9_223_372_035n;
  test.each([
    ["2562047h47m15s", MOST, 0],
    ["2562047h47m15.5s", MOST, 500_000_000],
    ["2562047h47m16s", MOST, 0],
    ["2562047h47m16.854775807s", MOST, 0],
  ])("%s", (text, seconds, nanos) => {
    expect(wireDuration(text)).toMatchObject({ seconds, nanos });
  });

  test("as long as can be written are taken by Envoy", () => {
    const longest = "2562047h47m16s";
    const policy = { connectionPool: { tcp: { connectTimeout: longest, maxConnectionDuration: longest }, http: { idleTimeout: longest } } };
    const cluster = buildServiceCluster(clusterInput({ policy }));
    const http = [{ timeout: longest, retries: { attempts: 1, perTryTimeout: longest }, route: [{ destination: { host: "a" } }] }];
    expect(complaintsOf(hostWith(http), [withEndpoints(cluster, buildLoadAssignment({ clusterName: cluster.name, endpoints: [] }))])).toBe(
      "",
    );
  });
});

test.each([
  [
    { probes: 127, time: "32767s", interval: "32767s" },
    { keepaliveProbes: 127, keepaliveTime: 32_767, keepaliveInterval: 32_767 },
  ],
  [
    { probes: 128, time: "32768s", interval: "32766.5s" },
    { keepaliveProbes: 127, keepaliveTime: 32_767, keepaliveInterval: 32_767 },
  ],
  [
    { probes: MOST_32, time: "87600h", interval: "1ms" },
    { keepaliveProbes: 127, keepaliveTime: 32_767, keepaliveInterval: 1 },
  ],
])("keep-alive %j is what Linux takes", (tcpKeepalive, built) => {
  const pool: ConnectionPool = { tcp: { tcpKeepalive } };
  const given = keepAlive(pool)?.tcpKeepalive;
  expect({
    keepaliveProbes: given?.keepaliveProbes,
    keepaliveTime: given?.keepaliveTime,
    keepaliveInterval: given?.keepaliveInterval,
  }).toEqual(built);
});

test("addresses that are the same one written in several ways are matched once", () => {
  const addresses = [
    "10.0.0.5/24",
    "10.0.0.0/24",
    "FD00::A",
    "fd00:0::a/128",
    "fd00::a",
    "2001:db8::1/32",
    "2001:DB8::/32",
    "192.0.2.1",
    "192.0.2.1/32",
  ];
  const tcp = [
    { addresses, targets: [{ cluster: "a", weight: 1 }] },
    { addresses: ["10.0.0.9/24", "2001:db8:0::2/32", "192.0.2.2"], targets: [{ cluster: "b", weight: 1 }] },
  ];
  const listener = buildOutboundListener({ address: "0.0.0.0", port: 9000, tls: [], tcp, policy: "REGISTRY_ONLY", settings });
  const ranges = listener.filterChains.map(({ filterChainMatch }) =>
    filterChainMatch?.prefixRanges.map(({ addressPrefix, prefixLen }) => `${addressPrefix}/${prefixLen}`),
  );
  expect(ranges.slice(0, 2).map((list) => list?.length)).toEqual([4, 1]);
  expect(complaints({ listeners: [onLoopback(listener, 18_141)] })).toBe("");
});

test("a gateway opens all ports but those on which the proxy itself listens", () => {
  const left: string[] = [];
  const publisher = settledPublisher((_, __, reason) => left.push(reason instanceof Error ? reason.message : String(reason)));
  const port = (number: number) => ({ port: { number, name: `p${number}`, protocol: "HTTP" }, hosts: ["*"] });
  const servers = [15_019, 15_020, 15_021, 15_022, 15_000, 15_090, 65_535].map(port);
  const pod = stored("Pod", "shop/edge", { podIP: "10.0.0.7" }, { labels: { app: "edge" } });
  publisher.apply(arrivals(pod, stored("Gateway", "shop/edge", { selector: { app: "edge" }, servers } as never)));
  const node = { id: "", type: "router" as const, name: "edge", namespace: "shop", serviceAccount: "default" };
  const names = [...publisher.subscribe(node, () => undefined).names("listener")];
  expect(names.map((name) => Number(name.split("_").at(-1))).sort()).toEqual([15_019, 15_022, 65_535]);
  expect(new Set(left)).toEqual(
    new Set([15_000, 15_020, 15_021, 15_090].map((number) => `gateway port ${number} is one on which the proxy itself listens`)),
  );
});

/** The line, or the object, that a log is written by. */
function formatOf([log]: readonly AccessLog[]): unknown {
  const config = log?.configType.case === "typedConfig" ? anyUnpack(log.configType.value, StdoutAccessLogSchema) : undefined;
  const format = config?.accessLogFormat.case === "logFormat" ? config.accessLogFormat.value.format : undefined;
  return format?.case === "textFormatSource" ? format.value.specifier.value : format?.value;
}

describe("a format of access logs", () => {
  const logs = (more: Omit<AccessLogSettings, "path">) => accessLogs({ path: "/dev/stdout", ...more });
  const [usualLine, usualObject] = [formatOf(logs({})), formatOf(logs({ encoding: "JSON" }))];

  test.each([
    ["%PROTOCOL%", "TEXT", "%PROTOCOL%\n"],
    ["%PROTOCOL%\n", "TEXT", "%PROTOCOL%\n"],
    ['{"a":"%PROTOCOL%"}', "JSON", { a: "%PROTOCOL%" }],
  ] as const)("%j is used", (format, encoding, written) => {
    expect(formatOf(logs({ format, encoding }))).toEqual(written);
  });

  test.each([
    ["%UNKNOWN%", "TEXT"],
    ["100%", "TEXT"],
    ["%REQ(X)", "TEXT"],
    ["%COALESCE(1)%", "TEXT"],
    ["", "TEXT"],
    ['{"a":{"b":"%UNKNOWN%"}}', "JSON"],
    ["[1]", "JSON"],
    ["no object", "JSON"],
  ] as const)("%j gives way to the usual one, for Envoy would not take it", (format, encoding) => {
    expect(formatOf(logs({ format, encoding }))).toEqual(encoding === "TEXT" ? usualLine : usualObject);
  });

  test("is taken by Envoy, the usual ones and what stands in for a bad one", () => {
    const bad = ["%UNKNOWN%", "100%"].map((format) => ({ path: "/dev/stdout", format }));
    const listeners = [{ path: "/dev/stdout" }, { path: "/dev/stderr", encoding: "JSON" as const }, ...bad].map((accessLog, i) =>
      buildGatewayListener({ bindPort: 18_142 + i, http: { routeName: "http.80" }, settings: { ...settings, accessLog } }),
    );
    expect(complaints({ listeners })).toBe("");
  });
});

describe("characters by their number in regular expressions", () => {
  const routes = (regex: string) =>
    create(VirtualHostSchema, {
      ...{ name: "a", domains: ["a"] },
      routes: [
        {
          match: { pathSpecifier: { case: "safeRegex", value: safeRegex(regex) } },
          action: { case: "directResponse", value: { status: 200 } },
        },
      ],
    });

  test.each(["\\x{7f}", "\\x{ff}", "\\x{00ff}", "[\\x{41}-\\x{5a}]", "\\\\x{2}"])("%s is taken, by Envoy too", (regex) => {
    expect(regexFault(regex)).toBeUndefined();
    expect(complaintsOf(routes(regex))).toBe("");
  });

  test.each(["\\x{100}", "[\\x{3b1}-\\x{3c9}]", "\\x{10FFFF}", "\\x{0100}"])("%s is refused, as Envoy does", (regex) => {
    expect(regexFault(regex)).toContain("is not a byte");
    expect(complaintsOf(routes(regex))).not.toBe("");
  });
});

test("a mesh's server name that is too long for a handshake is not sent, and the cluster is taken", () => {
  const peer = (length: number) => ({ host: "h".repeat(length), port: 80, subset: "v1", subjectAltNames: [], http2: false });
  const around = "outbound_.80_.v1_.".length;
  expect(meshSni(peer(255 - around))).toHaveLength(255);
  expect(meshSni(peer(256 - around))).toBe("");
  const host = Array.from({ length: 3 }, () => "l".repeat(63)).join(".");
  const subset = { name: "s".repeat(63), labels: {} };
  const cluster = buildServiceCluster(clusterInput({ service: service({ host, external: false }), subset }));
  expect(complaints({ clusters: [cluster] })).toBe("");
});
