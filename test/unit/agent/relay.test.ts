import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRelay, type Relay } from "../../../src/agent/relay.ts";
import { openResourceStore, type ResourceStore } from "../../../src/agent/resource-store.ts";
import type { Upstream } from "../../../src/agent/upstream.ts";
import { type DeltaResponse, decodeDeltaResponse, encodeResource } from "../../../src/rpc/delta-encoding.ts";
import { type DeltaRequest, encodeDeltaRequest } from "../../../src/rpc/delta-request.ts";
import { TYPE_URLS } from "../../../src/rpc/resource.ts";
import type { StreamHandlers } from "../../../src/rpc/rpc-stream.ts";
import { type HeldClock, heldClock } from "./held-clock.ts";

const { cluster: CLUSTER, domain: DOMAIN, endpoint: ENDPOINT, listener: LISTENER, route: ROUTE } = TYPE_URLS;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let folder = "";
let store: ResourceStore;
let relay: Relay;
let clock: HeldClock;
/** What the controller was told: `type nonce ack` or `type +name -name`. */
let told: string[];
let failure = "";
let wantsNames = false;

const upstream: Upstream = {
  start: () => {},
  stop: () => {},
  redial: () => {},
  want: (typeUrl, subscribe, unsubscribe) => {
    if (subscribe.length + unsubscribe.length > 0)
      told.push([kind(typeUrl), ...subscribe.map((n) => `+${n}`), ...unsubscribe.map((n) => `-${n}`)].join(" "));
  },
  answer: (typeUrl, nonce, error) => void told.push(`${kind(typeUrl)} ${nonce} ${error ?? "ack"}`),
  state: () => ({ connected: failure === "", failure }),
};
const kind = (typeUrl: string): string => typeUrl.split(".").at(-1) ?? "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-relay-"));
  clock = heldClock();
  told = [];
  failure = "";
  wantsNames = false;
  open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

function open(): void {
  store = openResourceStore(folder);
  relay = createRelay({ store, wantsNames, upstream: () => upstream, clock, log: silent });
}

function controllerSends(typeUrl: string, nonce: string, names: readonly string[], more: Partial<DeltaResponse> = {}): void {
  const resources = names.map((name) => encodeResource(name, typeUrl, Buffer.from(`${name} ${nonce}`)));
  relay.received({ typeUrl, nonce, resources, removed: [], more: false, ...more });
}

interface FakeEnvoy {
  ask(request: Partial<DeltaRequest> & Pick<DeltaRequest, "typeUrl">): void;
  /** `type +name -name` of each response so far; acknowledges none of them. */
  readonly got: string[];
  readonly nonces: string[];
  close(): void;
}

function connectEnvoy(): FakeEnvoy {
  const got: string[] = [];
  const nonces: string[] = [];
  const stream = {
    send: (bytes: Uint8Array, flushed?: () => void) => {
      const response = decodeDeltaResponse(bytes);
      got.push([kind(response.typeUrl), ...response.resources.map((r) => `+${r.name}`), ...response.removed.map((n) => `-${n}`)].join(" "));
      nonces.push(response.nonce);
      flushed?.();
    },
    end: () => {},
    pause: () => {},
    resume: () => {},
  };
  const handlers = (relay.method.handle as (stream: unknown) => StreamHandlers)(stream);
  return {
    ask: (request) => handlers.message(encodeDeltaRequest(request)),
    got,
    nonces,
    close: () => handlers.closed(undefined),
  };
}

test("Envoy is told nothing before one whole set was received, then all at once", () => {
  const envoy = connectEnvoy();
  envoy.ask({ typeUrl: CLUSTER, subscribe: ["*"] });
  controllerSends(CLUSTER, "1", ["a"], { more: true });
  clock.advance(60_000);
  expect(envoy.got).toEqual([]);
  controllerSends(CLUSTER, "2", ["b"]);
  expect(envoy.got).toEqual(["Cluster +a +b"]);
});

test("a name that is not stored is asked upstream and answered when the controller has answered", () => {
  const envoy = connectEnvoy();
  envoy.ask({ typeUrl: ENDPOINT, subscribe: ["a", "b"] });
  expect(told).toEqual(["ClusterLoadAssignment +a +b"]);
  expect(envoy.got).toEqual([]);
  controllerSends(ENDPOINT, "1", ["a"], { removed: ["b"] });
  expect(envoy.got).toEqual(["ClusterLoadAssignment +a -b"]);
});

