import { describe, expect, it, test } from "vitest";
import type { GivenAddress, ObjectKey } from "../../../../src/api/object.ts";
import { ApiError } from "../../../../src/source/kubernetes/api-error.ts";
import { INSISTENCE_MS, MOST_WRITES } from "../../../../src/status/addresses/insistence.ts";
import { familyOf } from "../../../../src/status/addresses/ranges.ts";
import { REST_MS } from "../../../../src/status/addresses/rests.ts";
import { settled } from "../fake-api.ts";
import { type AddressCluster, addressCluster } from "./address-cluster.ts";

const OFF = { "networking.istio.io/enable-autoallocate-ip": "false" };
const pair = (host: string, last: number): readonly GivenAddress[] => [
  { value: `240.240.0.${last}`, host },
  { value: `2001:2::${last}`, host },
];

async function led(...names: readonly string[]) {
  const cluster = addressCluster();
  for (const name of names) cluster.put(name);
  const leader = cluster.replica();
  leader.leadership.set(true);
  await cluster.pass(1_000);
  return { cluster, leader };
}

describe("the leader", () => {
  it("writes an entry's addresses by server-side apply, on the status alone, under a name of its own, and once", async () => {
    const { cluster, leader } = await led("shop/a");
    expect(leader.requests).toHaveLength(1);
    const [request] = leader.requests;
    expect(request).toMatchObject({
      method: "PATCH",
      path: "/apis/networking.istio.io/v1/namespaces/shop/serviceentries/a/status",
      contentType: "application/apply-patch+yaml",
      query: { fieldManager: "fairlead-addresses" },
      body: {
        metadata: { namespace: "shop", name: "a", uid: expect.any(String), resourceVersion: expect.any(String) },
        status: { addresses: cluster.of("shop/a") },
      },
    });
    expect(request?.query).not.toHaveProperty("force");
    expect(Object.keys((request?.body as { status?: object } | undefined)?.status ?? {})).toEqual(["addresses"]);
    expect(cluster.of("shop/a").map(({ value, host }) => [familyOf(value), host])).toEqual([
      [4, "a.example.com"],
      [6, "a.example.com"],
    ]);
    cluster.touch("shop/a");
    await cluster.pass(5_000);
    expect(leader.requests).toHaveLength(1);
    expect(leader.seen.results).toEqual(["written"]);
  });

  test.each<[string, object, Readonly<Record<string, string>>]>([
    ["with addresses of its own", { addresses: ["10.0.0.1"] }, {}],
    ["with the label", {}, OFF],
    ["with resolution NONE", { resolution: "NONE" }, {}],
    ["without hosts that are whole names", { hosts: ["*.example.com"] }, {}],
  ])("gives an entry %s none, and takes away what it had", async (_, spec, labels) => {
    const { cluster, leader } = await led("shop/a");
    const before = cluster.of("shop/a");
    cluster.put("shop/a", spec, labels);
    cluster.put("shop/never", spec, labels);
    await cluster.pass(1_000);
    expect([cluster.of("shop/a"), cluster.holders("shop/a"), cluster.of("shop/never")]).toEqual([[], [], []]);
    expect(leader.requests.at(-1)?.body).not.toHaveProperty("status");
    await cluster.pass(5_000);
    expect(leader.requests).toHaveLength(2);
    cluster.put("shop/a");
    await cluster.pass(1_000);
    expect(cluster.of("shop/a")).toEqual(before);
  });

  it("gives an entry that comes again the same ones, and mends a status that someone wiped", async () => {
    const { cluster, leader } = await led("shop/a", "shop/b");
    const before = [cluster.of("shop/a"), cluster.of("shop/b")];
    cluster.remove("shop/a");
    await cluster.pass(REST_MS - 60_000);
    cluster.put("shop/a");
    cluster.putAddresses("shop/b", []);
    await cluster.pass(1_000);
    expect([cluster.of("shop/a"), cluster.of("shop/b")]).toEqual(before);
    expect(leader.requests).toHaveLength(4);
  });

  it("does work for the entry that changed, and for no other", async () => {
    const { cluster, leader } = await led(...Array.from({ length: 40 }, (_, i) => `shop/e${i}`));
    expect(leader.requests).toHaveLength(40);
    let allotted = 0;
    const { allot } = leader.entries;
    Object.assign(leader.entries, {
      allot: (key: Parameters<typeof allot>[0]) => {
        allotted++;
        return allot(key);
      },
    });
    cluster.put("shop/e7", { hosts: ["e7.example.com", "more.example.com"] });
    await cluster.pass(2_000);
    expect(leader.requests).toHaveLength(41);
    // As it is changed, as it is written, and as the watch tells it.
    expect(allotted).toBeGreaterThan(0);
    expect(allotted).toBeLessThanOrEqual(3);
  });

  it("that no longer leads looks at nothing", async () => {
    const { cluster, leader } = await led("shop/a");
    leader.leadership.set(false);
    await cluster.pass(1_000);
    const planned = cluster.clock.planned();
    cluster.put("shop/a", { hosts: ["b.example.com"] });
    await settled();
    expect([cluster.clock.planned(), leader.requests.length]).toEqual([planned, 1]);
  });

  it("alone writes; the next one writes nothing that is right, and gives nobody's address to another", async () => {
    const { cluster, leader } = await led("shop/a", "shop/b");
    const next = cluster.replica();
    await cluster.pass(1_000);
    leader.leadership.set(false);
    next.leadership.set(true);
    await cluster.pass(5_000);
    expect([leader.requests.length, next.requests.length]).toEqual([2, 0]);
    cluster.put("shop/c");
    await cluster.pass(1_000);
    expect([leader.requests.length, next.requests.length]).toEqual([2, 1]);
    expect(new Set(["a", "b", "c"].flatMap((name) => cluster.of(`shop/${name}`).map(({ value }) => value))).size).toBe(6);
  });

  it("does not write over what the one before wrote last, though the watch has not told it yet", async () => {
    const { cluster, leader } = await led("shop/a");
    const next = cluster.replica(() => cluster.applyAddresses("shop/b", pair("b.example.com", 7)));
    leader.leadership.set(false);
    next.leadership.set(true);
    cluster.put("shop/b");
    await cluster.pass(1_000);
    expect(cluster.of("shop/b")).toEqual(pair("b.example.com", 7));
    expect(next.seen.results).toEqual(["gone"]);
  });

  it("knows what was given back while it followed", async () => {
    const { cluster, leader } = await led("shop/a");
    const before = cluster.of("shop/a");
    const next = cluster.replica();
    cluster.remove("shop/a");
    cluster.put("shop/thief", { hosts: ["thief.example.com"] }, OFF);
    cluster.putAddresses("shop/thief", []);
    leader.leadership.set(false);
    next.leadership.set(true);
    cluster.put("shop/a");
    await cluster.pass(1_000);
    expect(cluster.of("shop/a")).toEqual(before);
  });
});

