import { describe, expect, it } from "vitest";
import { ApiError } from "../../../../src/source/kubernetes/api-error.ts";
import { type SmallCluster, smallCluster } from "./small-cluster.ts";

const SERVICE = { ports: [{ name: "http", port: 80 }] };
const routes = (host: string, rest: object = {}) => ({ hosts: [host], http: [{ route: [{ destination: { host } }] }], ...rest });
const KEY = "VirtualService/shop/web";

const told = (cluster: SmallCluster, key = KEY): Record<string, string> =>
  Object.fromEntries((cluster.status(key)?.conditions ?? []).map(({ type, status, reason }) => [type, `${status} ${reason}`]));
const since = (cluster: SmallCluster, type: string): string | undefined =>
  cluster.status(KEY)?.conditions.find((one) => one.type === type)?.lastTransitionTime;
const FINE = { Accepted: "True Valid", ReferencesResolved: "True Resolved", PassedAnalysis: "True NoWarnings" };

describe("the status of an object", () => {
  it("says what is missing, and that it is there once it comes; each is one write", async () => {
    const cluster = smallCluster();
    cluster.put("VirtualService", "shop/web", routes("reviews"));
    const leader = cluster.replica();
    leader.leadership.set(true);
    await cluster.pass(1_000);
    expect(told(cluster)).toEqual({ ...FINE, ReferencesResolved: "False HostMissing" });
    expect(cluster.status(KEY)).toMatchObject({ observedGeneration: 1, conditions: [{ observedGeneration: 1 }, {}, {}] });
    expect(cluster.status(KEY)?.conditions[1]?.message).toContain("reviews.shop.svc.cluster.local");
    expect(leader.requests).toHaveLength(1);
    cluster.put("Service", "shop/reviews", SERVICE);
    await cluster.pass(1_000);
    expect(told(cluster)).toEqual(FINE);
    expect(leader.requests).toHaveLength(2);
    await cluster.pass(5_000);
    expect(leader.requests).toHaveLength(2);
    expect(leader.seen.transitions).toEqual(["Warning HostMissing web", "Normal ReferencesResolved web"]);
  });

  it("is written by server-side apply on the status alone, under our own name", async () => {
    const cluster = smallCluster();
    cluster.put("VirtualService", "shop/web", routes("reviews"));
    const leader = cluster.replica();
    leader.leadership.set(true);
    await cluster.pass(1_000);
    const [request] = leader.requests;
    expect(request).toMatchObject({
      method: "PATCH",
      contentType: "application/apply-patch+yaml",
      query: { fieldManager: "fairlead-status" },
    });
    expect(request?.path).toBe("/apis/networking.istio.io/v1/namespaces/shop/virtualservices/web/status");
    expect(Object.keys(request?.body as object).sort()).toEqual(["apiVersion", "kind", "metadata", "status"]);
  });

  it("keeps the time of a transition while only its words change", async () => {
    const cluster = smallCluster();
    cluster.put("VirtualService", "shop/web", routes("reviews"));
    cluster.replica().leadership.set(true);
    await cluster.pass(1_000);
    const before = { missing: since(cluster, "ReferencesResolved"), accepted: since(cluster, "Accepted") };
    await cluster.pass(60_000);
    cluster.put("VirtualService", "shop/web", routes("ratings"));
    await cluster.pass(1_000);
    expect(cluster.status(KEY)?.conditions[1]?.message).toContain("ratings");
    expect(cluster.status(KEY)?.conditions.map((one) => one.observedGeneration)).toEqual([2, 2, 2]);
    expect(since(cluster, "ReferencesResolved")).toBe(before.missing);
    cluster.put("Service", "shop/ratings", SERVICE);
    await cluster.pass(1_000);
    expect(since(cluster, "ReferencesResolved")).not.toBe(before.missing);
    expect(since(cluster, "Accepted")).toBe(before.accepted);
  });

  it("tells why an object is not accepted, that cannot be read or breaks a rule", async () => {
    const cluster = smallCluster();
    cluster.put("VirtualService", "shop/web", { hosts: 7 });
    cluster.put("VirtualService", "shop/rule", { hosts: ["a.example.com"], http: [{}] });
    const leader = cluster.replica();
    leader.leadership.set(true);
    await cluster.pass(1_000);
    const unknown = { ReferencesResolved: "Unknown NotAccepted", PassedAnalysis: "Unknown NotAccepted" };
    expect(told(cluster)).toEqual({ Accepted: "False Invalid", ...unknown });
    expect(cluster.status(KEY)?.conditions[0]?.message).toMatch(/^spec\.hosts: .*FL0102/);
    expect(told(cluster, "VirtualService/shop/rule")).toEqual({ Accepted: "False Invalid", ...unknown });
    cluster.put("VirtualService", "shop/web", routes("reviews"));
    await cluster.pass(1_000);
    expect(told(cluster)).toMatchObject({ Accepted: "True Valid" });
    expect(leader.seen.transitions.filter((line) => line.endsWith(" web"))).toEqual([
      "Warning Invalid web",
      "Normal Accepted web",
      "Warning HostMissing web",
    ]);
  });

  it("is mended when someone wipes it, without an Event for what was so before", async () => {
    const cluster = smallCluster();
    cluster.put("Service", "shop/reviews", SERVICE);
    cluster.put("VirtualService", "shop/web", routes("reviews"));
    const leader = cluster.replica();
    leader.leadership.set(true);
    await cluster.pass(1_000);
    cluster.putStatus(KEY, {});
    await cluster.pass(1_000);
    expect(told(cluster)).toEqual(FINE);
    expect(leader.seen.transitions).toEqual([]);
  });
});

