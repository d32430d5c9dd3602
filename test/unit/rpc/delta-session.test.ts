import { describe, expect, test } from "vitest";
import { encodeResource } from "../../../src/rpc/delta-encoding.ts";
import type { DeltaRequest } from "../../../src/rpc/delta-request.ts";
import { createDeltaSession, type DeltaSession } from "../../../src/rpc/delta-session.ts";
import { type EncodedResource, TYPE_URLS } from "../../../src/rpc/resource.ts";

interface World {
  readonly session: DeltaSession;
  readonly content: Map<string, EncodedResource>;
  set(name: string, text: string): void;
  remove(name: string): void;
  ask(request: Partial<DeltaRequest>): ReturnType<DeltaSession["request"]>;
  /** Everything it has to say, each response acknowledged; as `+a`, `-b`, and `|` between responses. */
  hear(): string;
}

function world(options: { emptyMeansAll?: boolean; maxResponseBytes?: number } = {}): World {
  const content = new Map<string, EncodedResource>();
  const typeUrl = TYPE_URLS.cluster;
  const source = { names: () => content.keys(), get: (name: string) => content.get(name) };
  const session = createDeltaSession(source, { typeUrl, emptyMeansAll: true, maxInFlight: 1, maxResponseBytes: 1e6, ...options });
  const ask = (request: Partial<DeltaRequest>) =>
    session.request({ typeUrl, subscribe: [], unsubscribe: [], initialVersions: new Map(), nonce: "", ...request });
  const set = (name: string, text: string) => {
    content.set(name, encodeResource(name, typeUrl, new TextEncoder().encode(text)));
    session.changed([name]);
  };
  const remove = (name: string) => {
    content.delete(name);
    session.changed([name]);
  };
  const hear = () => {
    const heard: string[] = [];
    for (let response = say(session); response; response = say(session)) {
      heard.push([...response.resources.map(({ name }) => `+${name}`), ...response.removed.map((name) => `-${name}`)].join(" "));
      ask({ nonce: response.nonce });
    }
    return heard.join("|");
  };
  return { session, content, set, remove, ask, hear };
}

const say = (session: DeltaSession) => session.next("upserts") ?? session.next("removals");

test("an empty first subscription means everything, and is answered even when there is nothing", () => {
  const { session, ask, set, hear } = world();
  ask({});
  expect(session.next("upserts")).toMatchObject({ resources: [], removed: [], nonce: "1", more: false });
  ask({ nonce: "1" });
  set("a", "1");
  expect(hear()).toBe("+a");
  expect(hear()).toBe("");
});

test("an empty first subscription of another type means nothing", () => {
  const { ask, set, hear, session } = world({ emptyMeansAll: false });
  set("a", "1");
  ask({});
  expect(hear()).toBe("");
  expect(session.pending("upserts")).toBe(false);
});

test("an unknown name is answered as removed at once, and sent when it comes", () => {
  const { ask, set, hear } = world();
  ask({ subscribe: ["x"] });
  expect(hear()).toBe("-x");
  set("x", "1");
  expect(hear()).toBe("+x");
});

test("who comes back with the versions it holds is sent what differs and what is gone", () => {
  const { ask, set, hear, content } = world();
  set("same", "1");
  set("new", "1");
  set("changed", "2");
  const same = content.get("same")?.version ?? "";
  ask({
    initialVersions: new Map([
      ["same", same],
      ["changed", "old"],
      ["gone", "old"],
    ]),
  });
  expect(hear()).toBe("+new +changed|-gone");
});

test("who comes back holding all is sent nothing", () => {
  const { ask, set, hear, content } = world();
  set("a", "1");
  ask({ subscribe: ["a"], initialVersions: new Map([["a", content.get("a")?.version ?? ""]]) });
  expect(hear()).toBe("");
});

test("a name asked for a second time is sent a second time", () => {
  const { ask, set, hear } = world();
  set("a", "1");
  ask({ subscribe: ["a"] });
  expect(hear()).toBe("+a");
  ask({ unsubscribe: ["a"] });
  ask({ subscribe: ["a"] });
  expect(hear()).toBe("+a");
});

test("explicit star, then not any more: only the named ones go on", () => {
  const { ask, set, hear } = world();
  set("a", "1");
  set("b", "1");
  ask({ subscribe: ["*", "a"] });
  expect(hear()).toBe("+a +b");
  ask({ unsubscribe: ["*"] });
  set("a", "2");
  set("b", "2");
  expect(hear()).toBe("+a");
});

test("changes while a response is unanswered become one response", () => {
  const { session, ask, set, hear } = world();
  ask({});
  const first = session.next("upserts");
  for (const text of ["1", "2", "3"]) {
    set("a", text);
    expect(session.next("upserts")).toBeUndefined();
  }
  ask({ nonce: first?.nonce ?? "" });
  expect(hear()).toBe("+a");
});