describe("addresses that another manager wrote", () => {
  it("are kept where they are good, and nothing is written", async () => {
    const { cluster, leader } = await led();
    cluster.put("shop/a");
    cluster.putAddresses("shop/a", pair("a.example.com", 7).toReversed());
    cluster.put("shop/off", {}, OFF);
    cluster.putAddresses("shop/off", pair("off.example.com", 8));
    await cluster.pass(5_000);
    expect(cluster.of("shop/a").map(({ value }) => value)).toEqual(["2001:2::7", "240.240.0.7"]);
    expect(cluster.of("shop/off")).toEqual(pair("off.example.com", 8));
    expect(leader.requests).toEqual([]);
  });

  it("are taken over once where something is missing: in the version that was seen, told in the log, good ones kept", async () => {
    const { cluster, leader } = await led();
    cluster.put("shop/a");
    cluster.putAddresses("shop/a", pair("a.example.com", 7));
    await cluster.pass(1_000);
    cluster.put("shop/a", { hosts: ["a.example.com", "more.example.com"] });
    await cluster.pass(1_000);
    expect(cluster.of("shop/a").slice(0, 2)).toEqual(pair("a.example.com", 7));
    expect(
      cluster
        .of("shop/a")
        .slice(2)
        .map(({ host }) => host),
    ).toEqual(["more.example.com", "more.example.com"]);
    expect(cluster.holders("shop/a")).toEqual(["fairlead-addresses"]);
    expect(leader.requests).toHaveLength(1);
    expect(leader.requests[0]?.query).toMatchObject({ force: "true" });
    expect(leader.seen.lines).toEqual([expect.stringMatching(/^ServiceEntry\/shop\/a: the list of addresses was another manager's/)]);
    cluster.put("shop/a", { hosts: ["a.example.com"] });
    await cluster.pass(1_000);
    expect(cluster.of("shop/a")).toEqual(pair("a.example.com", 7));
    expect(leader.requests[1]?.query).not.toHaveProperty("force");
  });

  it("are left to one that writes them again and again, which is told once; a new version of the spec is looked at anew", async () => {
    const { cluster, leader } = await led("shop/a");
    for (let i = 0; i < 5; i++) {
      cluster.putAddresses("shop/a", [{ value: "10.0.0.1", host: "a.example.com" }]);
      await cluster.pass(1_000);
    }
    expect(leader.requests).toHaveLength(2);
    expect(leader.seen.lines.map((line) => /left to it|taken over|ours from now on/.exec(line)?.[0])).toEqual([
      "ours from now on",
      "left to it",
    ]);
    cluster.put("shop/a", { hosts: ["b.example.com"] });
    await cluster.pass(1_000);
    expect(leader.requests).toHaveLength(3);
    expect(cluster.of("shop/a").map(({ host }) => host)).toEqual(["b.example.com", "b.example.com"]);
  });

  it("are left again where a later version of the spec is quarrelled about", async () => {
    const { cluster, leader } = await led("shop/a");
    for (const host of ["b.example.com", "c.example.com"]) {
      cluster.put("shop/a", { hosts: [host] });
      for (let i = 0; i < 4; i++) {
        await cluster.pass(1_000);
        cluster.putAddresses("shop/a", [{ value: "10.0.0.1", host }]);
      }
    }
    await cluster.pass(1_000);
    // Given, given for b, taken over for b, taken over for c.
    expect(leader.requests).toHaveLength(4);
    expect(leader.seen.lines.filter((line) => line.includes("left to it"))).toHaveLength(2);
  });

  it("are another's though the name is ours, where it was not by server-side apply", async () => {
    const { cluster, leader } = await led();
    cluster.put("shop/off", {}, OFF);
    cluster.putAddresses("shop/off", pair("off.example.com", 8), "fairlead-addresses");
    cluster.put("shop/a", { hosts: ["a.example.com", "more.example.com"] });
    cluster.putAddresses("shop/a", pair("a.example.com", 7), "fairlead-addresses");
    await cluster.pass(1_000);
    expect(cluster.of("shop/off")).toEqual(pair("off.example.com", 8));
    expect(leader.requests.map(({ query }) => query)).toEqual([{ fieldManager: "fairlead-addresses", force: "true" }]);
    expect(leader.seen.lines).toEqual([expect.stringContaining("was another manager's")]);
  });

  it("are kept though they come while ours are on their way", async () => {
    const cluster = addressCluster();
    cluster.put("shop/a");
    let [writes, late] = [0, 0];
    const leader = cluster.replica(() => {
      if (writes++ === 0) cluster.putAddresses("shop/a", pair("a.example.com", 7));
      else late++;
    });
    leader.leadership.set(true);
    await cluster.pass(5_000);
    expect(cluster.of("shop/a")).toEqual(pair("a.example.com", 7));
    expect([leader.seen.results, late]).toEqual([["gone"], 0]);
    expect(leader.seen.lines).toEqual([]);
  });

  it("that two objects have stay with the older one, and the other gets new ones", async () => {
    const { cluster, leader } = await led("shop/z");
    const before = cluster.of("shop/z");
    cluster.put("shop/a");
    cluster.putAddresses(
      "shop/a",
      before.map(({ value }) => ({ value, host: "a.example.com" })),
    );
    await cluster.pass(2_000);
    expect(cluster.of("shop/z")).toEqual(before);
    expect(cluster.of("shop/a")).toHaveLength(2);
    for (const { value } of cluster.of("shop/a")) expect(before.map((one) => one.value)).not.toContain(value);
    expect(leader.requests).toHaveLength(2);
  });
});

describe("a list that somebody takes out of the status again and again", () => {
  const clear = async (cluster: AddressCluster, times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      cluster.clear("shop/a");
      await cluster.pass(500);
    }
  };

  it("is mended at once, a few times, and then left for a while, which is told once", async () => {
    const { cluster, leader } = await led("shop/a");
    const before = cluster.of("shop/a");
    await clear(cluster, MOST_WRITES - 1);
    expect(cluster.of("shop/a")).toEqual(before);
    await clear(cluster, 50);
    expect(leader.requests).toHaveLength(MOST_WRITES);
    expect(leader.seen.lines).toEqual([expect.stringMatching(/^ServiceEntry\/shop\/a: something takes the addresses out/)]);
    await cluster.pass(INSISTENCE_MS);
    expect(cluster.of("shop/a")).toEqual(before);
    await clear(cluster, 50);
    expect(leader.requests).toHaveLength(2 * MOST_WRITES);
    expect(leader.seen.lines).toHaveLength(1);
  });

  it("is mended for a new version of the spec, and for an object that is made again", async () => {
    const { cluster, leader } = await led("shop/a");
    await clear(cluster, 10);
    cluster.put("shop/a");
    await clear(cluster, 10);
    expect(leader.requests).toHaveLength(2 * MOST_WRITES);
    leader.remove("ServiceEntry/shop/a" as ObjectKey);
    await cluster.pass(100);
    cluster.touch("shop/a");
    await cluster.pass(500);
    expect(leader.requests).toHaveLength(2 * MOST_WRITES + 1);
    cluster.remove("shop/a");
    cluster.put("shop/a");
    await clear(cluster, 10);
    expect(leader.requests).toHaveLength(3 * MOST_WRITES + 1);
  });

  it("is mended for an object that is made again at once", async () => {
    const { cluster, leader } = await led("shop/a");
    await clear(cluster, 10);
    cluster.remove("shop/a");
    cluster.put("shop/a");
    await cluster.pass(500);
    expect(leader.requests).toHaveLength(MOST_WRITES + 1);
  });

  it("is taken away all the same where the entry is to have none", async () => {
    const { cluster, leader } = await led("shop/a");
    await clear(cluster, MOST_WRITES - 1);
    cluster.label("shop/a", OFF);
    await cluster.pass(500);
    expect([cluster.of("shop/a"), leader.requests.length]).toEqual([[], MOST_WRITES + 1]);
  });

  it("is taken over once from whoever writes it between", async () => {
    const { cluster, leader } = await led("shop/a");
    const others = [{ value: "10.0.0.1", host: "a.example.com" }];
    cluster.putAddresses("shop/a", others);
    await cluster.pass(500);
    await clear(cluster, 1);
    cluster.putAddresses("shop/a", others);
    await cluster.pass(500);
    expect([cluster.of("shop/a"), leader.requests.length]).toEqual([others, 3]);
    await cluster.pass(2 * INSISTENCE_MS);
    expect(leader.requests).toHaveLength(3);
  });

  it("is mended without end where that happens seldom", async () => {
    const { cluster, leader } = await led("shop/a");
    for (let i = 1; i <= 6; i++) {
      cluster.clear("shop/a");
      await cluster.pass(INSISTENCE_MS / 2);
      expect(leader.requests).toHaveLength(i + 1);
    }
    expect(leader.seen.lines).toEqual([]);
  });

  it("is no such list where we took it out ourselves", async () => {
    const { cluster, leader } = await led("shop/a");
    const before = cluster.of("shop/a");
    for (let i = 0; i < 5; i++) {
      cluster.label("shop/a", OFF);
      await cluster.pass(500);
      cluster.label("shop/a", {});
      await cluster.pass(500);
    }
    expect(cluster.of("shop/a")).toEqual(before);
    expect([leader.requests.length, leader.seen.lines]).toEqual([11, []]);
  });
});

describe("what goes wrong", () => {
  it("is a write that is refused: told once", async () => {
    const cluster = addressCluster();
    for (const name of ["shop/a", "shop/b"]) cluster.put(name);
    const leader = cluster.replica(() => {
      throw new ApiError(422, { message: "denied by a webhook" });
    });
    leader.leadership.set(true);
    await cluster.pass(5_000);
    cluster.touch("shop/a");
    await cluster.pass(5_000);
    expect(leader.seen.results).toEqual(["refused", "refused", "refused"]);
    expect(leader.seen.lines).toEqual([": the API server takes no addresses of ours for this kind; apply the CRDs of the chart"]);
  });

  it("is tried again while the API server is away, without a storm, and told once a minute", async () => {
    const cluster = addressCluster();
    for (let i = 0; i < 200; i++) cluster.put(`shop/e${i}`);
    let away = true;
    const leader = cluster.replica(() => {
      if (away) throw new Error("ECONNREFUSED");
    });
    leader.leadership.set(true);
    await cluster.pass(30_000);
    expect(leader.requests.length).toBeLessThan(150);
    expect(leader.seen.lines).toHaveLength(1);
    away = false;
    const before = leader.requests.length;
    await cluster.pass(60_000);
    expect(leader.requests.length - before).toBe(200);
  });

  it("is an object that cannot be read: what it has stays its own, and nothing is written", async () => {
    const { cluster, leader } = await led();
    cluster.put("shop/bad", { hosts: 7 });
    cluster.putAddresses("shop/bad", pair("bad.example.com", 7));
    await cluster.pass(1_000);
    expect(leader.requests).toEqual([]);
    expect(leader.entries.count(4)).toBe(1);
  });

  it("is an object that cannot be read, and that was given addresses when it could be: they stay", async () => {
    const { cluster, leader } = await led();
    cluster.put("shop/bad", { hosts: 7 });
    cluster.applyAddresses("shop/bad", pair("bad.example.com", 7));
    await cluster.pass(1_000);
    expect([cluster.of("shop/bad"), leader.requests.length]).toEqual([pair("bad.example.com", 7), 0]);
  });

  it("is a range without an address: told once, nothing is thrown, and looked at again when some may be free", async () => {
    const cluster = addressCluster();
    const hosts = Array.from({ length: 256 }, (_, i) => `h${i}.example.com`);
    for (let block = 0; block < 256; block++) {
      cluster.put(`shop/all${block}`, { hosts }, OFF);
      cluster.putAddresses(
        `shop/all${block}`,
        hosts.map((host, i) => ({ value: `240.240.${block}.${i}`, host })),
      );
    }
    const leader = cluster.replica();
    cluster.put("shop/a");
    cluster.put("shop/b");
    leader.leadership.set(true);
    await cluster.pass(1_000);
    expect(cluster.of("shop/a").map(({ value }) => familyOf(value))).toEqual([6]);
    expect(leader.seen.lines.filter((line) => line.includes("no automatic address is left"))).toHaveLength(1);
    expect(leader.requests).toHaveLength(2);
    cluster.remove("shop/all9");
    cluster.clock.move(REST_MS);
    await cluster.pass(1_000);
    expect(cluster.of("shop/a").map(({ value }) => familyOf(value))).toEqual([4, 6]);
  });
});
