import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { certificateSecret, ROOT_SECRET, rootSecret, WORKLOAD_SECRET } from "../../../src/agent/secret-encoding.ts";
import { createSecretServer } from "../../../src/agent/secret-server.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { bootstrap } from "../../../src/bootstrap/bootstrap.ts";
import { NO_MORE_STATS } from "../../../src/bootstrap/bootstrap-input.ts";
import { envoyArguments } from "../../../src/bootstrap/envoy-arguments.ts";
import { describeNode } from "../../../src/bootstrap/node-description.ts";
import { DEFAULT_PORTS } from "../../../src/bootstrap/proxy-ports.ts";
import type { Identity } from "../../../src/pki/authority-material.ts";
import { startGrpcServer } from "../../../src/rpc/grpc-server.ts";

export interface PodEnvoyOptions {
  readonly program: string;
  readonly type: "sidecar" | "router";
  readonly namespace: string;
  readonly pod: string;
  readonly address: string;
  readonly xdsPort: number;
  readonly serverName: string;
  readonly rootPem: string;
  readonly identity: Identity;
}

/** A real Envoy with the bootstrap of a pod, in a network namespace of its own; where its agent would be stand two sockets. */
export interface PodEnvoy {
  admin(path: string): Promise<string>;
  /** Why it is gone; undefined while it runs. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

const LOG_TAIL = 4000;
/** Ports of the agent, on which Envoy in a pod finds somebody else. */
const AGENT_PORTS = [DEFAULT_PORTS.agent];

export async function startPodEnvoy(options: PodEnvoyOptions): Promise<PodEnvoy> {
  // Short, for the path of a socket is.
  const folder = mkdtempSync("/tmp/fld-");
  const file = (name: string) => join(folder, name);
  const xds = await tunnel(file("xds"), options);
  const secrets = await serveSecrets(file("sds"), options);
  writeFileSync(file("bootstrap.json"), JSON.stringify(bootstrapOf(options, file)), { mode: 0o600 });
  const child = startInNamespace(options.program, file("bootstrap.json"));
  let log = "";
  child.stderr?.on("data", (bytes) => {
    log = `${log}${bytes}`.slice(-LOG_TAIL);
  });
  const ended = () => (child.exitCode === null && child.signalCode === null ? undefined : `${child.signalCode ?? child.exitCode}: ${log}`);
  const stop = async () => {
    await kill(child);
    xds.close();
    await secrets.stop(0);
    rmSync(folder, { recursive: true });
  };
  const admin = (path: string) => ask(file("admin"), path);
  try {
    await untilUp(admin, ended);
  } catch (error) {
    await stop();
    throw error;
  }
  return { admin, ended, stop };
}

async function untilUp(admin: PodEnvoy["admin"], ended: PodEnvoy["ended"]): Promise<void> {
  for (;;) {
    if (ended() !== undefined) throw new Error(`Envoy went: ${ended()}`);
    if (await admin("/server_info").catch(() => undefined)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function startInNamespace(program: string, configFile: string): ChildProcess {
  const args = envoyArguments({
    ...{ configFile, drainSeconds: 1, ipv6Only: false, logLevel: "warning", componentLogLevel: "", concurrency: 1 },
  });
  // The namespace ends with the process.
  const script = 'ip link set lo up && exec "$@"';
  return spawn("unshare", ["--net", "sh", "-c", script, "sh", program, ...args], { stdio: ["ignore", "ignore", "pipe"] });
}

function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

/** What Envoy says in plain text goes on over mutual TLS, as the agent's own connection does. */
function tunnel(path: string, { xdsPort, serverName, rootPem, identity }: PodEnvoyOptions): Promise<Server> {
  const server = createServer((near) => {
    const far = connectTls({
      host: "127.0.0.1",
      port: xdsPort,
      servername: serverName,
      ca: rootPem,
      cert: identity.certPem,
      key: identity.key.reveal(),
      ALPNProtocols: ["h2"],
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  return new Promise((resolve) => server.listen(path, () => resolve(server)));
}

function serveSecrets(socketPath: string, { identity, rootPem }: PodEnvoyOptions) {
  const known = new Map([
    [WORKLOAD_SECRET, certificateSecret(identity as never)],
    [ROOT_SECRET, rootSecret(rootPem)],
  ]);
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const { method } = createSecretServer((name) => known.get(name), log as never);
  return startGrpcServer({
    listen: { socketPath },
    methods: { "/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets": method },
    clock: systemClock,
    failed: (error) => {
      throw error;
    },
  });
}

interface Listed {
  readonly static_resources: { readonly listeners: object[]; readonly clusters: object[] };
}

const TCP_PROXY = "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

function forwarding(name: string, address: object, cluster: string): object {
  const typed_config = { "@type": TCP_PROXY, stat_prefix: name, cluster };
  const filters = [{ name: "envoy.filters.network.tcp_proxy", typed_config }];
  return { name, address, ignore_global_conn_limit: true, filter_chains: [{ filters }] };
}

/** A pod's bootstrap; beside it a socket that leads to the administration, and something on the ports of the agent. */
function bootstrapOf(options: PodEnvoyOptions, file: (name: string) => string): object {
  const node = describeNode({
    ...{ type: options.type, podName: options.pod, namespace: options.namespace, serviceAccount: "default" },
    ...{ addresses: [options.address], domain: `${options.namespace}.svc.cluster.local`, labels: {}, annotations: {}, env: {} },
    ...{ proxyConfig: {}, version: "test", ports: DEFAULT_PORTS, answersDns: false },
  });
  const sockets = { xdsSocket: file("xds"), sdsSocket: file("sds") };
  const made = bootstrap({ node, ports: DEFAULT_PORTS, ...sockets, ipv6Only: false, stats: NO_MORE_STATS, runtime: {} });
  const { static_resources: listed, ...rest } = made as unknown as Listed;
  // Only a gateway binds what users choose.
  const agent = (options.type === "router" ? AGENT_PORTS : []).map((port) =>
    forwarding(`agent-${port}`, { socket_address: { address: "0.0.0.0", port_value: port } }, "prometheus_stats"),
  );
  const door = forwarding("admin", { pipe: { path: file("admin") } }, "prometheus_stats");
  // A host name that a user wrote is asked for here, where nobody answers.
  const typed_dns_resolver_config = {
    name: "envoy.network.dns_resolver.cares",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig",
      resolvers: [{ socket_address: { address: "127.0.0.1", port_value: 53 } }],
    },
  };
  return { ...rest, typed_dns_resolver_config, static_resources: { ...listed, listeners: [...listed.listeners, door, ...agent] } };
}

function ask(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ socketPath, path, headers: { host: "admin" } }, (response) => {
      let text = "";
      response.on("data", (bytes) => {
        text += bytes;
      });
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    request.on("error", reject);
  });
}
