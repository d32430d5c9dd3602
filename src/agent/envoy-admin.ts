import { callHttp } from "./http-call.ts";

/** What the agent asks Envoy's administration. All reject when Envoy does not answer. */
export interface EnvoyAdmin {
  /** Undefined when Envoy is live, else what it says instead. */
  notLive(): Promise<string | undefined>;
  /** Stops taking connections, gracefully: of inbound listeners only, or of all. */
  drain(inboundOnly: boolean): Promise<void>;
  /** Connections from outside that are open now. */
  activeConnections(): Promise<number>;
  /** Statistics in Prometheus' text format. */
  metrics(): Promise<Buffer>;
}

const TIMEOUT_MS = 3000;

export function createEnvoyAdmin(host: string, port: number): EnvoyAdmin {
  const get = (path: string, method = "GET") => callHttp({ method, host, port, path, timeoutMs: TIMEOUT_MS });
  return {
    notLive: async () => {
      const answer = await get("/ready");
      return answer.status === 200 ? undefined : answer.body.toString().trim() || `status ${answer.status}`;
    },
    drain: async (inboundOnly) => {
      await get(`/drain_listeners?graceful&skip_exit${inboundOnly ? "&inboundonly" : ""}`, "POST");
    },
    activeConnections: async () => sumOfConnections((await get("/stats?filter=downstream_cx_active$")).body.toString()),
    metrics: async () => (await get("/stats/prometheus")).body,
  };
}

/** Listeners of readiness, statistics and administration are asked by machines all the time, and do not count. */
function sumOfConnections(text: string): number {
  const lines = text.split("\n").filter((line) => /^listener\./.test(line) && !/^listener\.(admin|.*_(15021|15090))\./.test(line));
  return lines.reduce((sum, line) => sum + Number(/: (\d+)$/.exec(line)?.[1] ?? 0), 0);
}
