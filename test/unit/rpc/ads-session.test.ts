import { expect, test } from "vitest";
import { type AdsSession, createAdsSession } from "../../../src/rpc/ads-session.ts";
import { type DeltaResponse, encodeResource } from "../../../src/rpc/delta-encoding.ts";
import { type EncodedResource, type ResourceType, TYPE_URLS } from "../../../src/rpc/resource.ts";

const TYPES = Object.keys(TYPE_URLS) as ResourceType[];

interface World {
  readonly session: AdsSession;
  ask(type: ResourceType, subscribe?: readonly string[], nonce?: string): void;
  /** `cluster/a=1` sets, `cluster/a` removes; all of them are one change. */
  change(...edits: string[]): void;
  /** Responses until it says no more, as `cluster+a`, `listener-b`; acknowledged one by one if wanted. */
  hear(acknowledge?: boolean): string[];
}

function world(): World {
  const content = new Map<string, EncodedResource>();
  const session = createAdsSession({
    names: (type) => [...content.keys()].filter((key) => key.startsWith(`${type}/`)).map((key) => key.slice(type.length + 1)),
    get: (type, name) => content.get(`${type}/${name}`),
  });
  const ask = (type: ResourceType, subscribe: readonly string[] = [], nonce = "") => {
    session.request({ typeUrl: TYPE_URLS[type], subscribe, unsubscribe: [], initialVersions: new Map(), nonce });
  };
  const change = (...edits: string[]) => {
    const names = new Map<ResourceType, string[]>();
    for (const edit of edits) {
      const [key = "", text] = edit.split("=");
      const [type, name] = key.split("/") as [ResourceType, string];
      names.set(type, [...(names.get(type) ?? []), name]);
      if (text === undefined) content.delete(key);
      else content.set(key, encodeResource(name, TYPE_URLS[type], new TextEncoder().encode(text)));
    }
    session.changed(names);
  };
  const hear = (acknowledge = true) => {
    const heard: string[] = [];
    for (let response = session.next(); response; response = session.next()) {
      const type = TYPES.find((candidate) => TYPE_URLS[candidate] === response?.typeUrl) as ResourceType;
      heard.push(...response.resources.map(({ name }) => `${type}+${name}`), ...response.removed.map((name) => `${type}-${name}`));
      if (acknowledge) ask(type, [], response.nonce);
    }
    return heard;
  };
  return { session, ask, change, hear };
}

function settled(): World {
  const it = world();
  it.change("route/80=1", "listener/l=1", "endpoint/a=1", "cluster/a=1");
  it.ask("cluster");
  it.ask("endpoint", ["a"]);
  it.ask("listener");
  it.ask("route", ["80"]);
  it.hear();
  return it;
}

test("one change goes out clusters first, routes last, whatever order it came in", () => {
  const { change, hear } = settled();
  change("route/80=2", "listener/l=2", "endpoint/a=2", "cluster/a=2", "cluster/b=1");
  expect(hear()).toEqual(["cluster+a", "cluster+b", "endpoint+a", "listener+l", "route+80"]);
});

test("a changed cluster takes its endpoints along, though they did not change", () => {
  const { change, hear } = settled();
  change("cluster/a=2");
  expect(hear(false)).toEqual(["cluster+a", "endpoint+a"]);
});

test("a cluster that goes, goes after what led to it was acknowledged", () => {
  const { session, change, hear, ask } = settled();
  change("cluster/a", "route/80=2");
  expect(hear(false)).toEqual(["route+80"]);
  expect(session.settled()).toBe(false);
  ask("route", [], "2");
  expect(hear()).toEqual(["cluster-a"]);
  expect(session.settled()).toBe(true);
});

test("routes wait for clusters to be warm, until the patience of the owner ends", () => {
  const { session, change, hear, ask } = settled();
  change("cluster/b=1", "route/80=2");
  expect(hear(false)).toEqual(["cluster+b"]);
  expect(session.holding()).toBe(true);
  ask("cluster", [], "2");
  expect(hear(false)).toEqual(["route+80"]);
  ask("route", [], "2");
  change("cluster/b=2", "route/80=3");
  expect(hear(false)).toEqual(["cluster+b"]);
  session.release();
  expect(hear(false)).toEqual(["route+80"]);
});

