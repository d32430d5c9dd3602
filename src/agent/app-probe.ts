import { connect as dial } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { AppOptions, AppProbe, HttpProbe } from "./agent-options.ts";
import { appSource } from "./app-source.ts";
import { checkHealth } from "./grpc-health.ts";
import { callHttp, type HttpCall } from "./http-call.ts";

/** What the kubelet is answered. */
export interface ProbeAnswer {
  readonly status: number;
  readonly text: string;
}

const USER_AGENT = "kube-probe/fairlead";
/** As often as a kubelet follows one. */
const MOST_REDIRECTS = 10;

/** Asks the app what the kubelet meant to ask it. Never rejects: no answer is an answer. */
export async function probeApp(app: AppOptions, path: string, clock: Clock): Promise<ProbeAnswer> {
  const probe = app.probes[path];
  if (probe === undefined) {
    return { status: 404, text: `no probe is rewritten to ${path}; rewritten are: ${Object.keys(app.probes).join(" ") || "none"}` };
  }
  try {
    return await ask(app, probe, clock);
  } catch (error) {
    return { status: 500, text: `the app did not answer: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function ask(app: AppOptions, probe: AppProbe, clock: Clock): Promise<ProbeAnswer> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.httpGet) return askHttp(probe.httpGet, app.host, { clock, until: clock.now() + timeoutMs });
  if (probe.tcpSocket) return askTcp(probe.tcpSocket.host ?? app.host, probe.tcpSocket.port, timeoutMs);
  if (probe.grpc) return askGrpc(probe.grpc, app.host, timeoutMs);
  return Promise.resolve({ status: 500, text: "the probe has none of httpGet, tcpSocket, grpc" });
}

interface Deadline {
  readonly clock: Clock;
  readonly until: number;
}

function askHttp(probe: HttpProbe, appHost: string, deadline: Deadline): Promise<ProbeAnswer> {
  const host = probe.host ?? appHost;
  const path = probe.path ?? "/";
  const secure = probe.scheme?.toUpperCase() === "HTTPS";
  const origin = `${secure ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${probe.port}`;
  const url = URL.parse(`${origin}${path.startsWith("/") ? path : `/${path}`}`);
  if (url === null) return Promise.resolve({ status: 500, text: `${origin}${path} is no address` });
  const headers = Object.fromEntries((probe.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  return follow(url, { headers: { "user-agent": USER_AGENT, connection: "close", ...headers }, from: appSource(host) }, deadline);
}

/**
 * A redirect within the host is followed, as a kubelet follows it. One that leads elsewhere is an answer; it is told as 200, since a kubelet
 * that is told of a redirect wants to know where to.
 */
async function follow(first: URL, call: Pick<HttpCall, "headers" | "from">, { clock, until }: Deadline): Promise<ProbeAnswer> {
  let url = first;
  for (let followed = 0; followed <= MOST_REDIRECTS; followed += 1) {
    const answer = await callHttp({ ...call, ...placeOf(url), timeoutMs: Math.max(1, until - clock.now()) });
    const text = answer.body.subarray(0, 1024).toString();
    if (answer.status < 300 || answer.status > 399) return { status: answer.status, text };
    const next = answer.location === undefined ? null : URL.parse(answer.location, url.href);
    if (next === null || next.hostname !== first.hostname) return { status: 200, text };
    url = next;
  }
  return { status: 500, text: `more than ${MOST_REDIRECTS} redirects` };
}

function placeOf(url: URL): Pick<HttpCall, "host" | "port" | "path" | "secure"> {
  const secure = url.protocol === "https:";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, port: Number(url.port || (secure ? 443 : 80)), path: `${url.pathname}${url.search}`, secure };
}

function askTcp(host: string, port: number, timeoutMs: number): Promise<ProbeAnswer> {
  const from = appSource(host);
  return new Promise((resolve, reject) => {
    const socket = dial({ host, port, ...(from !== undefined && { localAddress: from }), timeout: timeoutMs });
    socket.once("connect", () => {
      socket.destroy();
      resolve({ status: 200, text: "" });
    });
    socket.once("timeout", () => socket.destroy(new Error("timed out")));
    socket.once("error", reject);
  });
}

async function askGrpc({ port, service = "" }: NonNullable<AppProbe["grpc"]>, host: string, timeoutMs: number): Promise<ProbeAnswer> {
  const problem = await checkHealth({ host, port, service, userAgent: USER_AGENT, from: appSource(host), timeoutMs });
  return problem === undefined ? { status: 200, text: "" } : { status: 500, text: problem };
}
