// Calls between injected pods, and through a gateway: what the server sees of its caller, and which pod is reached.
import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../../../src/lab/lab.ts";
import { inNetwork } from "../../../src/lab/lab-network.ts";
import type { RunningPod } from "../../../src/lab/pod-runner.ts";
import { eventually, inApp, proxyConfig, runInjected, sleeper, startMesh } from "../mesh-lab.ts";
import { banner, byHost, get, getFrom, logged, rule, service, startTcpServer, to } from "./calls.ts";

const WEB_IP = "10.96.1.1";
const PORTS = [
  { name: "http", port: 80, targetPort: "web" },
  { name: "plain", port: 81, targetPort: 8080 },
  { name: "tcp-db", port: 5432, targetPort: 5432 },
];
const GATEWAY = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "ingress", namespace: "istio-system" },
  spec: {
    template: {
      metadata: {
        labels: { app: "ingress", "sidecar.istio.io/inject": "true" },
        annotations: { "inject.istio.io/templates": "gateway" },
      },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "istio-proxy", image: "auto" }] },
    },
  },
};

const gateway = (key: string, hosts: string[], number = 80) =>
  rule("Gateway", key, { selector: { app: "ingress" }, servers: [{ port: { number, name: `http-${number}`, protocol: "HTTP" }, hosts }] });
const bound = (name: string, hosts: string[], gateways: string[], http: object[]) =>
  rule("VirtualService", `app/${name}`, { hosts, gateways, http });
const toWeb = { route: [to("web", { port: { number: 80 } })] };

const OBJECTS = [
  service("app/web", { clusterIP: WEB_IP, selector: { app: "web" }, ports: PORTS }),
  service("app/bare", { clusterIP: WEB_IP.replace(/1$/, "2"), selector: { app: "bare" }, ports: [{ port: 8080 }] }),
  service("app/pods", {
    clusterIP: "None",
    selector: { tier: "pods" },
    ports: [
      { name: "tcp", port: 5432 },
      { name: "http", port: 8080 },
    ],
  }),
  service("istio-system/ingress", {
    clusterIP: "10.96.1.9",
    selector: { app: "ingress" },
    ports: [{ name: "http", port: 80, targetPort: 8080 }],
  }),
  rule("DestinationRule", "app/web", { host: "web", subsets: [{ name: "v1", labels: { version: "v1" } }] }),
  gateway("app/front", ["one.example.com", "shared.example.com"]),
  gateway("istio-system/wide", ["app/wide.example.com", "other/denied.example.com"]),
  bound("one", ["one.example.com"], ["front"], [{ match: [{ uri: { prefix: "/status" } }], ...toWeb }]),
  bound("first", ["shared.example.com"], ["front"], [{ name: "first", match: [{ uri: { prefix: "/first" } }], ...toWeb }]),
  bound("second", ["shared.example.com"], ["front"], [{ name: "second", match: [{ uri: { prefix: "/second" } }], ...toWeb }]),
  bound("wide", ["*.example.com"], ["istio-system/wide"], [toWeb]),
];

/** A pod with an HTTP server on 8080 that answers what it sees, and a TCP server on 5432 that says the pod's name. */
async function startServer(lab: Lab, name: string, labels: Readonly<Record<string, string>>): Promise<RunningPod> {
  const ports = [{ name: "web", containerPort: 8080 }];
  const deployment = sleeper("app", name, {
    containers: [{ name: "app", image: "localhost/fairlead/tools:dev", command: ["sleep", "1000000"], ports }],
  });
  const template = (deployment["spec"] as { template: { metadata: { labels: Record<string, string> } } }).template;
  Object.assign(template.metadata.labels, labels);
  const pod = await runInjected(lab, deployment);
  const program = `require("node:http").createServer((q, r) => r.end(JSON.stringify({ server: "${name}", remote: q.socket.remoteAddress, host: q.headers.host, headers: q.headers }))).listen(8080)`;
  spawn("setpriv", ["--pdeathsig=KILL", ...inNetwork(pod.network, [process.execPath, "-e", program])], { stdio: "ignore" });
  startTcpServer(pod.network, { address: "0.0.0.0", port: 5432 }, `220 ${name} ready\r\n`);
  return pod;
}

let lab: Lab;
let client: RunningPod;
let web: RunningPod;
let spare: RunningPod;
let ingress: RunningPod;

beforeAll(async () => {
  lab = await startMesh({ servers: [], namespaces: ["app"] });
  for (const object of OBJECTS) await lab.apply(object);
  web = await startServer(lab, "web", { tier: "pods", version: "v1" });
  spare = await startServer(lab, "spare", { tier: "pods" });
  ingress = await runInjected(lab, GATEWAY);
  client = await runInjected(lab, sleeper("app", "client"));
  await eventually(async () => expect((await get(client, "http://web.app.svc.cluster.local/")).status).toBe(200), 10_000);
});

afterAll(async () => {
  await lab?.close();
});

const SPIFFE = /URI=spiffe:\/\/cluster\.local\/ns\/app\/sa\/default/;