test("with the controller away an unknown name is absent at once, with a silent one after three seconds", () => {
  failure = "gone";
  const envoy = connectEnvoy();
  envoy.ask({ typeUrl: ENDPOINT, subscribe: ["a"] });
  expect(envoy.got).toEqual(["ClusterLoadAssignment -a"]);
  envoy.ask({ typeUrl: ENDPOINT, nonce: envoy.nonces[0] ?? "" });
  failure = "";
  envoy.ask({ typeUrl: ENDPOINT, subscribe: ["b"] });
  expect(envoy.got).toHaveLength(1);
  clock.advance(3000);
  expect(envoy.got[1]).toBe("ClusterLoadAssignment -b");
});

test("a type that only a later controller or Envoy knows is acknowledged or answered by «none», and the others go on", () => {
  const foreign = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig";
  const envoy = connectEnvoy();
  controllerSends(foreign, "1", ["x"]);
  expect(told).toEqual(["TypedExtensionConfig 1 ack"]);
  envoy.ask({ typeUrl: foreign, subscribe: ["x"] });
  expect(told.slice(1)).toEqual(["TypedExtensionConfig +x"]);
  controllerSends(foreign, "2", [], { removed: ["x"] });
  controllerSends(CLUSTER, "3", ["a"]);
  envoy.ask({ typeUrl: CLUSTER, subscribe: ["*"] });
  expect(envoy.got).toEqual(["TypedExtensionConfig -x", "Cluster +a"]);
});

test("a lost controller frees the names that waited for it", () => {
  const envoy = connectEnvoy();
  envoy.ask({ typeUrl: ENDPOINT, subscribe: ["a"] });
  failure = "gone";
  relay.lost();
  expect(envoy.got).toEqual(["ClusterLoadAssignment -a"]);
});

test("acknowledged upstream once Envoy took it; without an Envoy as soon as it is stored", () => {
  controllerSends(CLUSTER, "1", ["a"]);
  expect(told).toEqual(["Cluster 1 ack"]);
  const envoy = connectEnvoy();
  envoy.ask({ typeUrl: CLUSTER, subscribe: ["*"] });
  controllerSends(CLUSTER, "2", ["b"]);
  expect(told).toHaveLength(1);
  envoy.ask({ typeUrl: CLUSTER, nonce: envoy.nonces[1] ?? "" });
  expect(told).toEqual(["Cluster 1 ack", "Cluster 2 ack"]);
});

test("the next Envoy is given the same without the controller being asked again, then what it does not want is let go", () => {
  const first = connectEnvoy();
  first.ask({ typeUrl: ENDPOINT, subscribe: ["a", "b"] });
  controllerSends(ENDPOINT, "1", ["a", "b"]);
  first.close();
  told.length = 0;
  const second = connectEnvoy();
  second.ask({ typeUrl: ENDPOINT, subscribe: ["a"] });
  expect(second.got).toEqual(["ClusterLoadAssignment +a"]);
  expect(told).toEqual([]);
  clock.advance(60_000);
  expect(told).toEqual(["ClusterLoadAssignment -b"]);
  expect([...store.names("endpoint")]).toEqual(["a"]);
});

test("a new agent asks for what is on disk, and serves it", () => {
  controllerSends(CLUSTER, "1", ["a"]);
  connectEnvoy().ask({ typeUrl: ENDPOINT, subscribe: ["a"] });
  controllerSends(ENDPOINT, "2", ["a"]);
  store.close();
  open();
  expect(relay.wanted().get(ENDPOINT)?.names).toEqual(new Set(["a"]));
  expect(relay.wanted().get(CLUSTER)?.wildcard).toBe(true);
  const envoy = connectEnvoy();
  envoy.ask({ typeUrl: CLUSTER });
  expect(envoy.got).toEqual(["Cluster +a"]);
});

/** Asks for everything, and answers what comes: `refuse` says which names Envoy does not take. */
function bootEnvoy(refuse: () => readonly string[] = () => [], routes: readonly string[] = []) {
  const envoy = connectEnvoy();
  let answered = 0;
  const answer = (): void => {
    for (; answered < envoy.got.length; answered++) {
      const [type = "", ...names] = envoy.got[answered]?.split(" ") ?? [];
      const typeUrl = [CLUSTER, LISTENER, ROUTE].find((url) => kind(url) === type) ?? "";
      const bad = names.map((name) => name.slice(1)).filter((name) => refuse().includes(name));
      const error = bad.length > 0 ? { code: 13, message: bad.map((name) => `${name}: no`).join(", ") } : undefined;
      envoy.ask({ typeUrl, nonce: envoy.nonces[answered] ?? "", ...(error && { error }) });
    }
  };
  envoy.ask({ typeUrl: CLUSTER });
  envoy.ask({ typeUrl: LISTENER });
  if (routes.length > 0) envoy.ask({ typeUrl: ROUTE, subscribe: [...routes] });
  answer();
  return { ...envoy, answer };
}

