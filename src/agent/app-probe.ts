import { connect as dial } from "node:net";
import type { Clock } from "../base/clock.ts";
import { connect } from "../rpc/grpc-client.ts";
import type { AppOptions, AppProbe, HttpProbe } from "./agent-options.ts";
import { callHttp } from "./http-call.ts";

/** What the kubelet is answered. */
export interface ProbeAnswer {
  readonly status: number;
  readonly text: string;
}

/** Source address of probes: the redirection lets it pass, so that the app is asked and not its proxy. */
const SOURCE = "127.0.0.6";

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
  if (probe.httpGet) return askHttp(probe.httpGet, app.host, timeoutMs);
  if (probe.tcpSocket) return askTcp(probe.tcpSocket.host ?? app.host, probe.tcpSocket.port, timeoutMs);
  if (probe.grpc) return askGrpc(`${app.host}:${probe.grpc.port}`, probe.grpc.service ?? "", { clock, timeoutMs });
  return Promise.resolve({ status: 500, text: "the probe has none of httpGet, tcpSocket, grpc" });
}

async function askHttp(probe: HttpProbe, appHost: string, timeoutMs: number): Promise<ProbeAnswer> {
  const host = probe.host ?? appHost;
  const path = probe.path ?? "/";
  const headers = Object.fromEntries((probe.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const answer = await callHttp({
    host,
    port: probe.port,
    path: path.startsWith("/") ? path : `/${path}`,
    headers: { "user-agent": "kube-probe/fairlead", connection: "close", ...headers },
    secure: probe.scheme?.toUpperCase() === "HTTPS",
    ...(host.includes(":") ? {} : { from: SOURCE }),
    timeoutMs,
  });
  return { status: answer.status, text: answer.body.subarray(0, 1024).toString() };
}

function askTcp(host: string, port: number, timeoutMs: number): Promise<ProbeAnswer> {
  return new Promise((resolve, reject) => {
    const socket = dial({ host, port, ...(host.includes(":") ? {} : { localAddress: SOURCE }), timeout: timeoutMs });
    socket.once("connect", () => {
      socket.destroy();
      resolve({ status: 200, text: "" });
    });
    socket.once("timeout", () => socket.destroy(new Error("timed out")));
    socket.once("error", reject);
  });
}

/** grpc.health.v1.Health/Check: the request's only field is the service's name, the answer's is the status, 1 for SERVING. */
async function askGrpc(target: string, service: string, options: { clock: Clock; timeoutMs: number }): Promise<ProbeAnswer> {
  const name = Buffer.from(service);
  const request = name.length === 0 ? new Uint8Array() : Buffer.concat([Uint8Array.of(0x0a, name.length), name]);
  const client = connect({ target, clock: options.clock });
  const answer = await client.unary("/grpc.health.v1.Health/Check", request, { timeoutMs: options.timeoutMs });
  client.close();
  const serving = answer.ok && answer.value[0] === 0x08 && answer.value[1] === 1;
  return serving ? { status: 200, text: "" } : { status: 500, text: answer.ok ? "not serving" : answer.error.message };
}
