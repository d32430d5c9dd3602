// Routes at work: requests through a gateway's listener of the real Envoy to real servers, judged by what comes back.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HttpRoute } from "../../../src/api/networking/http-route.ts";
import { blackHoleCluster } from "../../../src/envoy/clusters/fixed-clusters.ts";
import { buildServiceCluster } from "../../../src/envoy/clusters/service-cluster.ts";
import { buildLoadAssignment } from "../../../src/envoy/endpoints/load-assignment.ts";
import { buildGatewayListener } from "../../../src/envoy/listeners/gateway-listener.ts";
import { encodeRouteConfiguration } from "../../../src/envoy/routes/route-configuration.ts";
import { buildVirtualHost } from "../../../src/envoy/routes/virtual-host.ts";
import { VirtualHostSchema } from "../../../src/gen/envoy/config/route/v3/route_components_pb.ts";
import { RouteConfigurationSchema } from "../../../src/gen/envoy/config/route/v3/route_pb.ts";
import { onLoopback, startEnvoy, withEndpoints } from "./real-envoy.ts";
import { clusterInput, endpoint, service, settings } from "./samples.ts";

const PORT = 18090;
const NAMES = ["a", "b", "c"];
const to = (host: string, weight?: number) => ({ destination: { host }, ...(weight !== undefined && { weight }) });

/** One host a rule set: `HOST.test`. */
const RULES: Readonly<Record<string, readonly HttpRoute[]>> = {
  path: [
    { match: [{ uri: { exact: "/exact" } }], route: [to("a")] },
    { match: [{ uri: { prefix: "/Prefix" }, ignoreUriCase: true }], route: [to("b")] },
    { match: [{ uri: { regex: "/v[0-9]+/x" } }], route: [to("c")] },
  ],
  headers: [
    { match: [{ headers: { "x-canary": { exact: "true" } }, withoutHeaders: { "x-no": { exact: "1" } } }], route: [to("a")] },
    { match: [{ headers: { "x-any": {} } }], route: [to("b")] },
    { match: [{ queryParams: { q: { prefix: "z" } }, method: { exact: "GET" } }], route: [to("c")] },
  ],
  changes: [
    {
      match: [{ uri: { prefix: "/old/" } }],
      route: [{ ...to("a"), headers: { request: { set: { "x-leg": "a" } }, response: { remove: ["x-server-name"] } } }],
      rewrite: { uri: "/new/", authority: "elsewhere.test" },
      headers: { request: { add: { "x-added": "1" }, remove: ["x-gone"] } },
    },
    {
      match: [{ uri: { prefix: "/regex/" } }],
      route: [to("a")],
      rewrite: { uriRegexRewrite: { match: "^/regex/(.*)$", rewrite: "/\\1/end" } },
    },
  ],
  answers: [
    { match: [{ uri: { prefix: "/away" } }], redirect: { uri: "/there", authority: "x.test", redirectCode: 308 } },
    { match: [{ uri: { prefix: "/fixed" } }], directResponse: { status: 418, body: { string: "teapot" } } },
    { match: [{ uri: { prefix: "/fault" } }], fault: { abort: { httpStatus: 555, percentage: { value: 100 } } }, route: [to("a")] },
    { match: [{ uri: { prefix: "/slow" } }], timeout: "100ms", route: [to("a")], retries: { attempts: 0 } },
    { match: [{ uri: { prefix: "/flaky" } }], retries: { attempts: 2, retryOn: "5xx", backoff: "1ms" }, route: [to("a")] },
    { match: [{ uri: { prefix: "/nobody" } }], route: [to("a", 0), to("b", 0)] },
  ],
  split: [{ route: [to("a", 20), to("b", 80), to("c", 0)] }],
  copy: [{ route: [to("a")], mirror: { host: "b" }, mirrorPercentage: { value: 100 } }],
  hash: [{ route: [to("all")] }],
  other: [
    { match: [{ gateways: ["default/else"] }], route: [to("a")] },
    { match: [{ port: 8443 }], route: [to("b")] },
    { route: [to("c")] },
  ],
};