const missing = (): string => [...relay.missing()].map(([type, names]) => [type, ...names].join(" ")).join(", ");

test("the first configuration is whole when all of it was taken, however many responses it fills", () => {
  controllerSends(CLUSTER, "1", ["a"]);
  const body = Buffer.alloc(200_000);
  const listeners = ["x", "y", "z"].map((name) => encodeResource(name, LISTENER, body));
  relay.received({ typeUrl: LISTENER, nonce: "2", resources: listeners, removed: [], more: false });
  const envoy = connectEnvoy();
  expect(missing()).toBe("cluster, listener");
  envoy.ask({ typeUrl: CLUSTER });
  envoy.ask({ typeUrl: CLUSTER, nonce: envoy.nonces[0] ?? "" });
  envoy.ask({ typeUrl: LISTENER });
  const seen: string[] = [];
  for (let index = 1; index < envoy.nonces.length; index++) {
    seen.push(missing());
    envoy.ask({ typeUrl: LISTENER, nonce: envoy.nonces[index] ?? "" });
  }
  expect(seen).toEqual(["listener x y z", "listener y z", "listener z"]);
  expect(missing()).toBe("");
});

test("none at all is whole too, once Envoy has said so", () => {
  controllerSends(CLUSTER, "1", []);
  controllerSends(LISTENER, "2", []);
  expect(missing()).toBe("cluster, listener");
  bootEnvoy();
  expect(missing()).toBe("");
});

test("what was refused of the first configuration stays missing whatever else is taken, until it is mended or gone", () => {
  controllerSends(CLUSTER, "1", ["a"]);
  controllerSends(LISTENER, "2", ["x", "y", "z"]);
  let bad = ["x", "y"];
  const envoy = bootEnvoy(() => bad);
  expect(missing()).toBe("listener x y");
  controllerSends(LISTENER, "3", ["other"]);
  envoy.answer();
  expect(missing()).toBe("listener x y");
  controllerSends(LISTENER, "4", [], { removed: ["y"] });
  envoy.answer();
  expect(missing()).toBe("listener x");
  bad = [];
  controllerSends(LISTENER, "5", ["x"]);
  envoy.answer();
  expect(missing()).toBe("");
});

test("what is refused after a whole configuration is not missing, also not to the next Envoy and agent", () => {
  controllerSends(CLUSTER, "1", ["a"]);
  controllerSends(LISTENER, "2", ["x"]);
  const envoy = bootEnvoy(() => ["bad"]);
  controllerSends(LISTENER, "3", ["bad"]);
  envoy.answer();
  expect(relay.rejections()).toMatchObject([{ name: "bad" }]);
  expect(missing()).toBe("");
  envoy.close();
  store.close();
  open();
  bootEnvoy();
  expect(missing()).toBe("");
});

test("a first configuration that was refused is missing to the next Envoy and the next agent, which are not served it", () => {
  controllerSends(CLUSTER, "1", ["a"]);
  controllerSends(LISTENER, "2", ["x", "bad"]);
  const first = bootEnvoy(() => ["bad"]);
  first.close();
  relay.envoyRestarted();
  const second = bootEnvoy();
  expect(second.got).toContain("Listener +x");
  expect(missing()).toBe("listener bad");
  second.close();
  store.close();
  open();
  bootEnvoy();
  expect(missing()).toBe("listener bad");
});

test("a route that Envoy refuses before anything of it was taken is missing", () => {
  controllerSends(CLUSTER, "1", ["a"]);
  controllerSends(LISTENER, "2", ["x"]);
  connectEnvoy().ask({ typeUrl: ROUTE, subscribe: ["r"] });
  controllerSends(ROUTE, "3", ["r"]);
  relay.envoyRestarted();
  let bad = ["r"];
  const envoy = bootEnvoy(() => bad, ["r"]);
  expect(missing()).toBe("route r");
  bad = [];
  controllerSends(ROUTE, "4", ["r"]);
  envoy.answer();
  expect(missing()).toBe("");
});