test("a slow cluster does not stop the next", () => {
  const { change, hear } = settled();
  change("cluster/slow=1");
  expect(hear(false)).toEqual(["cluster+slow"]);
  change("cluster/next=1");
  expect(hear(false)).toEqual(["cluster+next"]);
});

test("a type nobody knows is answered with nothing, not with silence, and only so many of them", () => {
  const { session } = world();
  for (let i = 0; i < 100; i++) {
    session.request({ typeUrl: `invented/${i}`, subscribe: ["x"], unsubscribe: [], initialVersions: new Map(), nonce: "" });
  }
  expect(session.next()).toMatchObject({ typeUrl: "invented/0", removed: ["x"] });
  expect(session.status().size).toBeLessThan(30);
});

test("what a client still holds of a type nobody knows is gone: it is told so behind the removals that wait for nothing", () => {
  const { session, change, hear } = settled();
  const typeUrl = "invented/later";
  change("cluster/a", "listener/l");
  const initialVersions = new Map([
    ["x", "1"],
    ["y", "2"],
  ]);
  session.request({ typeUrl, subscribe: ["*"], unsubscribe: [], initialVersions, nonce: "" });
  expect(session.settled()).toBe(false);
  const heard: (DeltaResponse | undefined)[] = [session.next(), session.next(), session.next()];
  expect(heard.map((response) => response?.removed)).toEqual([["l"], ["x", "y"], undefined]);
  expect(heard[1]).toMatchObject({ typeUrl, resources: [], more: false });
  session.request({ typeUrl, subscribe: [], unsubscribe: [], initialVersions: new Map(), nonce: heard[1]?.nonce ?? "" });
  session.request({ typeUrl: TYPE_URLS.listener, subscribe: [], unsubscribe: [], initialVersions: new Map(), nonce: "2" });
  expect(hear()).toEqual(["cluster-a"]);
  expect(session.settled()).toBe(true);
});

test("however much a client holds of a type nobody knows, no response grows beyond bounds, and the last says that it is the last", () => {
  const { session } = world();
  const typeUrl = "invented/later";
  const names = Array.from({ length: 6000 }, (_, index) => `${index}.${"x".repeat(100)}`);
  const initialVersions = new Map(names.map((name) => [name, "1"]));
  session.request({ typeUrl, subscribe: ["*"], unsubscribe: [], initialVersions, nonce: "" });
  const heard: DeltaResponse[] = [];
  for (let response = session.next(); response; response = session.next()) {
    heard.push(response);
    session.request({ typeUrl, subscribe: [], unsubscribe: [], initialVersions: new Map(), nonce: response.nonce });
  }
  expect(heard.map(({ more }) => more)).toEqual([true, true, false]);
  expect(heard.flatMap(({ removed }) => removed)).toEqual(names);
});

test("a name is told after listeners and routes, without waiting for their answers, and taken back before them", () => {
  const { change, hear, ask } = settled();
  ask("domain", ["*"]);
  expect(hear()).toEqual([]);
  change("domain/db=1", "listener/db=1", "route/80=2");
  expect(hear(false)).toEqual(["listener+db", "route+80", "domain+db"]);
  ask("listener", [], "2");
  ask("route", [], "2");
  ask("domain", [], "2");
  change("listener/db", "domain/db");
  expect(hear(false)).toEqual(["domain-db", "listener-db"]);
});

test("listeners that change again and again before their answer is there hold up neither names nor what goes", () => {
  const { session, change, hear, ask } = settled();
  ask("domain", ["*"]);
  hear();
  change("listener/l=2");
  expect(hear(false)).toEqual(["listener+l"]);
  change("domain/db=1", "domain/old=1", "listener/l=3");
  ask("listener", [], "2");
  expect(hear(false)).toEqual(["listener+l", "domain+db", "domain+old"]);
  ask("domain", [], "2");
  change("domain/old", "listener/l=4");
  ask("listener", [], "3");
  expect(hear(false)).toEqual(["listener+l", "domain-old"]);
  expect(session.settled()).toBe(false);
});