describe("who writes", () => {
  it("is the leader alone, and the next one does not write again what is right", async () => {
    const cluster = smallCluster();
    cluster.put("VirtualService", "shop/web", routes("reviews"));
    const [one, two] = [cluster.replica(), cluster.replica()];
    one.leadership.set(true);
    await cluster.pass(1_000);
    cluster.put("Service", "shop/reviews", SERVICE);
    await cluster.pass(1_000);
    expect([one.requests.length, two.requests.length]).toEqual([2, 0]);
    one.leadership.set(false);
    two.leadership.set(true);
    await cluster.pass(5_000);
    expect([one.requests.length, two.requests.length]).toEqual([2, 0]);
    cluster.remove("Service/shop/reviews");
    await cluster.pass(1_000);
    expect([one.requests.length, two.requests.length]).toEqual([2, 1]);
    expect(two.seen.transitions).toEqual(["Warning HostMissing web"]);
  });

  it("judges again only what a change concerns", async () => {
    const cluster = smallCluster();
    for (let i = 0; i < 50; i++) cluster.put("VirtualService", `shop/vs-${i}`, routes(`svc-${i}`));
    const leader = cluster.replica();
    leader.leadership.set(true);
    await cluster.pass(5_000);
    expect(leader.requests).toHaveLength(50);
    leader.seen.judged.length = 0;
    cluster.put("Service", "shop/svc-7", SERVICE);
    await cluster.pass(1_000);
    expect(new Set(leader.seen.judged)).toEqual(new Set(["vs-7"]));
    expect(leader.requests).toHaveLength(51);
    leader.seen.judged.length = 0;
    cluster.put("Service", "shop/other", SERVICE);
    await cluster.pass(1_000);
    expect(leader.seen.judged).toEqual([]);
  });

  it("never writes more than four at once, nor more than fifty a second for long", async () => {
    const cluster = smallCluster();
    for (let i = 0; i < 300; i++) cluster.put("VirtualService", `shop/vs-${i}`, routes(`svc-${i}`));
    let [inFlight, most] = [0, 0];
    const leader = cluster.replica(async () => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight--;
    });
    leader.leadership.set(true);
    await cluster.pass(1_500);
    expect(leader.requests.length).toBeGreaterThan(50);
    expect(leader.requests.length).toBeLessThanOrEqual(50 + 50 + 5);
    await cluster.pass(6_000);
    expect(leader.requests).toHaveLength(300);
    expect(most).toBe(4);
  });
});

describe("what goes wrong", () => {
  it("leaves to another manager what it holds, and says so once", async () => {
    const cluster = smallCluster();
    cluster.put("VirtualService", "shop/web", routes("reviews"));
    const leader = cluster.replica(() => {
      throw new ApiError(409, { message: 'Apply failed with 1 conflict: conflict with "kubectl": .status.conditions' });
    });
    leader.leadership.set(true);
    await cluster.pass(60_000);
    expect(leader.requests).toHaveLength(1);
    cluster.put("Service", "shop/reviews", SERVICE);
    await cluster.pass(60_000);
    expect(leader.requests).toHaveLength(2);
    expect(leader.seen.lines).toEqual(["another manager holds the conditions of this object, they are left to it"]);
    expect(leader.seen.transitions).toEqual([]);
  });

  it("tries again while the API server is away, tells it once a minute, and writes once", async () => {
    const cluster = smallCluster();
    for (let i = 0; i < 200; i++) cluster.put("VirtualService", `shop/vs-${i}`, routes(`svc-${i}`));
    let away = true;
    const leader = cluster.replica(() => {
      if (away) throw new Error("ECONNREFUSED");
    });
    leader.leadership.set(true);
    await cluster.pass(30_000);
    expect(leader.requests.length, "a server that is away is not stormed").toBeLessThan(150);
    expect(leader.seen.lines).toHaveLength(1);
    away = false;
    const before = leader.requests.length;
    await cluster.pass(60_000);
    expect(leader.requests.length - before).toBe(200);
  });

  it("forgets an object that goes", async () => {
    const cluster = smallCluster();
    cluster.put("VirtualService", "shop/web", routes("reviews"));
    const leader = cluster.replica();
    leader.leadership.set(true);
    cluster.remove(KEY);
    await cluster.pass(5_000);
    expect(leader.requests).toEqual([]);
  });

  it("judges again what was changed while it was written", async () => {
    const cluster = smallCluster();
    cluster.put("VirtualService", "shop/web", routes("reviews"));
    let changed = false;
    const leader = cluster.replica(() => {
      if (!changed) cluster.put("VirtualService", "shop/web", routes("ratings"));
      changed = true;
    });
    leader.leadership.set(true);
    await cluster.pass(600);
    expect(cluster.status(KEY)?.observedGeneration).toBe(1);
    await cluster.pass(1_000);
    expect(leader.requests).toHaveLength(2);
    expect(cluster.status(KEY)?.observedGeneration).toBe(2);
    expect(cluster.status(KEY)?.conditions[1]?.message).toContain("ratings");
    expect(leader.seen.transitions).toEqual(["Warning HostMissing web"]);
  });
});