test("a route that the controller has yet to answer is missing; one that there is not, is not", () => {
  controllerSends(CLUSTER, "1", ["a"]);
  controllerSends(LISTENER, "2", ["x"]);
  const envoy = connectEnvoy();
  envoy.ask({ typeUrl: ROUTE, subscribe: ["r", "s"] });
  const other = bootEnvoy();
  expect(missing()).toBe("route r s");
  controllerSends(ROUTE, "3", ["r"], { removed: ["s"] });
  expect(missing()).toBe("route r");
  envoy.ask({ typeUrl: ROUTE, nonce: envoy.nonces[0] ?? "" });
  expect(missing()).toBe("");
  other.close();
});

test("an Envoy that never had the last good version is given it when it refuses a newer one", () => {
  controllerSends(CLUSTER, "1", ["a"]);
  controllerSends(LISTENER, "2", ["x"]);
  bootEnvoy().close();
  controllerSends(LISTENER, "3", ["x"]);
  relay.envoyRestarted();
  const envoy = connectEnvoy();
  envoy.ask({ typeUrl: CLUSTER });
  envoy.ask({ typeUrl: CLUSTER, nonce: envoy.nonces[0] ?? "" });
  envoy.ask({ typeUrl: LISTENER });
  envoy.ask({ typeUrl: LISTENER, nonce: envoy.nonces[1] ?? "", error: { code: 13, message: "x: no" } });
  expect(envoy.got).toEqual(["Cluster +a", "Listener +x", "Listener +x"]);
  expect(missing()).toBe("listener x");
  envoy.ask({ typeUrl: LISTENER, nonce: envoy.nonces[2] ?? "" });
  expect(missing()).toBe("");
  envoy.ask({ typeUrl: LISTENER, nonce: envoy.nonces[2] ?? "", error: { code: 13, message: "x: no" } });
  expect(envoy.got).toHaveLength(3);
});

test("an Envoy whose stream broke says what it holds, which counts as taken", () => {
  controllerSends(CLUSTER, "1", ["a"]);
  controllerSends(LISTENER, "2", ["x"]);
  const first = connectEnvoy();
  first.ask({ typeUrl: CLUSTER });
  first.ask({ typeUrl: CLUSTER, nonce: first.nonces[0] ?? "" });
  first.ask({ typeUrl: LISTENER });
  first.close();
  expect(missing()).toBe("listener x");
  const version = store.get("listener", "x")?.version ?? "";
  connectEnvoy().ask({ typeUrl: LISTENER, initialVersions: new Map([["x", version]]) });
  expect(missing()).toBe("");
});

function restart(names: boolean): void {
  store.close();
  wantsNames = names;
  open();
}
const wishes = (): readonly string[] => [...relay.wanted()].map(([typeUrl, { wildcard }]) => `${kind(typeUrl)}${wildcard ? " *" : ""}`);

test("names are asked for where the agent answers DNS queries, all of them and after all else; nowhere else", () => {
  expect(wishes().filter((wish) => wish.startsWith("DnsVirtualDomain"))).toEqual(["DnsVirtualDomain"]);
  restart(true);
  expect(wishes().at(-1)).toBe("DnsVirtualDomain *");
  expect(relay.wanted().get(DOMAIN)?.names).toEqual(new Set());
});

test("names are acknowledged when they are stored, whatever Envoy does, and no Envoy is sent them or has to take them", () => {
  restart(true);
  controllerSends(CLUSTER, "1", []);
  controllerSends(LISTENER, "2", []);
  const envoy = bootEnvoy();
  told.length = 0;
  controllerSends(DOMAIN, "3", ["db.internal", "*.example.com"]);
  expect(told).toEqual(["DnsVirtualDomain 3 ack"]);
  expect(envoy.got.filter((sent) => sent.startsWith("DnsVirtualDomain"))).toEqual([]);
  expect(missing()).toBe("");
  relay.envoyRestarted();
  expect(missing()).toBe("cluster, listener");
});

test("names stay when what Envoy no longer asks for goes, and when the agent or Envoy starts anew", () => {
  restart(true);
  controllerSends(DOMAIN, "1", ["db.internal"]);
  connectEnvoy().close();
  connectEnvoy();
  told.length = 0;
  clock.advance(60_000);
  expect(told).toEqual([]);
  restart(true);
  expect([...store.names("domain")]).toEqual(["db.internal"]);
  expect([...store.table("domain").versions().keys()]).toEqual(["db.internal"]);
  controllerSends(DOMAIN, "2", [], { removed: ["db.internal"] });
  expect([...store.names("domain")]).toEqual([]);
});

