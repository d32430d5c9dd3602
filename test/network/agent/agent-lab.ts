import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { callHttp, type HttpAnswer } from "../../../src/agent/http-call.ts";
import type { AuthorityMaterial } from "../../../src/pki/authority-material.ts";
import { createRoot } from "../../../src/pki/create-root.ts";
import type { EncodedResource, ResourceType } from "../../../src/rpc/resource.ts";
import { type ScriptedController, startScriptedController } from "./scripted-controller.ts";

/** Envoy's program, as the Makefile gives it. */
export const ENVOY = process.env["FAIRLEAD_ENVOY"] ?? resolve(".cache/bin/envoy");

/** Ports that were free a moment ago, by use. */
export interface LabPorts {
  readonly admin: number;
  readonly agent: number;
  readonly status: number;
  readonly prometheus: number;
  readonly app: number;
}

/** A real agent with a real Envoy on loopback, and a controller that a test scripts. */
export interface AgentLab {
  readonly ports: LabPorts;
  readonly material: AuthorityMaterial;
  readonly resources: ReadonlyMap<ResourceType, Map<string, EncodedResource>>;
  startController(certificateMs?: number): Promise<ScriptedController>;
  startAgent(env?: Readonly<Record<string, string>>, flags?: readonly string[]): RunningAgent;
  /** What an agent is started with, where the test says nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder of the agent: bootstrap, sockets, store. */
  readonly folder: string;
  /** Ends everything and removes the folder. */
  close(): Promise<void>;
}

/** An app on loopback that answers `app PATH`. */
export async function startApp(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createHttpServer((request, response) => response.end(`app ${request.url}`));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, port: (server.address() as { readonly port: number }).port };
}

export interface RunningAgent {
  readonly pid: number;
  log(): string;
  signal(signal: NodeJS.Signals): void;
  ended: Promise<number | null>;
}

const TYPES: readonly ResourceType[] = ["secret", "cluster", "endpoint", "listener", "route"];

export async function openAgentLab(): Promise<AgentLab> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-agent-"));
  const [admin = 0, agent = 0, status = 0, prometheus = 0, app = 0, controllerPort = 0] = await freePorts(6);
  const ports = { admin, agent, status, prometheus, app };
  const material = await createRoot({ trustDomain: "cluster.local", now: Date.now() });
  writeFileSync(join(folder, "root-cert.pem"), material.certPem);
  writeFileSync(join(folder, "token"), "the-token\n");
  mkdirSync(join(folder, "podinfo"));
  writeFileSync(join(folder, "podinfo/labels"), 'app="client"\n');
  const resources = new Map(TYPES.map((type) => [type, new Map<string, EncodedResource>()]));
  const agents: { child: ChildProcess; ended: Promise<number | null> }[] = [];
  const controllers: ScriptedController[] = [];
  const given = environment(folder, ports, controllerPort);
  return {
    ports,
    material,
    resources,
    folder,
    startController: async (certificateMs = 3_600_000) => {
      const started = await startScriptedController({ material, port: controllerPort, certificateMs, resources });
      controllers.push(started);
      return started;
    },
    environment: given,
    startAgent: (env = {}, flags = []) => {
      const started = startAgent({ ...given, ...env }, flags);
      agents.push(started);
      return started;
    },
    close: async () => {
      for (const { child, ended } of agents) {
        child.kill("SIGTERM");
        await ended;
      }
      for (const controller of controllers) await controller.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function environment(folder: string, ports: LabPorts, controllerPort: number): Record<string, string> {
  const config = {
    configPath: join(folder, "proxy"),
    binaryPath: ENVOY,
    discoveryAddress: `127.0.0.1:${controllerPort}`,
    proxyAdminPort: ports.admin,
    statusPort: ports.agent,
    terminationDrainDuration: "300ms",
  };
  return {
    PATH: process.env["PATH"] ?? "",
    PROXY_CONFIG: JSON.stringify(config),
    POD_NAME: "client-1",
    POD_NAMESPACE: "entry",
    SERVICE_ACCOUNT: "client",
    INSTANCE_IP: "127.0.0.1",
    CA_ROOT_CA: join(folder, "root-cert.pem"),
    ENVOY_STATUS_PORT: String(ports.status),
    ENVOY_PROMETHEUS_PORT: String(ports.prometheus),
    FAIRLEAD_DATA_DIR: join(folder, "data"),
    FAIRLEAD_SDS_SOCKET: join(folder, "sds", "socket"),
    FAIRLEAD_TOKEN_FILE: join(folder, "token"),
    FAIRLEAD_PODINFO_DIR: join(folder, "podinfo"),
  };
}

function startAgent(env: Record<string, string>, flags: readonly string[]): RunningAgent & { readonly child: ChildProcess } {
  const bundle = process.env["FAIRLEAD_AGENT"] ?? "src/main/agent.ts";
  const ofNode = (process.env["FAIRLEAD_NODE_FLAGS"] ?? "").split(" ").filter((flag) => flag !== "");
  const child = spawn(process.execPath, [...ofNode, bundle, "proxy", "sidecar", "--concurrency=1", ...flags], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const output of [child.stdout, child.stderr]) output.on("data", (part: Buffer) => (text += part.toString()));
  const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
  return { child, pid: child.pid ?? 0, log: () => text, signal: (signal) => void child.kill(signal), ended };
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((done) => server.listen(0, "127.0.0.1", () => done(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

export function get(port: number, path: string, method = "GET"): Promise<HttpAnswer> {
  return callHttp({ host: "127.0.0.1", port, path, method, timeoutMs: 3000 });
}

/** Asks again until the check holds; the error tells what the last answer was. */
export async function eventually<T>(what: string, ask: () => Promise<T> | T, holds: (answer: T) => boolean, ms = 15_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await Promise.resolve()
      .then(ask)
      .catch((error: unknown) => error as Error);
    if (!(answer instanceof Error) && holds(answer)) return answer;
    if (Date.now() > end)
      throw new Error(`not in ${ms} ms: ${what}; last: ${answer instanceof Error ? answer.message : JSON.stringify(answer)}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** Process id of the Envoy that this agent runs now. */
export function envoyPid(agent: RunningAgent): number {
  const children = readFileSync(`/proc/${agent.pid}/task/${agent.pid}/children`, "utf8").trim().split(" ");
  return Number(children.at(-1));
}
