// Hosts outside the mesh under REGISTRY_ONLY: who is reached, through which cluster, and what is no match. Most calls go to an
// address where nobody is, so what answers was found by name.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../../../src/lab/lab.ts";
import type { RunningPod } from "../../../src/lab/pod-runner.ts";
import { eventually, inApp, proxyConfig, REGISTRY_ONLY, runInjected, sleeper, startMesh } from "../mesh-lab.ts";
import { at, banner, byHost, certificate, get, http, logged, NOWHERE, outside, routes, rule, startTcpServer, tally, to } from "./calls.ts";

const backend = (name: string, port: number, more = {}) => ({ name, kind: "http" as const, address: "203.0.113.10", port, ...more });
const [one, two, three, fails] = [
  backend("one", 8001),
  backend("two", 8002),
  backend("three", 8003),
  backend("fails", 8007, { status: 503 }),
] as const;
const named = ["dns1", "dns2"].map((name, i) => ({ name, kind: "http" as const, address: `203.0.113.2${i + 1}`, port: 80 }));
const tls = ["one", "two", "three", "unlisted"].map((name, i) => ({
  name: `tls-${name}`,
  kind: "https" as const,
  address: `203.0.113.4${i + 1}`,
  port: 443,
  hosts: [`${name}.tls.example.com`],
}));
const banners = ["mongo1", "mongo2", "plain"].map((name, i) => ({
  name,
  kind: "banner" as const,
  address: "203.0.113.51",
  port: 27018 + i,
}));
const SERVERS = [one, two, three, fails, ...named, ...tls, ...banners];
/** Takes connections and says nothing. */
const SILENT = { address: one.address, port: 8009 };
const NAMES = {
  "none.example.com": ["203.0.113.21"],
  "static.example.com": [NOWHERE],
  "dns.example.com": ["203.0.113.21", "203.0.113.22"],
  "round.example.com": ["203.0.113.22"],
  "api.wild.example.com": ["203.0.113.21"],
  ...Object.fromEntries(tls.map(({ hosts, address }) => [hosts[0] ?? "", [address]])),
};

const TLS_PORT = [{ number: 443, name: "tls", protocol: "TLS" }];
const tcpPort = (number: number) => [{ number, name: "tcp", protocol: "TCP" }];
const bannerAt = (...ports: number[]) => ({
  resolution: "STATIC",
  endpoints: ports.map((port) => ({ address: "203.0.113.51", ports: { tcp: port } })),
});
const share = (name: string, weight: number) => ({ ...to("split.example.com", { subset: name }), weight });
const abort = (percent: number) => ({ abort: { httpStatus: 555, percentage: { value: percent } } });
const testing = [{ headers: { "x-testing": { exact: "true" } } }];
const workload = (name: string, port: number) =>
  rule("WorkloadEntry", `app/${name}`, { address: one.address, ports: { "http-80": port }, labels: { app: "legacy", version: name } });

