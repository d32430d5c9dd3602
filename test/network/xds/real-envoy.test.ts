// What our server says, as a real Envoy understands it: «in force» is the outcome of a request or an admin read.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRegistry, fromJson, type JsonObject, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ClusterSchema } from "../../../src/gen/envoy/config/cluster/v3/cluster_pb.ts";
import { ClusterLoadAssignmentSchema } from "../../../src/gen/envoy/config/endpoint/v3/endpoint_pb.ts";
import { ListenerSchema } from "../../../src/gen/envoy/config/listener/v3/listener_pb.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import { RouterSchema } from "../../../src/gen/envoy/extensions/filters/http/router/v3/router_pb.ts";
import { HttpConnectionManagerSchema } from "../../../src/gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.ts";
import type { Edit } from "../../unit/xds/scripted-publisher.ts";
import { pod, SERVER_NAME, workload, type XdsWorld, xdsWorld } from "../../unit/xds/xds-world.ts";
import { type EnvoyProcess, startEnvoy } from "./envoy-process.ts";

const ads = { ads: {}, resourceApiVersion: "V3" };
const registry = createRegistry(HttpConnectionManagerSchema, RouterSchema);
const nodeId = "sidecar~10.0.0.1~client.a~a.svc.cluster.local";

let world: XdsWorld;
let envoy: EnvoyProcess;
let entry: string;
const upstreams: { readonly port: number; close(): void }[] = [];

beforeAll(async () => {
  for (const name of ["one", "two"]) upstreams.push(await upstream(name));
  world = await xdsWorld();
  world.pods.set("a/client", pod("a", "client", "app"));
  world.publisher.change(cluster("web", "1s"), endpoints("web", upstreams[0]?.port), listener(), route("web"));
  const identity = await workload(world.authority, "a", "app");
  const rootPem = world.authority.trustBundle(Date.now());
  envoy = await startEnvoy({ nodeId, xdsPort: world.server.port, serverName: SERVER_NAME, rootPem, identity });
  entry = await until(async () => /entry::(\S+)/.exec(await envoy.admin("/listeners"))?.[1]);
});
afterAll(async () => {
  await envoy?.stop();
  await world?.stop();
  for (const server of upstreams) server.close();
});

async function upstream(name: string) {
  const server = createServer((_, response) => response.end(name));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

async function until<T>(probe: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await probe();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const call = async () => {
  const answer = await fetch(`http://${entry}/`).catch(() => undefined);
  return answer ? await answer.text() : "refused";
};
const pushes = async () =>
  Object.fromEntries(
    [...(await world.metrics()).matchAll(/^pilot_xds_pushes\{type="(\w+)"\} (\d+)$/gm)].map(([, type, count]) => [type, Number(count)]),
  );
const types = () => world.server.connections()[0]?.types ?? {};
const settled = () => until(async () => ["cds", "eds", "lds", "rds"].every((type) => types()[type]?.state === "synced"));

function cluster(name: string, connectTimeout: string): Edit {
  const json = { name, type: "EDS", connectTimeout, edsClusterConfig: { edsConfig: ads } };
  return ["cluster", name, toBinary(ClusterSchema, fromJson(ClusterSchema, json))];
}

function endpoints(name: string, portValue: number | undefined): Edit {
  const lbEndpoints = portValue === undefined ? [] : [{ endpoint: { address: { socketAddress: { address: "127.0.0.1", portValue } } } }];
  return [
    "endpoint",
    name,
    toBinary(ClusterLoadAssignmentSchema, fromJson(ClusterLoadAssignmentSchema, { clusterName: name, endpoints: [{ lbEndpoints }] })),
  ];
}

function route(clusterName: string): Edit {
  const virtualHosts = [{ name: "all", domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: clusterName } }] }];
  return ["route", "80", toBinary(RouteConfigurationSchema, fromJson(RouteConfigurationSchema, { name: "80", virtualHosts }))];
}