describe("between injected pods", () => {
  test.each([
    ["web.app.svc.cluster.local", "a named target port"],
    ["web.app", "a name made of Service and namespace"],
    ["web", "a short name"],
    [WEB_IP, "the Service's address"],
  ])("http://%s (%s): mutual TLS, the server sees the caller's identity", async (host) => {
    const answer = await get(client, `http://${host}/`, `--resolve ${host}:80:${WEB_IP}`);
    expect(answer.echo?.server).toBe("web");
    expect(answer.echo?.headers["x-forwarded-client-cert"]).toMatch(SPIFFE);
    expect((await logged(client, (line) => line.authority === host)).cluster).toBe("outbound|80||web.app.svc.cluster.local");
  });

  test("a port whose name says no protocol: HTTP and TCP both work, in mutual TLS", async () => {
    const answer = await get(client, `http://${WEB_IP}:81/`);
    expect(answer.echo?.headers["x-forwarded-client-cert"]).toMatch(SPIFFE);
  });

  test("TCP: the pod is reached by the Service's address, in mutual TLS", async () => {
    expect(await banner(client, WEB_IP, 5432)).toBe("220 web ready");
    const stats = await inApp(client, "curl -s '127.0.0.1:15000/clusters' | grep -F 'outbound|5432||web.app' | grep cx_total");
    expect(stats.stdout).toContain(":5432::cx_total::");
    const line = await logged(web, ({ cluster, sni }) => cluster === "inbound|5432||" && sni !== "-");
    expect(line.sni).toBe("outbound_.5432_._.web.app.svc.cluster.local");
  });

  test("plain text from outside the mesh is still taken", async () => {
    const { echo } = await getFrom(lab.network.fabric, `http://${web.address}:8080/`);
    expect(echo?.server).toBe("web");
    expect(echo?.headers["x-forwarded-client-cert"]).toBeUndefined();
  });

  test("a subset by label of the pod", async () => {
    await lab.apply(
      rule("VirtualService", "app/v1", {
        hosts: ["v1.example.com"],
        http: [{ route: [to("web", { subset: "v1", port: { number: 80 } })] }],
      }),
    );
    await eventually(async () => expect((await byHost(client, "v1.example.com")).echo?.server).toBe("web"));
  });
});

describe("a headless Service", () => {
  test("TCP reaches the pod that was called, never another", async () => {
    for (const [pod, name] of [
      [web, "web"],
      [spare, "spare"],
    ] as const) {
      const seen = await Promise.all(Array.from({ length: 4 }, () => banner(client, pod.address, 5432)));
      expect(new Set(seen)).toEqual(new Set([`220 ${name} ready`]));
      const line = await logged(client, ({ called }) => called === `${pod.address}:5432`);
      expect(line.cluster).toBe("outbound|5432||pods.app.svc.cluster.local");
    }
  });

  test("HTTP by the name of one pod reaches that pod, in mutual TLS as all its pods speak it", async () => {
    const host = "spare.pods.app.svc.cluster.local";
    const answer = await get(client, `http://${host}:8080/`, `--resolve ${host}:8080:${spare.address}`);
    expect(answer.echo).toMatchObject({ server: "spare", headers: { "x-forwarded-client-cert": expect.stringMatching(SPIFFE) } });
  });
});

describe("a gateway", () => {
  const through = (host: string, path: string) =>
    getFrom(lab.network.fabric, `http://${ingress.address}:8080${path}`, "-H", `Host: ${host}`);

  test.each([
    ["a path that a rule takes", "one.example.com", "/status/1", 200],
    ["a path that none takes", "one.example.com", "/other", 404],
    ["two VirtualServices of one host, the first", "shared.example.com", "/first", 200],
    ["and the second", "shared.example.com", "/second", 200],
    ["a host that the server opens to the namespace", "wide.example.com", "/", 200],
    ["a host that the server opens to another namespace", "denied.example.com", "/", 404],
    ["a host that nobody bound", "nobody.example.com", "/", 404],
  ])("B1, B2 · %s", async (_, host, path, status) => {
    const answer = await through(host, path);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatch(/^server: istio-envoy\r?$/m);
  });

  test("the server behind it sees the gateway's identity and its address", async () => {
    const { echo, headers } = await through("one.example.com", "/status/2");
    expect(echo?.headers["x-forwarded-client-cert"]).toMatch(/URI=spiffe:\/\/cluster\.local\/ns\/istio-system\//);
    expect(headers).toMatch(/^x-envoy-upstream-service-time: /m);
    expect((await logged(ingress, (line) => line.request.includes("/status/2"))).cluster).toBe("outbound|80||web.app.svc.cluster.local");
  });

  test("it balances over the pods of a headless Service", async () => {
    await lab.apply(bound("pods", ["pods.example.com"], ["any"], [{ route: [to("pods", { port: { number: 8080 } })] }]));
    await lab.apply(gateway("app/any", ["pods.example.com"]));
    await eventually(async () => expect((await through("pods.example.com", "/")).status).toBe(200));
    const seen = await Promise.all(Array.from({ length: 24 }, () => through("pods.example.com", "/")));
    expect(new Set(seen.map(({ echo }) => echo?.server))).toEqual(new Set(["web", "spare"]));
    expect(await proxyConfig(ingress, ["cluster", "--fqdn", "pods.app.svc.cluster.local", "--port", "8080"])).toMatch(/\bEDS\b/);
  });
});
