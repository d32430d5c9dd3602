import { callHttp } from "./http-call.ts";

/** What the agent asks Envoy's administration. All reject when Envoy does not answer. */
export interface EnvoyAdmin {
  /** Undefined when Envoy is live, else what it says instead. */
  notLive(): Promise<string | undefined>;
  /** Stops taking connections, gracefully: of inbound listeners only, or of all. */
  drain(inboundOnly: boolean): Promise<void>;
  /** Connections from outside that are open now; needs statistics `ACTIVE`. */
  activeConnections(): Promise<number>;
  /** Connections of the app that were ever taken; needs statistics `TAKEN`. */
  callsTaken(): Promise<number>;
  /** Statistics in Prometheus' text format. */
  metrics(): Promise<Buffer>;
}

const TIMEOUT_MS = 3000;

/** Ends of the names of statistics that are recorded only where they are asked for: each is one a listener and worker. */
export const ACTIVE = "downstream_cx_active";
export const TAKEN = "downstream_cx_total";

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
    activeConnections: async () => sumOfConnections((await get(`/stats?filter=${ACTIVE}$`)).body.toString(), /^admin|_(15021|15090)$/),
    callsTaken: async () => sumOfConnections((await get(`/stats?filter=${TAKEN}$`)).body.toString(), /^admin|_(15006|15021|15090)$/),
    metrics: async () => (await get("/stats/prometheus")).body,
  };
}

/** Listeners of readiness, statistics and administration are asked by machines all the time, and do not count. */
function sumOfConnections(text: string, others: RegExp): number {
  const found = [...text.matchAll(/^listener\.(.+)\.downstream_cx_(?:active|total): (\d+)$/gm)];
  // A listener's connections are told once more by worker.
  const own = found.filter(([, name = ""]) => !others.test(name) && !/\.worker_\d+$/.test(name));
  return own.reduce((sum, [, , count]) => sum + Number(count), 0);
}
