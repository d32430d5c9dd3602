import { keyOf, type ObjectKey, type StoredObject } from "../../../src/api/object.ts";
import type { Change } from "../../../src/api/store.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { createTurns } from "../../../src/base/turns.ts";
import { createPublisher } from "../../../src/envoy/live-publisher.ts";
import { createLiveObjects } from "../../../src/model/live-objects.ts";
import type { Rejection } from "../../../src/rpc/delta-session.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";
import { startServingTls } from "../../../src/xds/serving-tls.ts";
import { startXdsServer, type XdsServer } from "../../../src/xds/xds-server.ts";
import { authorityOf, SERVER_NAME, workload } from "../../unit/xds/xds-world.ts";
import { BASE, CLIENT, GATEWAY } from "./base-objects.ts";
import { type PodEnvoy, startPodEnvoy } from "./pod-envoy.ts";

/** What came of a world. All empty where control plane and Envoy are of one mind. */
export interface Outcome {
  /** What Envoy did not take, in its words. */
  readonly rejected: readonly string[];
  /** What we did not send, because Envoy would not take it or because it could not be built. */
  readonly leftOut: readonly string[];
  /** What Envoy took and never put in force. */
  readonly warming: readonly string[];
}

/** The control plane's own parts from objects to bytes, and two Envoys on it: a sidecar and a gateway. */
export interface ControlledEnvoys {
  /** Puts these objects in place of those before, beside what is always there; resolves when both Envoys have all of it. */
  show(objects: readonly StoredObject[]): Promise<Outcome>;
  /** The administration of one of the two. */
  admin(which: "sidecar" | "gateway", path: string): Promise<string>;
  stop(): Promise<void>;
}

/** Longer than any name may take to be found missing, and any certificate to come. */
const LONGEST_WARMING_MS = 15_000;
/** Looks for which Envoy must have had time: one that works, at a table of millions of entries say, answers none of them meanwhile. */
const MOST_LOOKS = 3000;
const POLL_MS = 2;

interface State {
  readonly envoys: Readonly<Record<"sidecar" | "gateway", PodEnvoy>>;
  readonly server: XdsServer;
  readonly rejected: string[];
  readonly leftOut: string[];
  apply(delta: ReadonlyMap<ObjectKey, Change>): void;
  /** Tasks of the publisher that wait for their turn. */
  waiting(): number;
}

/** Starts both; `before` is there already when they ask for the first time. */
export async function startControlledEnvoys(program: string, before: readonly StoredObject[] = []): Promise<ControlledEnvoys> {
  const authority = await authorityOf("cluster.local");
  const log = createLogger({ name: "test", destination: { write: () => undefined } });
  const tls = await startServingTls({ authority: () => authority, dnsNames: [SERVER_NAME], clock: systemClock, log });
  const { rejected, leftOut } = { rejected: [] as string[], leftOut: [] as string[] };
  const objects = createLiveObjects();
  const world = createCountedPublisher(leftOut);
  const server = await startXdsServer({
    listen: { host: "127.0.0.1", port: 0 },
    ...{ tls: tls.source, publisher: world.publisher, authority: () => authority, clock: systemClock, log },
    reviewer: { review: async () => ({ ok: false, error: "nobody asks" }) },
    lookup: (namespace, name) => objects.get("Pod", namespace, name),
    metrics: createMetrics({ version: "test" }),
    onRejected: (proxy, rejection) => void rejected.push(describe(proxy.type, rejection)),
  });
  const apply: State["apply"] = (delta) => {
    objects.apply(delta);
    world.publisher.apply(delta);
  };
  const first = [...BASE, ...before];
  apply(new Map(first.map((after) => [keyOf(after), { after }])));
  const rootPem = authority.trustBundle(Date.now());
  const start = async (type: "sidecar" | "router", { namespace, name, address }: typeof CLIENT | typeof GATEWAY) =>
    startPodEnvoy({
      ...{ program, type, namespace, pod: name, address, xdsPort: server.port, serverName: SERVER_NAME, rootPem },
      identity: await workload(authority, namespace, "default", 24 * 3600_000),
    });
  const envoys = { sidecar: await start("sidecar", CLIENT), gateway: await start("router", GATEWAY) };
  const state: State = { envoys, server, rejected, leftOut, apply, waiting: world.waiting };
  const shown = new Map<ObjectKey, StoredObject>(first.map((object) => [keyOf(object), object]));
  await settle(state);
  return {
    show: (next) => show(state, shown, next),
    admin: (which, path) => envoys[which].admin(path),
    stop: async () => {
      await Promise.all([envoys.sidecar.stop(), envoys.gateway.stop()]);
      tls.stop();
      await server.stop();
    },
  };
}