const OBJECTS = [
  // C7
  outside("none.example.com", { resolution: "NONE" }),
  outside("static.example.com", at(one)),
  outside("dns.example.com", { resolution: "DNS" }),
  outside("round.example.com", { resolution: "DNS_ROUND_ROBIN" }),
  // C6
  outside("*.wild.example.com", at(two)),
  outside("exact.wild.example.com", at(three)),
  // C10
  outside("hash.example.com", at(one, two, three)),
  rule("DestinationRule", "app/hash", {
    host: "hash.example.com",
    trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: "x-user" } } },
  }),
  // C12
  outside("fault.example.com", at(one)),
  routes("fault.example.com", {
    http: [
      { match: testing, fault: { delay: { fixedDelay: "2s", percentage: { value: 100 } } }, route: [to("fault.example.com")] },
      { match: [{ uri: { prefix: "/always" } }], fault: abort(100), route: [to("fault.example.com")] },
      { fault: abort(30), route: [to("fault.example.com")] },
    ],
  }),
  // C14, C17
  outside("legacy.example.com", { resolution: "STATIC", workloadSelector: { labels: { app: "legacy" } } }),
  workload("one", 8001),
  workload("two", 8002),
  outside("split.example.com", { resolution: "STATIC", workloadSelector: { labels: { app: "legacy" } } }),
  rule("DestinationRule", "app/split", {
    host: "split.example.com",
    subsets: ["one", "two"].map((version) => ({ name: version, labels: { version } })),
  }),
  routes("split.example.com", {
    http: [
      { match: [{ headers: { "x-canary": { exact: "true" } } }], route: [to("split.example.com", { subset: "two" })] },
      { route: [share("one", 95), share("two", 5)] },
    ],
  }),
  // what happens on the way
  outside("change.example.com", at(one)),
  outside("flaky.example.com", at(fails, two)),
  outside("silent.example.com", at(SILENT)),
  routes("change.example.com", {
    http: [
      { match: [{ uri: { prefix: "/moved" } }], redirect: { uri: "/there", authority: "new.example.com", redirectCode: 302 } },
      {
        match: [{ uri: { prefix: "/old" } }],
        rewrite: { uri: "/new", authority: "inner.example.com" },
        headers: { request: { set: { "x-set": "1" }, remove: ["x-gone"] }, response: { add: { "x-answered": "yes" } } },
        route: [to("change.example.com")],
      },
      { match: [{ uri: { prefix: "/fixed" } }], directResponse: { status: 418, body: { string: "teapot" } } },
      { match: [{ uri: { exact: "/elsewhere" } }], route: [to("static.example.com")] },
      { match: [{ uri: { prefix: "/slow" } }], timeout: "300ms", route: [to("silent.example.com")] },
      {
        match: [{ uri: { prefix: "/retried" } }],
        retries: { attempts: 3, retryOn: "503", backoff: "1ms" },
        route: [to("flaky.example.com")],
      },
      { match: [{ uri: { prefix: "/once" } }], retries: { attempts: 0 }, route: [to("flaky.example.com")] },
    ],
  }),
  routes("bare.example.com", { http: [{ route: [to("static.example.com")] }] }),
  // exportTo
  rule("ServiceEntry", "other/hidden", { hosts: ["hidden.example.com"], ports: [http()], exportTo: ["."], ...at(one) }),
  rule("ServiceEntry", "other/shown", { hosts: ["shown.example.com"], ports: [http()], exportTo: ["app"], ...at(one) }),
  // E1
  rule("ServiceEntry", "app/tls", {
    hosts: ["one", "two", "three"].map((name) => `${name}.tls.example.com`),
    ports: TLS_PORT,
    resolution: "DNS",
  }),
  routes("turned.tls.example.com", {
    tls: [{ match: [{ port: 443, sniHosts: ["turned.tls.example.com"] }], route: [to("two.tls.example.com", { port: { number: 443 } })] }],
  }),
  outside("turned.tls.example.com", { ports: TLS_PORT, resolution: "DNS" }),
  // E2, tcp routes
  rule("ServiceEntry", "app/mongo", {
    hosts: ["mongo.internal"],
    addresses: ["192.192.192.192/24"],
    ports: [{ number: 27017, name: "tcp", protocol: "MONGO" }],
    location: "MESH_INTERNAL",
    ...bannerAt(27018, 27019),
  }),
  outside("vip.example.com", { addresses: ["192.192.10.1", "192.192.10.2"], ports: tcpPort(9000), ...bannerAt(27018) }),
  outside("routed.example.com", { addresses: ["192.192.10.3"], ports: tcpPort(9000), ...bannerAt(27018) }),
  outside("plain.example.com", { addresses: ["192.192.10.4"], ports: tcpPort(9000), ...bannerAt(27020) }),
  routes("routed.example.com", { tcp: [{ match: [{ port: 9000 }], route: [to("plain.example.com")] }] }),
];

let lab: Lab;
let client: RunningPod;