test("a rejected resource is told, kept, not sent again, and forgotten when a later one is taken", () => {
  const { session, ask, set, hear } = world();
  set("good", "1");
  set("bad", "1");
  ask({});
  const response = session.next("upserts");
  expect(ask({ nonce: response?.nonce ?? "", error: { code: 13, message: "cluster bad: no" } })).toEqual({
    typeUrl: TYPE_URLS.cluster,
    names: ["bad"],
    message: "cluster bad: no",
  });
  expect(session.status().rejected).toEqual(new Map([["bad", "cluster bad: no"]]));
  expect(hear()).toBe("");
  set("bad", "2");
  expect(hear()).toBe("+bad");
  expect(session.status().rejected.size).toBe(0);
});

test("an error that names nothing of the response, or only a part of a name, counts against all of it", () => {
  const { session, ask, set } = world();
  set("80", "1");
  set("8080", "1");
  ask({});
  const response = session.next("upserts");
  const error = { code: 13, message: "route: unknown cluster 'outbound|80||x'" };
  expect(ask({ nonce: response?.nonce ?? "", error })).toMatchObject({ names: ["80", "8080"] });
});

test("an error that comes after its response was acknowledged counts against the resource it names", () => {
  const { session, ask, set, hear } = world();
  set("good", "1");
  set("bad", "1");
  ask({});
  expect(hear()).toBe("+good +bad");
  expect(ask({ nonce: "1", error: { code: 13, message: "cluster bad: no" } })).toMatchObject({ names: ["bad"] });
  expect(session.status().rejected).toEqual(new Map([["bad", "cluster bad: no"]]));
  set("bad", "2");
  expect(hear()).toBe("+bad");
  expect(session.status().rejected.size).toBe(0);
});

test("a stale nonce changes nothing", () => {
  const { session, ask, set } = world();
  set("a", "1");
  ask({});
  session.next("upserts");
  expect(ask({ nonce: "of-another-stream", error: { code: 13, message: "no" } })).toBeUndefined();
  expect(session.inFlight()).toBe(1);
});

test("what does not fit goes into the next response, which says when it is whole", () => {
  const { session, ask, set } = world({ maxResponseBytes: 400 });
  for (const name of ["a", "b", "c"]) set(name, "x".repeat(80));
  ask({});
  const parts = [];
  for (let response = session.next("upserts"); response; response = session.next("upserts")) {
    parts.push([response.resources.length, response.more]);
    ask({ nonce: response.nonce });
  }
  expect(parts).toEqual([
    [2, true],
    [1, false],
  ]);
});

test("«more» is closed though what was to follow is gone", () => {
  const { session, ask, set, content } = world({ maxResponseBytes: 200 });
  for (const name of ["a", "b"]) set(name, "x".repeat(80));
  ask({});
  const first = session.next("upserts");
  expect(first?.more).toBe(true);
  content.delete("b");
  session.changed(["b"]);
  ask({ nonce: first?.nonce ?? "" });
  expect(session.next("upserts")).toMatchObject({ resources: [], removed: [], more: false });
});

describe("a response whose time is over", () => {
  /** Lets so many names be looked at before the time is over, again for each response. */
  function timed(names: readonly string[], looks: number) {
    const content = new Map(names.map((name) => [name, encodeResource(name, TYPE_URLS.cluster, new TextEncoder().encode(name))]));
    let looked = 0;
    const source = {
      names: () => content.keys(),
      get: (name: string) => {
        looked++;
        return content.get(name);
      },
      isOver: () => looked >= looks,
    };
    const options = { typeUrl: TYPE_URLS.cluster, emptyMeansAll: true, maxInFlight: 9, maxResponseBytes: 1e6 };
    const session = createDeltaSession(source, options);
    const next = () => {
      looked = 0;
      return session.next("upserts");
    };
    const ask = (held: readonly string[]) =>
      session.request({
        ...{ typeUrl: TYPE_URLS.cluster, subscribe: [], unsubscribe: [], nonce: "" },
        initialVersions: new Map(held.map((name) => [name, content.get(name)?.version ?? ""])),
      });
    return { session, next, ask };
  }

  test("goes out with what there is, and says that there is more", () => {
    const { session, next, ask } = timed(["a", "b", "c", "d", "e"], 2);
    ask([]);
    const heard = [next(), next(), next()].map((response) => [response?.resources.map(({ name }) => name).join(""), response?.more]);
    expect(heard).toEqual([
      ["ab", true],
      ["cd", true],
      ["e", false],
    ]);
    expect([next(), session.interrupted(), session.pending("upserts")]).toEqual([undefined, false, false]);
  });

  test("is none where nothing was found to say yet, and the next goes on", () => {
    const { session, next, ask } = timed(["a", "b", "c", "d"], 1);
    ask(["a", "b", "d"]);
    expect([next(), session.interrupted()]).toEqual([undefined, true]);
    expect([next(), session.interrupted()]).toEqual([undefined, true]);
    expect(next()).toMatchObject({ resources: [{ name: "c" }], more: true });
    expect(next()).toMatchObject({ resources: [], more: false });
    expect([next(), session.interrupted()]).toEqual([undefined, false]);
  });

  test("looks at one name at least", () => {
    const { next, ask } = timed(["a", "b"], 0);
    ask([]);
    expect([next(), next()].map((response) => response?.resources.map(({ name }) => name))).toEqual([["a"], ["b"]]);
  });
});
