import { connect as dial } from "node:net";
import type { AppOptions, AppProbe, HttpProbe } from "./agent-options.ts";
import { appSource } from "./app-source.ts";
import { checkHealth } from "./grpc-health.ts";
import { callHttp, type HttpCall } from "./http-call.ts";
import { isAbsolute, isRedirect, originOf, type ProbePlace, placeOf, redirectOf, requestPath } from "./probe-url.ts";

/** What the kubelet is answered. */
export interface ProbeAnswer {
  readonly status: number;
  readonly text: string;
}

const USER_AGENT = "kube-probe/fairlead";
/** As many as a kubelet sends for one probe. */
const MOST_REQUESTS = 10;
/** As much of a body as a kubelet reads. */
const MOST_BYTES = 10_240;

/** Asks the app what the kubelet meant to ask it, until the probe's time is over or its caller has gone. Never rejects: no answer is an answer. */
export async function probeApp(app: AppOptions, path: string, gone: AbortSignal): Promise<ProbeAnswer> {
  const probe = Object.hasOwn(app.probes, path) ? app.probes[path] : undefined;
  if (probe === undefined) {
    return { status: 404, text: `no probe is rewritten to ${path}; rewritten are: ${Object.keys(app.probes).join(" ") || "none"}` };
  }
  const seconds = probe.timeoutSeconds ?? 1;
  const over = AbortSignal.timeout(seconds * 1000);
  try {
    return await ask(app, probe, { timeoutMs: seconds * 1000, signal: AbortSignal.any([over, gone]) });
  } catch (error) {
    if (over.aborted) return { status: 500, text: `the app did not answer within ${seconds} s` };
    return { status: 500, text: `the app did not answer: ${error instanceof Error ? error.message : String(error)}` };
  }
}

type Limits = Required<Pick<HttpCall, "timeoutMs" | "signal">>;

function ask(app: AppOptions, probe: AppProbe, limits: Limits): Promise<ProbeAnswer> {
  if (probe.httpGet) return askHttp(probe.httpGet, app, limits);
  if (probe.tcpSocket) return askTcp(probe.tcpSocket.host ?? app.host, probe.tcpSocket.port, limits);
  if (probe.grpc) return askGrpc(probe.grpc, app.host, limits);
  return Promise.resolve({ status: 500, text: "the probe has none of httpGet, tcpSocket, grpc" });
}

function askHttp(probe: HttpProbe, app: AppOptions, limits: Limits): Promise<ProbeAnswer> {
  const host = probe.host ?? app.host;
  const first = { secure: probe.scheme?.toUpperCase() === "HTTPS", host, port: probe.port, path: requestPath(probe.path ?? "/") };
  if (leadsBack(first, app)) return Promise.resolve(refused(first));
  const asked = Object.fromEntries((probe.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const headers = { "user-agent": USER_AGENT, connection: "close", ...asked };
  return follow(first, app, { ...limits, headers, from: appSource(host), mostBytes: MOST_BYTES });
}

/** Redirects are followed as a kubelet follows them. */
async function follow(first: ProbePlace, app: AppOptions, call: Omit<HttpCall, keyof ProbePlace>): Promise<ProbeAnswer> {
  let place = first;
  let headers = call.headers ?? {};
  for (let sent = 1; sent <= MOST_REQUESTS; sent += 1) {
    const { status, body, location = "" } = await callHttp({ ...call, ...place, headers });
    const text = body.subarray(0, 1024).toString();
    if (!isRedirect(status)) return { status, text };
    const { next, ...answer } = step(location, place, app);
    if (next === undefined) return { text, ...answer };
    if (isAbsolute(location)) headers = withoutHost(headers);
    place = next;
  }
  return { status: 500, text: `more than ${MOST_REQUESTS - 1} redirects` };
}

/** Where to ask next; else the answer, whose text is the app's unless it is said here. */
interface Step {
  readonly status: number;
  readonly text?: string;
  readonly next?: ProbePlace;
}

/** One that leads to another host is an answer; it is told as 200, since a kubelet that is told of a redirect wants to know where to. */
function step(location: string, from: ProbePlace, { agentPorts }: AppOptions): Step {
  if (location === "") return { status: 200 };
  const url = redirectOf(location, from);
  if (url === undefined) return { status: 500, text: `it redirects to "${location.slice(0, 256)}", which is no address` };
  if (url.hostname !== URL.parse(originOf(from))?.hostname) return { status: 200 };
  const next = placeOf(url);
  if (next === undefined) return { status: 500, text: `it redirects to ${url.protocol}, which is not asked; redirect to http or https` };
  return agentPorts.includes(next.port) ? refused(next) : { status: 200, next };
}

/** The agent asked by itself would ask itself again: only its own readiness asks nobody. */
function leadsBack({ port, path }: ProbePlace, { agentPorts }: AppOptions): boolean {
  return agentPorts.includes(port) && path !== "/healthz/ready";
}

function refused({ port }: ProbePlace): ProbeAnswer {
  return { status: 500, text: `port ${port} is the sidecar's own and would ask again; lead the probe to a port of the app` };
}

/** The host that was asked for is another place's name. */
function withoutHost(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== "host"));
}

function askTcp(host: string, port: number, { signal }: Limits): Promise<ProbeAnswer> {
  const from = appSource(host);
  return new Promise((resolve, reject) => {
    const socket = dial({ host, port, ...(from !== undefined && { localAddress: from }), signal });
    socket.once("connect", () => {
      socket.destroy();
      resolve({ status: 200, text: "" });
    });
    socket.once("error", reject);
  });
}

async function askGrpc({ port, service = "" }: NonNullable<AppProbe["grpc"]>, host: string, { signal }: Limits): Promise<ProbeAnswer> {
  const problem = await checkHealth({ host, port, service, userAgent: USER_AGENT, from: appSource(host), signal });
  return problem === undefined ? { status: 200, text: "" } : { status: 500, text: problem };
}