beforeAll(async () => {
  lab = await startMesh({ servers: SERVERS, names: NAMES, mesh: REGISTRY_ONLY, namespaces: ["app", "other"] });
  startTcpServer(lab.network.outside, SILENT, "");
  for (const object of OBJECTS) await lab.apply(object);
  client = await runInjected(lab, sleeper("app", "client"));
  await eventually(async () => expect((await byHost(client, "static.example.com")).status).toBe(200));
});

afterAll(async () => {
  await lab?.close();
});

describe("C7 · each resolution carries traffic", () => {
  test.each([
    ["NONE", "none.example.com", "ORIGINAL_DST", ["dns1"]],
    ["STATIC", "static.example.com", "EDS", ["one"]],
    ["DNS", "dns.example.com", "STRICT_DNS", ["dns1", "dns2"]],
    ["DNS_ROUND_ROBIN", "round.example.com", "LOGICAL_DNS", ["dns2"]],
  ])("%s", async (_, host, type, servers) => {
    // 40 draws of two equal endpoints: one is never met less than once in 10^11 runs.
    const script = `curl -sS --max-time 20 'http://${host}/c7-${host}/[1-40]'`;
    const { stdout } = await inApp(client, script);
    const seen = [...stdout.matchAll(/"server":"([^"]+)"/g)].map(([, name]) => name);
    expect(seen).toHaveLength(40);
    expect([...new Set(seen)].sort()).toEqual(servers);
    expect((await logged(client, (line) => line.request.includes(`/c7-${host}/`))).cluster).toBe(`outbound|80||${host}`);
    expect(await proxyConfig(client, ["cluster", "--fqdn", host])).toMatch(new RegExp(`\\b${type}\\b`));
  });
});

describe("C6 · HTTP is matched by Host", () => {
  test.each([
    ["api.wild.example.com", 200, "two"],
    ["a.b.wild.example.com", 200, "two"],
    ["API.Wild.Example.COM", 200, "two"],
    ["api.wild.example.com:80", 200, "two"],
    ["exact.wild.example.com", 200, "three"],
    ["exact.wild.example.com.", 200, "three"],
    ["wild.example.com", 502, undefined],
    ["xwild.example.com", 502, undefined],
    ["api.wild.example.com.evil.test", 502, undefined],
    ["exact", 502, undefined],
  ])("%s: %i", async (host, status, server) => {
    const answer = await byHost(client, host);
    expect([answer.status, answer.echo?.server]).toEqual([status, server]);
  });
});

