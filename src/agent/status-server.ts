import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { listening } from "../base/listening.ts";
import type { AgentLog } from "./agent-log.ts";
import type { AppOptions } from "./agent-options.ts";
import { probeApp } from "./app-probe.ts";
import type { Readiness } from "./readiness.ts";

/** The agent's HTTP server, by default on 15020. */
export interface StatusServer {
  /** Rejects when a port cannot be bound. */
  start(): Promise<void>;
  stop(): void;
}

export interface StatusServerOptions {
  /** It answers alike on each of its `agentPorts`. */
  readonly app: AppOptions;
  readonly log: AgentLog;
  readiness(): Promise<Readiness>;
  metrics(): Promise<Buffer>;
  /** Begins to drain; resolves when Envoy knows. */
  drain(): Promise<void>;
  /** Ends the agent as TERM does. */
  quit(): void;
}

interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly type?: string;
}

const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export function createStatusServer(options: StatusServerOptions): StatusServer {
  const servers = options.app.agentPorts.map((port) => ({
    port,
    server: createServer((request, response) => respond(options, request, response)),
  }));
  return {
    start: async () => {
      await Promise.all(servers.map(({ server, port }) => listenOnAll(server, port)));
    },
    stop: () => {
      for (const { server } of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

function respond(options: StatusServerOptions, request: IncomingMessage, response: ServerResponse): void {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  void answerTo(options, request, gone.signal)
    .then((answer) => write(response, answer))
    .catch((error: unknown) => {
      options.log.error({ path: request.url, reason: String(error) }, "a request to the agent could not be answered");
      write(response, { status: 500, body: "the agent could not answer, its log says why\n" });
    });
}

/** Where the kernel has no IPv6 the wildcard of both families does not exist. */
function listenOnAll(server: Server, port: number): Promise<void> {
  return listening(server, { port, host: "::", ipv6Only: false }).catch(() => listening(server, { port, host: "0.0.0.0" }));
}

function write(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { "content-type": answer.type ?? "text/plain; charset=utf-8" });
  response.end(answer.body);
}

async function answerTo(options: StatusServerOptions, request: IncomingMessage, gone: AbortSignal): Promise<Answer> {
  const url = URL.parse(request.url ?? "/", "http://agent");
  if (url === null) return { status: 400, body: "the path cannot be read; write one as /healthz/ready\n" };
  if (url.pathname.startsWith("/app-health/") || url.pathname.startsWith("/app-lifecycle/")) {
    const { status, text } = await probeApp(options.app, url.pathname, gone);
    return { status, body: text };
  }
  if (url.pathname === "/healthz/ready") {
    return readinessAnswer(await options.readiness(), url.searchParams.has("verbose"));
  }
  if (url.pathname === "/metrics" || url.pathname === "/stats/prometheus") {
    return { status: 200, body: await options.metrics(), type: METRICS_TYPE };
  }
  return command(options, url.pathname, request);
}

function readinessAnswer(readiness: Readiness, verbose: boolean): Answer {
  const status = readiness.ready ? 200 : 503;
  if (verbose) return { status, body: `${JSON.stringify(readiness)}\n`, type: "application/json" };
  return { status, body: readiness.ready ? "" : `${readiness.reasons.join("\n")}\n` };
}

/** What changes something is taken from inside the pod only, and by POST. */
async function command(options: StatusServerOptions, path: string, request: IncomingMessage): Promise<Answer> {
  if (path !== "/drain" && path !== "/quitquitquit") return { status: 404, body: "404 page not found\n" };
  if (request.method !== "POST") return { status: 405, body: "use POST\n" };
  if (!isLocal(request.socket.remoteAddress ?? "")) return { status: 403, body: "only requests from inside the pod are allowed\n" };
  if (path === "/drain") await options.drain();
  else options.quit();
  return { status: 200, body: "ok\n" };
}

const isLocal = (address: string): boolean => address === "::1" || address.replace("::ffff:", "").startsWith("127.");