interface Seen {
  readonly by: string;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

const seen: Seen[] = [];
const servers: Server[] = [];
let envoy: Awaited<ReturnType<typeof startEnvoy>>;

async function backend(name: string): Promise<number> {
  const server = createServer((req, res) => {
    seen.push({ by: name, path: req.url, headers: req.headers });
    const status = req.url?.startsWith("/flaky") && seen.filter(({ path }) => path === req.url).length < 3 ? 503 : 200;
    setTimeout(() => res.writeHead(status, { "x-server-name": name }).end(name), req.url?.startsWith("/slow") ? 400 : 0);
  });
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return (server.address() as { port: number }).port;
}

function cluster(host: string, ports: readonly number[]) {
  const policy = host === "all" ? { loadBalancer: { consistentHash: { httpHeaderName: "x-user" } } } : {};
  const built = buildServiceCluster(clusterInput({ service: service({ host }), policy }));
  const endpoints = ports.map((port) => endpoint("127.0.0.1", port));
  return withEndpoints(built, buildLoadAssignment({ clusterName: built.name, endpoints }));
}

function virtualHost([name, http]: [string, readonly HttpRoute[]]): Uint8Array {
  const host = buildVirtualHost({
    name: `${name}.test:80`,
    domains: [`${name}.test`],
    virtualService: { namespace: "default", name, spec: { hosts: [`${name}.test`], gateways: ["gate"], http } },
    context: { gateway: "default/gate", port: 80, source: { namespace: "default", labels: {} } },
    resolve: ({ host: target }) => ({
      cluster: `outbound|80||${target}`,
      ...(target === "all" && { consistentHash: { httpHeaderName: "x-user" } }),
    }),
  });
  return host === undefined ? new Uint8Array() : toBinary(VirtualHostSchema, host);
}

beforeAll(async () => {
  const ports = await Promise.all(NAMES.map(backend));
  const clusters = [
    ...NAMES.map((name, i) => cluster(name, [ports[i] ?? 0])),
    cluster("all", ports),
    blackHoleCluster({ connectTimeout: "1s" }),
  ];
  const virtualHosts = Object.entries(RULES).map(virtualHost);
  const routes = fromBinary(RouteConfigurationSchema, encodeRouteConfiguration({ name: "http.80", virtualHosts }));
  const listener = buildGatewayListener({ bindPort: PORT, http: { routeName: "http.80" }, settings });
  envoy = await startEnvoy({ clusters, listeners: [onLoopback(listener, PORT, routes)] });
});

afterAll(async () => {
  await envoy.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function call(host: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const sent = request({ host: "127.0.0.1", port: PORT, path, headers: { host, ...headers } });
  sent.end();
  const [answer] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
  let body = "";
  for await (const chunk of answer) {
    body += chunk;
  }
  return { status: answer.statusCode, headers: answer.headers, body };
}

const bodyOf = async (...args: Parameters<typeof call>) => (await call(...args)).body;
const statusOf = async (...args: Parameters<typeof call>) => (await call(...args)).status;

describe("matches", () => {
  test("path: exact, prefix without regard to case, regular expression; nothing else", async () => {
    expect(await bodyOf("path.test", "/exact?x=1")).toBe("a");
    expect(await bodyOf("path.test:80", "/pREFIX/more")).toBe("b");
    expect(await bodyOf("path.test", "/v12/x")).toBe("c");
    for (const path of ["/exact/", "/Exact", "/v12/x/y", "/"]) {
      expect(await statusOf("path.test", path)).toBe(404);
    }
  });

  test("headers that must be there, must be so, must not be so; query parameters", async () => {
    expect(await bodyOf("headers.test", "/", { "x-canary": "true" })).toBe("a");
    expect(await bodyOf("headers.test", "/", { "x-canary": "true", "x-no": "2" })).toBe("a");
    expect(await statusOf("headers.test", "/", { "x-canary": "true", "x-no": "1" })).toBe(404);
    expect(await bodyOf("headers.test", "/", { "x-any": "" })).toBe("b");
    expect(await bodyOf("headers.test", "/?q=zebra")).toBe("c");
    expect(await statusOf("headers.test", "/?q=ant")).toBe(404);
  });

  test("a host that nobody serves is answered 404 by istio-envoy", async () => {
    const answer = await call("unknown.test", "/");
    expect(answer.status).toBe(404);
    expect(answer.headers.server).toBe("istio-envoy");
  });

  test("matches for another gateway or port are left out", async () => {
    expect(await bodyOf("other.test", "/")).toBe("c");
  });
});

describe("what happens on the way", () => {
  test("path and host are rewritten, headers of the rule and of the destination are changed", async () => {
    const answer = await call("changes.test", "/old/x", { "x-gone": "1" });
    const arrived = seen.find(({ path }) => path === "/new/x");
    expect(answer.headers).not.toHaveProperty("x-server-name");
    expect(answer.headers).toHaveProperty("x-envoy-upstream-service-time");
    expect(arrived?.headers).toMatchObject({ host: "elsewhere.test", "x-leg": "a", "x-added": "1" });
    expect(arrived?.headers).not.toHaveProperty("x-gone");
    await call("changes.test", "/regex/thing");
    expect(seen.map(({ path }) => path)).toContain("/thing/end");
  });

  test("redirect, fixed answer, fault", async () => {
    const away = await call("answers.test", "/away");
    expect([away.status, away.headers.location]).toEqual([308, "http://x.test/there"]);
    expect(await call("answers.test", "/fixed")).toMatchObject({ status: 418, body: "teapot" });
    expect(await call("answers.test", "/fault")).toMatchObject({ status: 555, body: "fault filter abort" });
  });

  test("timeout, retries, and shares that are all 0", async () => {
    expect(await statusOf("answers.test", "/slow")).toBe(504);
    expect(await statusOf("answers.test", "/flaky")).toBe(200);
    expect(seen.filter(({ path }) => path === "/flaky").length).toBe(3);
    expect(await statusOf("answers.test", "/nobody")).toBe(503);
  });
});

describe("where requests go", () => {
  test("shares of 20, 80 and 0", async () => {
    const answers = await Promise.all(Array.from({ length: 400 }, () => bodyOf("split.test", "/")));
    const [a, b, c] = NAMES.map((name) => answers.filter((answer) => answer === name).length);
    expect(c).toBe(0);
    expect((a ?? 0) + (b ?? 0)).toBe(400);
    // 80 are expected for a; 5 standard deviations (8) either way: a false alarm in two million.
    expect(a).toBeGreaterThan(40);
    expect(a).toBeLessThan(120);
  });

  test("one value of the hashed header meets one server, many values meet all", async () => {
    const one = await Promise.all(Array.from({ length: 100 }, () => bodyOf("hash.test", "/", { "x-user": "u1" })));
    expect(new Set(one).size).toBe(1);
    const many = await Promise.all(Array.from({ length: 100 }, (_, i) => bodyOf("hash.test", "/", { "x-user": `u${i}` })));
    expect(new Set(many).size).toBe(3);
  });

  test("a copy goes to the mirror", async () => {
    expect(await bodyOf("copy.test", "/copied")).toBe("a");
    await expect
      .poll(() =>
        seen
          .filter(({ path }) => path === "/copied")
          .map(({ by }) => by)
          .sort(),
      )
      .toEqual(["a", "b"]);
  });
});
