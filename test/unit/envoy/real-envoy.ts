import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { create, toBinary } from "@bufbuild/protobuf";
import { anyPack, anyUnpack } from "@bufbuild/protobuf/wkt";
import { wireAddress } from "../../../src/envoy/wire/wire-address.ts";
import { type Bootstrap, BootstrapSchema } from "../../../src/gen/envoy/config/bootstrap/v3/bootstrap_pb.ts";
import { type Cluster, Cluster_DiscoveryType, ClusterSchema } from "../../../src/gen/envoy/config/cluster/v3/cluster_pb.ts";
import { ApiConfigSource_ApiType, ApiVersion } from "../../../src/gen/envoy/config/core/v3/config_source_pb.ts";
import type { ClusterLoadAssignment } from "../../../src/gen/envoy/config/endpoint/v3/endpoint_pb.ts";
import type { Filter } from "../../../src/gen/envoy/config/listener/v3/listener_components_pb.ts";
import type { Listener } from "../../../src/gen/envoy/config/listener/v3/listener_pb.ts";
import type { RouteConfiguration } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import { HttpConnectionManagerSchema } from "../../../src/gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.ts";
import { HttpProtocolOptionsSchema } from "../../../src/gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.ts";

const ENVOY = process.env["FAIRLEAD_ENVOY"] ?? ".cache/bin/envoy";

/** A cluster of the type STRICT_DNS, which people look for, has no other field for these. */
const UNAVOIDABLE = /Cluster\.(dns_refresh_rate|respect_dns_ttl)'/;

export interface Resources {
  readonly listeners?: readonly Listener[];
  readonly clusters?: readonly Cluster[];
}

/** A cluster that the bootstrap has for real: where Envoy would get resources and secrets. Nobody listens there. */
function pipeCluster(name: string): Cluster {
  const address = { address: { case: "pipe", value: { path: "/nonexistent" } } } as const;
  const http2 = {
    upstreamProtocolOptions: { case: "explicitHttpConfig", value: { protocolConfig: { case: "http2ProtocolOptions", value: {} } } },
  } as const;
  return create(ClusterSchema, {
    name,
    clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.STATIC },
    loadAssignment: { clusterName: name, endpoints: [{ lbEndpoints: [{ hostIdentifier: { case: "endpoint", value: { address } } }] }] },
    typedExtensionProtocolOptions: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": anyPack(
        HttpProtocolOptionsSchema,
        create(HttpProtocolOptionsSchema, http2),
      ),
    },
  });
}

function bootstrap({ listeners = [], clusters = [] }: Resources, adminSocket: string): Bootstrap {
  return create(BootstrapSchema, {
    node: { id: "sidecar~127.0.0.1~app.default~default.svc.cluster.local", cluster: "app.default" },
    admin: { address: { address: { case: "pipe", value: { path: adminSocket } } } },
    dynamicResources: {
      adsConfig: {
        apiType: ApiConfigSource_ApiType.DELTA_GRPC,
        transportApiVersion: ApiVersion.V3,
        grpcServices: [{ targetSpecifier: { case: "envoyGrpc", value: { clusterName: "xds-grpc" } } }],
      },
    },
    staticResources: { listeners: [...listeners], clusters: [pipeCluster("xds-grpc"), pipeCluster("sds-grpc"), ...clusters] },
  });
}

function inFolder<T>(resources: Resources, run: (config: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-envoy-"));
  const config = join(folder, "bootstrap.pb");
  writeFileSync(config, toBinary(BootstrapSchema, bootstrap(resources, join(folder, "admin"))));
  return run(config, folder);
}

/** What Envoy has to say against these resources: its refusal, or what it calls deprecated; empty where it takes them. */
export function complaints(resources: Resources): string {
  return inFolder(resources, (config, folder) => {
    const done = spawnSync(ENVOY, ["--mode", "validate", "-c", config, "-l", "warning", "--concurrency", "1"], { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    const lines = done.stderr.split("\n").filter((line) => /deprecated|\[critical\]|error/i.test(line) && !UNAVOIDABLE.test(line));
    return done.status === 0 ? lines.join("\n") : `${done.error ?? ""}${done.stderr}${done.stdout}`;
  });
}

/** A running Envoy with these resources; stopped by the returned function. Ready when its listeners are. */
export async function startEnvoy(resources: Resources): Promise<{ stop: () => Promise<void>; log: () => string }> {
  return inFolder(resources, async (config, folder) => {
    const child = spawn(ENVOY, ["-c", config, "-l", "info", "--concurrency", "1", "--use-dynamic-base-id"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    child.stdout.on("data", (chunk) => (log += chunk));
    child.stderr.on("data", (chunk) => (log += chunk));
    while (!log.includes("starting main dispatch loop")) {
      if (child.exitCode !== null) {
        throw new Error(`Envoy ended: ${log}`);
      }
      await sleep(20);
    }
    await sleep(100);
    const stop = async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    };
    return { stop, log: () => log };
  });
}

/** The listener on a loopback port of its own, with routes written into it that the control plane would serve. */
export function onLoopback(listener: Listener, port: number, routes?: RouteConfiguration): Listener {
  const filterChains = listener.filterChains.map((chain) => ({
    ...chain,
    filters: chain.filters.map((filter) => (routes === undefined ? filter : withRoutes(filter, routes))),
  }));
  return {
    ...listener,
    filterChains,
    address: wireAddress("127.0.0.1", port),
    additionalAddresses: [],
    bindToPort: true,
    useOriginalDst: false,
  };
}

function withRoutes(filter: Filter, routes: RouteConfiguration): Filter {
  const config = filter.configType.case === "typedConfig" ? anyUnpack(filter.configType.value, HttpConnectionManagerSchema) : undefined;
  if (config === undefined) {
    return filter;
  }
  const value = anyPack(HttpConnectionManagerSchema, { ...config, routeSpecifier: { case: "routeConfig", value: routes } });
  return { ...filter, configType: { case: "typedConfig", value } };
}

/** The cluster, with the endpoints that the control plane would serve written into it. */
export function withEndpoints(cluster: Cluster, loadAssignment: ClusterLoadAssignment): Cluster {
  const { edsClusterConfig: _, ...rest } = cluster;
  return { ...rest, clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.STATIC }, loadAssignment };
}