test("names on disk of an agent that answers no more are neither asked for nor told to the controller one by one", () => {
  restart(true);
  controllerSends(DOMAIN, "1", ["db.internal"]);
  restart(false);
  expect(relay.wanted().get(DOMAIN)).toMatchObject({ wildcard: false, names: new Set() });
  connectEnvoy();
  told.length = 0;
  clock.advance(60_000);
  expect(told).toEqual([]);
});

test("an Envoy that asks for a name after all takes none away by letting go of it", () => {
  restart(true);
  controllerSends(DOMAIN, "1", ["db.internal"]);
  const envoy = connectEnvoy();
  envoy.ask({ typeUrl: DOMAIN, subscribe: ["db.internal"] });
  envoy.ask({ typeUrl: DOMAIN, unsubscribe: ["db.internal"] });
  clock.advance(60_000);
  expect([...store.names("domain")]).toEqual(["db.internal"]);
});

test("that a name went is not remembered: names come and go without end, and an Envoy that asks for one waits as for any other", () => {
  restart(true);
  controllerSends(DOMAIN, "1", ["db.internal"]);
  controllerSends(DOMAIN, "2", [], { removed: ["db.internal"] });
  const envoy = connectEnvoy();
  envoy.ask({ typeUrl: DOMAIN, subscribe: ["db.internal"] });
  expect(envoy.got).toEqual([]);
  clock.advance(3000);
  expect(envoy.got).toEqual(["DnsVirtualDomain -db.internal"]);
});

/** What the controller is told to be held, as `Type name`. */
const claimed = (): readonly string[] =>
  [CLUSTER, LISTENER, DOMAIN, ENDPOINT].flatMap((typeUrl) => [...relay.held(typeUrl).keys()].map((name) => `${kind(typeUrl)} ${name}`));

test("of a set that broke off the controller is told nothing to be held, so that it says when all is there; of others all is", () => {
  restart(true);
  for (const typeUrl of [CLUSTER, LISTENER, DOMAIN, ENDPOINT]) controllerSends(typeUrl, "1", ["a", "b"], { more: true });
  expect(claimed()).toEqual(["ClusterLoadAssignment a", "ClusterLoadAssignment b"]);
  relay.lost();
  restart(true);
  expect(claimed()).toEqual(["ClusterLoadAssignment a", "ClusterLoadAssignment b"]);
  for (const typeUrl of [CLUSTER, LISTENER, DOMAIN]) controllerSends(typeUrl, "1", ["a"]);
  expect(store.table("domain").isComplete()).toBe(true);
  restart(true);
  expect(claimed()).toEqual(["Cluster a", "Listener a", "DnsVirtualDomain a", "ClusterLoadAssignment a", "ClusterLoadAssignment b"]);
  expect(relay.held("invented/later").size).toBe(0);
});

test("what is on disk of a set that broke off, and is not in the whole one, goes with its last response", () => {
  restart(true);
  controllerSends(DOMAIN, "1", ["a", "gone"], { more: true });
  relay.lost();
  controllerSends(DOMAIN, "1", ["b", "back"], { more: true });
  controllerSends(DOMAIN, "2", [], { removed: ["back"], more: true });
  expect([...store.names("domain")]).toEqual(["a", "gone", "b"]);
  controllerSends(DOMAIN, "3", ["a"]);
  expect([...store.names("domain")]).toEqual(["a", "b"]);
  controllerSends(DOMAIN, "4", ["c"]);
  expect([...store.names("domain")], "no first set any more").toEqual(["a", "b", "c"]);
});

test.each([false, true])("of a name that changes again and again only the last version is kept; started anew: %s", (anew) => {
  restart(true);
  const versions = [1, 2, 3].map((round) => encodeResource("db.internal", DOMAIN, Buffer.alloc(100_000, round)));
  for (const version of versions) {
    relay.received({ typeUrl: DOMAIN, nonce: version.version, resources: [version], removed: [], more: false });
  }
  if (anew) restart(true);
  // The next change of any name finds that two thirds of the file are dead.
  controllerSends(DOMAIN, "4", ["other.internal"]);
  expect(store.table("domain").fileBytes()).toBeLessThan(150_000);
  expect(store.get("domain", "db.internal")?.version).toBe(versions[2]?.version);
});

test("bytes that are no request end the stream and nothing else", () => {
  const handlers = (relay.method.handle as (stream: unknown) => StreamHandlers)({ end: () => told.push("ended"), send: () => {} });
  handlers.message(Uint8Array.of(0xff, 0xff, 0xff));
  expect(told).toEqual(["ended"]);
});