function listener(extra: JsonObject = {}): Edit {
  const typedConfig = {
    "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    statPrefix: "entry",
    rds: { routeConfigName: "80", configSource: ads },
    httpFilters: [
      { name: "envoy.filters.http.router", typedConfig: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" } },
    ],
  };
  const json = {
    name: "entry",
    address: { socketAddress: { address: "127.0.0.1", portValue: 0 } },
    filterChains: [{ filters: [{ name: "envoy.filters.network.http_connection_manager", typedConfig }] }],
    ...extra,
  };
  return ["listener", "entry", toBinary(ListenerSchema, fromJson(ListenerSchema, json, { registry }))];
}

test("everything is taken, and a call is carried", async () => {
  expect(await until(async () => (await call()) === "one")).toBe(true);
  await settled();
  expect(world.rejections).toEqual([]);
  expect(await pushes()).toEqual({ cds: 1, eds: 1, lds: 1, rds: 1 });
});

test("a change of endpoints sends endpoints only", async () => {
  const before = await pushes();
  world.publisher.change(endpoints("web", upstreams[1]?.port));
  expect(await until(async () => (await call()) === "two")).toBe(true);
  expect(await pushes()).toEqual({ ...before, eds: (before.eds ?? 0) + 1 });
});

test("a changed EDS cluster becomes visible, because its endpoints go with it", async () => {
  const before = await pushes();
  world.publisher.change(cluster("web", "2.5s"));
  await until(async () => (await envoy.admin("/config_dump?resource=dynamic_active_clusters")).includes('"connect_timeout": "2.500s"'));
  await settled();
  expect(await call()).toBe("two");
  expect(await pushes()).toEqual({ ...before, cds: (before.cds ?? 0) + 1, eds: (before.eds ?? 0) + 1 });
});

test("a route to a new cluster never meets a cluster that is not there", async () => {
  const asking = new AbortController();
  const answers = new Set<string>();
  const caller = (async () => {
    while (!asking.signal.aborted) answers.add(await call());
  })();
  for (let i = 0; i < 20; i++) {
    const [name, old] = [`web-${i}`, `web-${i - 1}`];
    world.publisher.change(
      cluster(name, "1s"),
      endpoints(name, upstreams[i % 2]?.port),
      route(name),
      ["cluster", old, undefined],
      ["endpoint", old, undefined],
    );
    await settled();
  }
  asking.abort();
  await caller;
  expect([...answers].sort()).toEqual(["one", "two"]);
  expect(await envoy.admin("/clusters")).not.toContain("web-18::");
  world.publisher.change(route("web"), ["cluster", "web-19", undefined], ["endpoint", "web-19", undefined]);
  await settled();
});

test("a rejected listener is told with Envoy's words, the old one serves on, a good one follows", async () => {
  const before = world.rejections.length;
  world.publisher.change(listener({ filterChains: [], listenerFilters: [{ name: "no.such.filter" }] }));
  await until(async () => world.rejections.length > before);
  expect(world.rejections.at(-1)).toMatchObject({ names: ["entry"], message: expect.stringContaining("no.such.filter") });
  expect(types().lds?.state).toBe("rejected");
  expect(await call()).toBe("two");
  world.publisher.change(listener({ perConnectionBufferLimitBytes: 65_536 }));
  await until(async () => types().lds?.state === "synced");
});

test("after a reconnect nothing is sent, and the next change arrives", async () => {
  await settled();
  await world.restart();
  await settled();
  expect(await pushes()).toEqual({});
  expect(types()).toMatchObject({ cds: { held: 1 }, eds: { held: 1 }, lds: { held: 1 }, rds: { held: 1 } });
  world.publisher.change(endpoints("web", upstreams[0]?.port));
  expect(await until(async () => (await call()) === "one")).toBe(true);
  expect(await pushes()).toEqual({ eds: 1 });
});
