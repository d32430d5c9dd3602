// What the store between controller and Envoy costs, for docs/adr/0002: run `node test/network/agent/measure-store.ts [COUNT…]`.
// A second client beside Envoy hears every change through the agent; a third one, with the agent's own certificate, hears it
// from the controller. The difference of the two is what the agent adds.
import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { privateKeyPem } from "../../../src/pki/private-key.ts";
import { decodeDeltaResponse } from "../../../src/rpc/delta-encoding.ts";
import { encodeDeltaRequest } from "../../../src/rpc/delta-request.ts";
import { type ClientTls, connect } from "../../../src/rpc/grpc-client.ts";
import { type EncodedResource, TYPE_URLS } from "../../../src/rpc/resource.ts";
import { type AgentLab, eventually, get, openAgentLab, type RunningAgent } from "./agent-lab.ts";
import { cluster, endpoints, listener, route } from "./sample-resources.ts";
import type { ScriptedController } from "./scripted-controller.ts";

const ADS = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";
const ROUNDS = 200;

/** Follows all clusters of one server; `seen` resolves with the time at which this version arrived. */
interface Follower {
  seen(version: string): Promise<number>;
  /** Milliseconds from dialling to the last part of the first set. */
  readonly whole: Promise<number>;
  close(): void;
}

function follow(target: string, tls: ClientTls | undefined): Follower {
  const started = performance.now();
  const client = connect({ target, clock: systemClock, ...(tls && { tls }) });
  const waiting = new Map<string, (at: number) => void>();
  const whole = Promise.withResolvers<number>();
  const stream = client.bidi(ADS, {}, (opened) => ({
    message: (bytes) => {
      const response = decodeDeltaResponse(bytes);
      const at = performance.now();
      for (const { version } of response.resources) waiting.get(version)?.(at);
      opened.send(encodeDeltaRequest({ typeUrl: response.typeUrl, nonce: response.nonce }));
      if (!response.more) whole.resolve(at - started);
    },
    closed: (failure) => whole.reject(new Error(failure?.message ?? "closed")),
  }));
  const node = { id: "sidecar~127.0.0.1~client-1.entry~entry.svc.cluster.local", cluster: "client.entry", metadata: {} };
  stream.send(encodeDeltaRequest({ typeUrl: TYPE_URLS.cluster, node, subscribe: ["*"] }));
  return {
    seen: (version) => new Promise((resolve) => waiting.set(version, resolve)),
    whole: whole.promise,
    close: () => client.close(),
  };
}

const name = (index: number): string => `outbound|443||host-${index}.example.com`;

/** The same name with another content. */
function variant(index: number, round: number): EncodedResource {
  const base = cluster(name(index));
  return { ...base, version: `${base.version}-${round}`, bytes: reversioned(base, `${base.version}-${round}`) };
}

/** Version is the first field of a `Resource`: tag, length, text. */
function reversioned(resource: EncodedResource, version: string): Uint8Array {
  const rest = resource.bytes.subarray(2 + resource.version.length);
  return Buffer.concat([Uint8Array.of(0x0a, version.length), Buffer.from(version), rest]);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const worst = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
const memory = (pid: number, field: string): number =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
const round1 = (value: number): number => Math.round(value * 10) / 10;

async function measure(count: number): Promise<Record<string, unknown>> {
  const lab = await openAgentLab();
  for (let index = 0; index < count; index++) {
    lab.resources.get("cluster")?.set(name(index), cluster(name(index)));
    lab.resources.get("endpoint")?.set(name(index), endpoints(name(index), 9));
  }
  lab.resources.get("listener")?.set("web", listener("web", lab.ports.app));
  lab.resources.get("route")?.set("web", route("web", { text: "up" }));
  const controller = await lab.startController();
  const started = performance.now();
  const agent = lab.startAgent();
  await ready(lab);
  const readyMs = performance.now() - started;
  const result = await latencies(lab, controller, count);
  await new Promise((done) => setTimeout(done, 5000));
  const sizes = { rssMb: round1(memory(agent.pid, "VmRSS")), anonymousMb: round1(memory(agent.pid, "RssAnon")) };
  const restart = await restarted(lab, controller, agent);
  await lab.close();
  return { count, readyMs: round1(readyMs), ...result, ...sizes, ...restart, load: loadavg().map(round1) };
}

const ready = (lab: AgentLab): Promise<number> =>
  eventually(
    "ready",
    async () => (await get(lab.ports.status, "/healthz/ready")).status,
    (status) => status === 200,
    120_000,
  );

async function latencies(lab: AgentLab, controller: ScriptedController, count: number): Promise<Record<string, unknown>> {
  const saved = JSON.parse(readFileSync(join(lab.folder, "proxy/identity.json"), "utf8")) as { chain: string[]; key: string };
  const identity = { certPem: saved.chain[0] ?? "", key: privateKeyPem(saved.key) };
  const tls = { rootPem: lab.material.certPem, serverName: "fairlead.istio-system.svc", identity };
  const direct = follow(`127.0.0.1:${controller.port}`, tls);
  const directMs = await direct.whole;
  const stored = follow(`unix:${join(lab.folder, "proxy/XDS")}`, undefined);
  const storedMs = await stored.whole;
  const [straight, through]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const next = variant(round % count, round);
    const seen = Promise.all([direct.seen(next.version), stored.seen(next.version)]);
    const at = performance.now();
    controller.set("cluster", next);
    const [one, other] = await seen;
    straight.push(one - at);
    through.push(other - at);
    await new Promise((done) => setTimeout(done, 20));
  }
  direct.close();
  stored.close();
  return {
    firstSetFromControllerMs: round1(directMs),
    firstSetFromStoreMs: round1(storedMs),
    changeDirectMs: { median: round1(median(straight)), p95: round1(worst(straight, 0.95)) },
    changeThroughStoreMs: { median: round1(median(through)), p95: round1(worst(through, 0.95)) },
  };
}

/** The controller away, the agent started anew: how long until it is ready from what is on disk. */
async function restarted(lab: AgentLab, controller: ScriptedController, agent: RunningAgent): Promise<Record<string, unknown>> {
  agent.signal("SIGTERM");
  await agent.ended;
  await controller.stop();
  const started = performance.now();
  const again = lab.startAgent();
  await ready(lab);
  const ms = performance.now() - started;
  return { readyFromDiskMs: round1(ms), rssAfterRestartMb: round1(memory(again.pid, "VmRSS")) };
}

const counts = process.argv.slice(2).map(Number);
process.stdout.write(`${cpus().length} CPUs, load ${loadavg().map(round1).join(" ")}\n`);
for (const count of counts.length > 0 ? counts : [10, 10_000]) {
  process.stdout.write(`${JSON.stringify(await measure(count))}\n`);
}
process.exit();