function createCountedPublisher(leftOut: string[]) {
  let waiting = 0;
  const failed = (error: unknown) => void leftOut.push(`a view could not be worked out: ${error}`);
  const turns = createTurns({ clock: systemClock, sliceMs: 5, failed });
  const publisher = createPublisher({
    onFailure: (query, arg, error) => void leftOut.push(`${query} ${arg}: ${error instanceof Error ? error.message : error}`),
    take: (task) => {
      waiting++;
      turns.take(() => {
        waiting--;
        task();
      });
    },
  });
  return { publisher, waiting: () => waiting };
}

function describe(type: string, { typeUrl, names, message }: Rejection): string {
  return `${type} ${typeUrl.split(".").at(-1)} ${names.slice(0, 5).join(", ")}: ${message}`;
}

async function show(state: State, shown: Map<ObjectKey, StoredObject>, next: readonly StoredObject[]): Promise<Outcome> {
  const wanted = new Map([...BASE, ...next].map((object) => [keyOf(object), object]));
  const delta = new Map<ObjectKey, Change>();
  for (const [key, before] of shown) if (!wanted.has(key)) delta.set(key, { before });
  for (const [key, after] of wanted) {
    const before = shown.get(key);
    if (before !== after) delta.set(key, before === undefined ? { after } : { before, after });
  }
  shown.clear();
  for (const [key, object] of wanted) shown.set(key, object);
  state.rejected.length = 0;
  state.leftOut.length = 0;
  state.apply(delta);
  const warming = await settle(state);
  return { rejected: [...new Set(state.rejected)], leftOut: [...new Set(state.leftOut)], warming };
}

/** Until all is sent, answered and in force; what is not after a long time, never will be. */
async function settle(state: State): Promise<readonly string[]> {
  const end = Date.now() + LONGEST_WARMING_MS;
  for (let [quiet, looks] = [0, 0]; quiet < 2; looks++) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const answered = isAnswered(state);
    const warm = await isWarm(state);
    quiet = answered && warm && isAnswered(state) ? quiet + 1 : 0;
    if (quiet === 0 && looks > MOST_LOOKS && Date.now() > end) return stillWarming(state);
  }
  return [];
}

function isAnswered({ server, waiting }: State): boolean {
  const connections = server.connections();
  const types = connections.flatMap((connection) => Object.values(connection.types));
  return waiting() === 0 && connections.length === 2 && types.every(({ pending, inFlight }) => pending + inFlight === 0);
}

/** Envoy's own count of what waits, and that it was told of clusters and listeners at all. */
const WARMING =
  "/stats?filter=^(cluster_manager.warming_clusters|listener_manager.total_listeners_warming|listener_manager.lds.update_success)$";

async function isWarm({ envoys, rejected }: State): Promise<boolean> {
  for (const [name, envoy] of Object.entries(envoys)) {
    const end = envoy.ended();
    if (end !== undefined) {
      rejected.push(`${name}: Envoy ended, ${end}`);
      throw new Error(`${name}: Envoy ended, ${end}`);
    }
    const stats = await envoy.admin(WARMING);
    if (/warming(_clusters)?: [1-9]/.test(stats) || !/lds.update_success: [1-9]/.test(stats)) return false;
  }
  return true;
}

async function warmingIn(name: string, envoy: PodEnvoy): Promise<readonly string[]> {
  const dump = async (what: string) => (JSON.parse(await envoy.admin(`/config_dump?resource=${what}`)) as Dump).configs ?? [];
  const clusters = (await dump("dynamic_warming_clusters")).map(({ cluster }) => `${name} cluster ${cluster?.name}`);
  const listeners = (await dump("dynamic_listeners")).filter((each) => each.warming_state);
  return [...clusters, ...listeners.map((each) => `${name} listener ${each.name}`)];
}

function unanswered({ server }: State): readonly string[] {
  return server.connections().flatMap(({ proxy, types }) =>
    Object.entries(types)
      .filter(([, { pending, inFlight }]) => pending + inFlight > 0)
      .map(([type, { pending, inFlight }]) => `${proxy.type} ${type} unanswered: ${pending} pending, ${inFlight} in flight`),
  );
}

async function stillWarming(state: State): Promise<readonly string[]> {
  const warming = await Promise.all(Object.entries(state.envoys).map(([name, envoy]) => warmingIn(name, envoy)));
  const found = [...warming.flat(), ...unanswered(state)];
  return found.length > 0 ? found : ["never quiet"];
}

interface Dump {
  readonly configs?: readonly { readonly name?: string; readonly cluster?: { readonly name: string }; readonly warming_state?: object }[];
}
