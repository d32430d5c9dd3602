import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROXY_PORTS } from "../base/proxy-ports.ts";
import { bootstrap } from "../bootstrap/bootstrap.ts";
import { envoyArguments } from "../bootstrap/envoy-arguments.ts";
import { type GrpcServer, type Method, startGrpcServer } from "../rpc/grpc-server.ts";
import { agentMetrics } from "./agent-metrics.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { AgentParts } from "./agent-parts.ts";
import { type AppEndWatch, createAppEndWatch } from "./app-end-watch.ts";
import { type CaptureProof, createCaptureProof } from "./capture-proof.ts";
import { type Configuration, dial, openConfiguration } from "./configuration.ts";
import { createDnsProxy, type DnsProxy } from "./dns-proxy.ts";
import { createEnvoyAdmin, type EnvoyAdmin } from "./envoy-admin.ts";
import { createEnvoyProcess, type EnvoyProcess } from "./envoy-process.ts";
import { countForeignSockets } from "./foreign-sockets.ts";
import { createLocalAnswer } from "./local-answers.ts";
import { mergedMetrics } from "./merged-metrics.ts";
import { createNameTable } from "./name-table.ts";
import { checkReadiness, type Readiness } from "./readiness.ts";
import type { ResourceStore } from "./resource-store.ts";
import { createStatusServer, type StatusServer } from "./status-server.ts";
import { createTermination, type Termination } from "./termination.ts";
import { createWorkloadTrust, type WorkloadTrust } from "./workload-trust.ts";

/** One agent with its Envoy. */
export interface Agent {
  /** Rejects when a socket, port or folder cannot be had. */
  start(): Promise<void>;
  /** Drains as the pod's end asks for, then ends Envoy and everything else. */
  terminate(): Promise<void>;
  /** Ends everything at once. */
  stop(): Promise<void>;
  readiness(): Promise<Readiness>;
}

/** The pieces, in the order in which they depend on each other. */
interface Assembly {
  readonly appEnd: AppEndWatch | undefined;
  readonly dns: DnsProxy | undefined;
  readonly capture: CaptureProof;
  readonly trust: WorkloadTrust;
  readonly configuration: Configuration;
  readonly envoy: EnvoyProcess;
  readonly admin: EnvoyAdmin;
  readonly termination: Termination;
}

const ADS = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";
const SDS = "/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets";
const ENVOY_GRACE_MS = 2000;

/** Opens the store; everything else begins with `start`. Throws when the folders cannot be written. */
export function createAgent(options: AgentOptions, parts: AgentParts): Agent {
  makeFolders(options);
  const assembly = assemble(options, parts);
  const { appEnd, capture, dns, trust, configuration, envoy, termination } = assembly;
  const readiness = (): Promise<Readiness> => readinessOf(options.role, assembly);
  const status = statusServer(options, parts, assembly);
  const servers: GrpcServer[] = [];
  const stop = async (): Promise<void> => {
    await envoy.stop(ENVOY_GRACE_MS);
    configuration.upstream.stop();
    trust.stop();
    status.stop();
    capture.stop();
    dns?.stop();
    appEnd?.stop();
    await Promise.all(servers.map((server) => server.stop(0)));
    configuration.store.close();
  };
  return {
    start: async () => {
      servers.push(await serve(options.paths.xdsSocket, ADS, configuration.relay.method, parts));
      servers.push(await serve(options.paths.sdsSocket, SDS, trust.method, parts));
      await status.start();
      await capture.start();
      await dns?.start();
      writeFileSync(bootstrapFile(options), JSON.stringify(bootstrap({ ...options.paths, ...options.envoy, ...options })));
      envoy.start();
      configuration.upstream.start();
      trust.start();
      appEnd?.start();
    },
    terminate: async () => {
      await termination.wait();
      await stop();
    },
    stop,
    readiness,
  };
}

function assemble(options: AgentOptions, parts: AgentParts): Assembly {
  const trust = createWorkloadTrust(options, parts, () => configuration.upstream.redial());
  const configuration = openConfiguration(options, parts, trust);
  const envoy = createEnvoyProcess({
    ...parts,
    program: options.paths.envoy,
    pidFile: join(options.paths.config, "envoy.pid"),
    arguments: envoyArguments({ ...options.envoy, configFile: bootstrapFile(options) }),
    starting: configuration.relay.envoyRestarted,
  });
  const admin = createEnvoyAdmin(options.envoy.ipv6Only ? "::1" : "127.0.0.1", options.ports.admin);
  const inboundOnly = options.role === "sidecar";
  const termination = createTermination({ ...parts, options: options.termination, inboundOnly, admin, appSockets: countForeignSockets });
  const lost = (reason: string): void => {
    if (!termination.draining()) parts.onFailure(reason);
  };
  const capture = createCaptureProof({ ...parts, families: options.capture, lost });
  const watch = { ...parts, nodeId: options.node.id, dial: () => dial(options, parts, trust), ended: parts.onQuit };
  const appEnd = options.termination.withApp ? createAppEndWatch(watch) : undefined;
  return { appEnd, capture, dns: dnsProxy(options, parts, configuration.store), trust, configuration, envoy, admin, termination };
}

const DNS_PORT = 53;

function dnsProxy({ dnsServers }: AgentOptions, parts: AgentParts, store: ResourceStore): DnsProxy | undefined {
  if (dnsServers === undefined) return undefined;
  const servers = dnsServers.map((host) => ({ host, port: DNS_PORT }));
  const localAnswer = createLocalAnswer(createNameTable(store.table("domain")), parts.random);
  return createDnsProxy({ ...parts, port: PROXY_PORTS.dns, localAnswer, servers });
}

function statusServer(options: AgentOptions, parts: AgentParts, assembly: Assembly): StatusServer {
  const { admin, termination } = assembly;
  return createStatusServer({
    app: options.app,
    log: parts.log,
    readiness: () => readinessOf(options.role, assembly),
    metrics: () => mergedMetrics({ app: options.app, admin, own: () => agentMetrics(assembly) }),
    drain: termination.drain,
    quit: parts.onQuit,
  });
}

function readinessOf(
  role: AgentOptions["role"],
  { capture, configuration, dns, admin, envoy, termination, trust }: Assembly,
): Promise<Readiness> {
  return checkReadiness({
    relay: configuration.relay,
    ...(role === "sidecar" && { listeners: () => configuration.store.table("listener").size() }),
    ...(dns !== undefined && { namesTold: configuration.store.table("domain").isComplete }),
    admin,
    envoyRuns: envoy.running,
    draining: termination.draining,
    uncaptured: capture.failures,
    controllerFailure: () => configuration.upstream.state().failure,
    identityFailure: trust.failure,
  });
}

const bootstrapFile = (options: AgentOptions): string => join(options.paths.config, "envoy-rev.json");

function makeFolders({ paths }: AgentOptions): void {
  for (const folder of [paths.config, paths.data, dirname(paths.xdsSocket), dirname(paths.sdsSocket)]) {
    mkdirSync(folder, { recursive: true });
  }
}

/** A socket file of an agent that was killed stays behind, and would be in the way. */
function serve(socketPath: string, path: string, method: Method, { clock, log }: AgentParts): Promise<GrpcServer> {
  rmSync(socketPath, { force: true });
  const failed = (error: unknown): void => log.error({ path, err: error }, "a call of Envoy's failed by a bug of the agent");
  return startGrpcServer({ listen: { socketPath }, methods: { [path]: method }, clock, failed });
}
