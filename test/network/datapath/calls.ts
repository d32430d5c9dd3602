// What the tests of the data path share: objects as users write them, calls from an app, and what its sidecar says of them.
import { spawn } from "node:child_process";
import { expect } from "vitest";
import { type AccessLogLine, readAccessLog } from "../../../src/lab/access-log.ts";
import type { ClusterObject } from "../../../src/lab/cluster-object.ts";
import { inNetwork } from "../../../src/lab/lab-network.ts";
import type { OutsideEcho, OutsideServer } from "../../../src/lab/outside-servers.ts";
import type { RunningPod } from "../../../src/lab/pod-runner.ts";
import { runCommand } from "../../../src/lab/run-command.ts";
import { eventually, inApp, inPodNetwork } from "../mesh-lab.ts";

/** An object of Istio's API, by `namespace/name`. */
export function rule(kind: string, key: string, spec: Readonly<Record<string, unknown>>): ClusterObject {
  const [namespace = "", name = ""] = key.split("/");
  return { apiVersion: "networking.istio.io/v1", kind, metadata: { name, namespace }, spec };
}

export function service(key: string, spec: Readonly<Record<string, unknown>>): ClusterObject {
  const [namespace = "", name = ""] = key.split("/");
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec };
}

export const http = (number = 80) => ({ number, name: `http-${number}`, protocol: "HTTP" });

/** A ServiceEntry of namespace `app` for one host, named after it. */
export function outside(host: string, spec: Readonly<Record<string, unknown>>): ClusterObject {
  const name = host.replaceAll("*", "any");
  return rule("ServiceEntry", `app/${name}`, { hosts: [host], ports: [http()], location: "MESH_EXTERNAL", ...spec });
}

/** Its static endpoints. */
export function at(...servers: readonly Pick<OutsideServer, "address" | "port">[]) {
  const endpoints = servers.map(({ address, port }) => ({ address, ports: { "http-80": port } }));
  return { resolution: "STATIC", endpoints };
}

/** A VirtualService of namespace `app`. */
export function routes(host: string, spec: Readonly<Record<string, unknown>>): ClusterObject {
  return rule("VirtualService", `app/${host}`, { hosts: [host], ...spec });
}

export const to = (host: string, more: Readonly<Record<string, unknown>> = {}) => ({ destination: { host, ...more } });

/** Status and, where the server of the outside answered, what it saw. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: string;
  readonly echo: OutsideEcho | undefined;
}

/** One request from the app. The name need not resolve: `--resolve *` sends it to an address where nothing is. */
export async function get(pod: RunningPod, url: string, curl = ""): Promise<Answer> {
  return answerOf((await inApp(pod, `curl -sS -i --max-time 20 ${curl} '${url}'`)).stdout);
}

/** The same from a namespace without a sidecar. */
export async function getFrom(network: string, url: string, ...curl: readonly string[]): Promise<Answer> {
  const argv = ["curl", "-sS", "-i", "--max-time", "10", ...curl, url];
  return answerOf((await runCommand(inNetwork(network, argv), { timeoutMs: 15_000 })).stdout);
}

function answerOf(stdout: string): Answer {
  const end = stdout.indexOf("\r\n\r\n");
  const text = stdout.slice(end + 4);
  const headers = stdout.slice(0, end);
  return { status: Number(/^HTTP\/\S+ (\d+)/.exec(headers)?.[1] ?? 0), text, headers, echo: echoOf(text) };
}

/** To an address where nobody is, whatever the name: what answers was found by the Host header. */
export const NOWHERE = "198.51.100.99";

export const byHost = (pod: RunningPod, host: string, path = "/", curl = ""): Promise<Answer> =>
  get(pod, `http://${NOWHERE}${path}`, `-H 'Host: ${host}' ${curl}`);

function echoOf(text: string): OutsideEcho | undefined {
  return text.startsWith("{") ? (JSON.parse(text) as OutsideEcho) : undefined;
}

/** How often each server (or, where none answered, status) answered `count` requests by Host. */
export async function tally(pod: RunningPod, host: string, count: number, curl = ""): Promise<Readonly<Record<string, number>>> {
  const script = `curl -sS --max-time 50 -w '%{http_code}\\n' -H 'Host: ${host}' ${curl} 'http://${NOWHERE}/[1-${count}]'`;
  const { stdout } = await inApp(pod, script);
  const seen: Record<string, number> = {};
  for (const line of stdout.split("\n")) {
    const name = /"server":"([^"]+)"/.exec(line)?.[1] ?? /(?<!\d)([45]\d\d)$/.exec(line)?.[1];
    if (name !== undefined) seen[name] = (seen[name] ?? 0) + 1;
  }
  return seen;
}

/** Raw bytes of a TCP call, as far as they came within a second. */
export async function banner(pod: RunningPod, address: string, port: number): Promise<string> {
  const { stdout } = await inApp(pod, `sleep 1 | timeout 2 nc ${address} ${port}`);
  return stdout.trim();
}

/** The certificate's name that a TLS server shows, `none` where the handshake fails. */
export async function certificate(pod: RunningPod, address: string, sni: string, port = 443): Promise<string> {
  const { stdout } = await inApp(pod, `echo | timeout 5 openssl s_client -connect ${address}:${port} -servername ${sni} 2>&1`);
  return /subject=.*CN ?= ?(\S+)/.exec(stdout)?.[1] ?? "none";
}

/** The access-log line of the call that `matches`. */
export function logged(pod: RunningPod, matches: (line: AccessLogLine) => boolean): Promise<AccessLogLine> {
  return eventually(async () => {
    const line = readAccessLog(await pod.logs("istio-proxy")).find(matches);
    expect(line, "a line in the sidecar's access log").toBeDefined();
    return line as AccessLogLine;
  });
}

/** How many DNS queries the redirection has led to the agent, by protocol. */
export async function capturedQueries(pod: RunningPod, protocol: "udp" | "tcp"): Promise<number> {
  const { stdout } = await inPodNetwork(pod, ["sh", "-c", "iptables-save -c -t nat; iptables-legacy-save -c -t nat"]);
  const rules = stdout.split("\n").filter((line) => line.includes(`-A ISTIO_OUTPUT_DNS`) && line.includes(`-p ${protocol}`));
  return rules.reduce((sum, line) => sum + Number(/^\[(\d+):/.exec(line)?.[1] ?? 0), 0);
}

/** A server that says `text` to whoever connects and then waits. It ends with this process. */
export function startTcpServer(network: string, { address, port }: Pick<OutsideServer, "address" | "port">, text: string): void {
  const program = `require("node:net").createServer((socket) => socket.on("error", () => 0).write(${JSON.stringify(text)})).listen(${port}, "${address}")`;
  spawn("setpriv", ["--pdeathsig=KILL", ...inNetwork(network, [process.execPath, "-e", program])], { stdio: "ignore" });
}