describe("C10 · consistentHash by header", () => {
  test("one value: one backend, 100 of 100", async () => {
    expect(Object.values(await tally(client, "hash.example.com", 100, "-H 'x-user: jane'"))).toEqual([100]);
  });

  test("many values: all backends", async () => {
    // 90 values over three backends: one is left out less than once in 10^15 runs of a fair ring.
    const requests = Array.from({ length: 90 }, (_, i) => `-H 'Host: hash.example.com' -H 'x-user: ${i}' http://${NOWHERE}/`);
    const { stdout } = await inApp(client, `curl -sS ${requests.join(" --next -sS ")}`);
    expect(new Set([...stdout.matchAll(/"server":"([^"]+)"/g)].map(([, name]) => name))).toEqual(new Set(["one", "two", "three"]));
  });
});

describe("C12 · faults", () => {
  test("a request that matches waits 2 s, another does not; an abort says so", async () => {
    expect((await byHost(client, "fault.example.com", "/", "-H 'X-Testing: true' --max-time 1")).status).toBe(0);
    expect((await byHost(client, "fault.example.com", "/", "-H 'X-Testing: true' --max-time 10")).status).toBe(200);
    expect((await byHost(client, "fault.example.com", "/always", "-H 'X-Testing: no' --max-time 1")).status).toBe(555);
    expect((await byHost(client, "fault.example.com", "/always")).text).toBe("fault filter abort");
  });

  test("30 percent are aborted", async () => {
    // Binomial(400, 0.3): outside 72 … 168 less than once in 10^6 runs.
    const seen = await tally(client, "fault.example.com", 400);
    expect((seen["555"] ?? 0) + (seen["one"] ?? 0)).toBe(400);
    expect(seen["555"]).toBeGreaterThanOrEqual(72);
    expect(seen["555"]).toBeLessThanOrEqual(168);
  });
});

describe("C17 · subsets by labels of WorkloadEntries", () => {
  test("5 to 95 by weight", async () => {
    // Binomial(600, 0.05): outside 4 … 72 less than once in 10^6 runs.
    const seen = await tally(client, "split.example.com", 600);
    expect((seen["one"] ?? 0) + (seen["two"] ?? 0)).toBe(600);
    expect(seen["two"]).toBeGreaterThanOrEqual(4);
    expect(seen["two"]).toBeLessThanOrEqual(72);
  });

  test("a canary's header sends all to one subset", async () => {
    expect(await tally(client, "split.example.com", 50, "-H 'x-canary: true'")).toEqual({ two: 50 });
  });
});

test("C14 · WorkloadEntries by selector, the entry's own port; one that goes and one that comes change it", async () => {
  const servers = async () => Object.keys(await tally(client, "legacy.example.com", 40)).sort();
  expect(await servers()).toEqual(["one", "two"]);
  await lab.remove("WorkloadEntry", "app", "two");
  await eventually(async () => expect(await servers()).toEqual(["one"]));
  await lab.apply(workload("two", 8003));
  await eventually(async () => expect(await servers()).toEqual(["one", "three"]));
  await lab.apply(workload("two", 8002));
});

describe("C20 · what a VirtualService does on the way", () => {
  const call = (path: string, curl = "") => byHost(client, "change.example.com", path, curl);

  test("redirect", async () => {
    const answer = await call("/moved/x");
    expect(answer.status).toBe(302);
    expect(answer.headers).toMatch(/^location: http:\/\/new\.example\.com\/there\r?$/m);
  });

  test("rewrite of path and host, changes of headers", async () => {
    const { echo, headers } = await call("/old/x?q=1", "-H 'x-gone: 1'");
    expect(echo).toMatchObject({ path: "/new/x?q=1", host: "inner.example.com", headers: { "x-set": "1" } });
    expect(echo?.headers["x-gone"]).toBeUndefined();
    expect(headers).toMatch(/^x-answered: yes\r?$/m);
  });

  test("an answer of its own, another host's cluster, 404 where no rule matches", async () => {
    expect(await call("/fixed")).toMatchObject({ status: 418, text: "teapot" });
    expect((await call("/elsewhere")).echo?.server).toBe("one");
    expect((await logged(client, (line) => line.request.includes("/elsewhere"))).cluster).toBe("outbound|80||static.example.com");
    expect((await call("/nowhere")).status).toBe(404);
  });

  test("timeout: 504 with flag UT", async () => {
    expect((await call("/slow")).status).toBe(504);
    expect((await logged(client, (line) => line.request.includes("/slow"))).flags).toBe("UT");
  });

  test("retries: every request reaches the endpoint that works; without them, not", async () => {
    const statuses = async (path: string) => {
      const script = `curl -sS -o /dev/null -w '%{http_code}\\n' -H 'Host: change.example.com' 'http://${NOWHERE}${path}/[1-40]'`;
      return new Set((await inApp(client, script)).stdout.trim().split("\n"));
    };
    expect(await statuses("/retried")).toEqual(new Set(["200"]));
    expect(await statuses("/once")).toEqual(new Set(["200", "503"]));
  });

  test("a host that only a VirtualService names", async () => {
    expect((await byHost(client, "bare.example.com")).echo?.server).toBe("one");
  });
});

test("exportTo: a host of another namespace is seen where it is exported to, and else is unknown", async () => {
  expect((await byHost(client, "hidden.example.com")).status).toBe(502);
  expect((await byHost(client, "shown.example.com")).echo?.server).toBe("one");
});

describe("E1 · three TLS hosts in one entry", () => {
  test.each(["one", "two", "three"])("%s is reached by its server name", async (name) => {
    const host = `${name}.tls.example.com`;
    // Whatever address the app connects to.
    expect(await certificate(client, NOWHERE, host)).toBe(host);
    expect((await logged(client, (line) => line.sni === host)).cluster).toBe(`outbound|443||${host}`);
  });

  test("a name that is not listed is refused", async () => {
    expect(await certificate(client, "203.0.113.44", "unlisted.tls.example.com")).toBe("none");
  });

  test("a VirtualService's tls rule sends a name elsewhere", async () => {
    expect(await certificate(client, NOWHERE, "turned.tls.example.com")).toBe("two.tls.example.com");
  });
});

describe("E2 · TCP by virtual address", () => {
  test("any address in the range reaches the endpoints, others do not", async () => {
    const seen = await Promise.all(Array.from({ length: 30 }, (_, i) => banner(client, `192.192.192.${i + 1}`, 27017)));
    expect(new Set(seen)).toEqual(new Set(["220 mongo1 ready", "220 mongo2 ready"]));
    expect(await banner(client, "192.192.193.1", 27017)).toBe("");
    expect(await banner(client, "192.192.192.1", 27018)).toBe("");
  });

  test.each([
    ["192.192.10.1", "220 mongo1 ready"],
    ["192.192.10.2", "220 mongo1 ready"],
    ["192.192.10.3", "220 plain ready"],
    ["192.192.10.4", "220 plain ready"],
    ["192.192.10.5", ""],
  ])("%s: %s", async (address, expected) => {
    expect(await banner(client, address, 9000)).toBe(expected);
  });
});

describe("C4 · Sidecar objects", () => {
  const sees = async (pod: RunningPod) => ({
    own: (await byHost(pod, "static.example.com")).status,
    shown: (await byHost(pod, "shown.example.com")).status,
    unknown: (await get(pod, "http://203.0.113.21/unknown")).status,
  });
  const policy = (mode: string, more = {}) => ({ egress: [{ hosts: ["./*"] }], outboundTrafficPolicy: { mode }, ...more });

  test("for one workload, for a namespace, for all; the narrowest holds", async () => {
    const neighbour = await runInjected(lab, sleeper("app", "neighbour"));
    await eventually(async () => expect(await sees(neighbour)).toEqual({ own: 200, shown: 200, unknown: 502 }));

    await lab.apply(rule("Sidecar", "istio-system/all", { egress: [{ hosts: ["*/*"] }], outboundTrafficPolicy: { mode: "ALLOW_ANY" } }));
    await eventually(async () => expect(await sees(neighbour)).toEqual({ own: 200, shown: 200, unknown: 200 }));

    await lab.apply(rule("Sidecar", "app/namespace", policy("REGISTRY_ONLY")));
    await eventually(async () => expect(await sees(neighbour)).toEqual({ own: 200, shown: 502, unknown: 502 }));

    await lab.apply(rule("Sidecar", "app/client", policy("ALLOW_ANY", { workloadSelector: { labels: { app: "client" } } })));
    // What is hidden passes through to where the caller meant to go: nobody is there.
    await eventually(async () => expect(await sees(client)).toEqual({ own: 200, shown: 503, unknown: 200 }));
    expect(await sees(neighbour)).toEqual({ own: 200, shown: 502, unknown: 502 });
    // A cluster goes after the routes that lead to it.
    await eventually(async () => expect(await proxyConfig(client, ["cluster"])).not.toContain("shown.example.com"));
  });

  test("a rule's destination comes along though the Sidecar object hides it", async () => {
    await lab.apply(routes("through.example.com", { http: [{ route: [to("shown.example.com")] }] }));
    await eventually(async () => expect((await byHost(client, "through.example.com")).echo?.server).toBe("one"));
    expect((await byHost(client, "shown.example.com")).status).toBe(503);
  });
});
