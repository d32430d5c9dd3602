// Kinds of pods that stand in the way of a sidecar elsewhere, run by a real kubelet; then all of the node is stopped and started, and
// everything has to come back by itself.
import { beforeAll, describe, expect, test } from "vitest";
import { type Cluster, chart, eventually, openCluster } from "./cluster.ts";
import { echoServer, HOST, namespace, serviceEntry, sleeper } from "./mesh-objects.ts";

const SYSTEM = "istio-system";
const SHOP = "stand";
const TOOLS = "localhost/fairlead/tools:dev";
const CURL = ["curl", "-sSf", "--max-time", "5", "-o", "/dev/null"];

let cluster: Cluster;
beforeAll(() => {
  cluster = openCluster();
});

const rollout = (ns: string, what: string) => cluster.kubectl(["rollout", "status", "-n", ns, what, "--timeout=120s"]);

interface Template {
  readonly spec: { readonly template: { readonly metadata: object; readonly spec: object } };
}

/** A Deployment of `sleeper` with other fields of its pods. */
function podsLike(
  name: string,
  ns: string,
  { spec = {}, annotations = {} }: { readonly spec?: object; readonly annotations?: object },
): object {
  const made = sleeper(name, ns) as Template;
  const { metadata, spec: pod } = made.spec.template;
  return { ...made, spec: { ...made.spec, template: { metadata: { ...metadata, annotations }, spec: { ...pod, ...spec } } } };
}

/** The READY column of kubectl, of all pods of an app. */
async function readyOf(ns: string, app: string): Promise<readonly (string | undefined)[]> {
  const text = await cluster.kubectl(["get", "pods", "-n", ns, "-l", `app=${app}`, "--no-headers"]);
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(/\s+/)[1]);
}

test("fairlead and a server are there", async () => {
  await cluster.helm(["install", "fairlead", chart("fairlead"), "-n", SYSTEM, "--create-namespace", "--wait", "--timeout=120s"]);
  await cluster.apply(namespace(SHOP, { "istio-injection": "enabled" }));
  await cluster.apply(serviceEntry("api", SHOP), ...echoServer("server", SHOP), sleeper("client", SHOP));
  await Promise.all([rollout(SHOP, "deployment/server"), rollout(SHOP, "deployment/client")]);
});

test("init containers that need the network have it, inside the mesh and out", async () => {
  const initContainers = [
    { name: "fetch", image: TOOLS, command: [...CURL, `http://server.${SHOP}/`, "-o", "/dev/null", `http://${HOST}/`] },
  ];
  await cluster.apply(podsLike("fetcher", SHOP, { spec: { initContainers } }));
  await rollout(SHOP, "deployment/fetcher");
  expect(await readyOf(SHOP, "fetcher")).toEqual(["2/2"]);
  const pods = await cluster.list<{ status: { initContainerStatuses: { name: string; restartCount: number }[] } }>([
    ...["pods", "-n", SHOP, "-l", "app=fetcher"],
  ]);
  const statuses = pods.flatMap(({ status }) => status.initContainerStatuses.map(({ name, restartCount }) => [name, restartCount]));
  expect(statuses).toEqual([
    ["istio-init", 0],
    ["istio-proxy", 0],
    ["fetch", 0],
  ]);
});

test("pods of a StatefulSet come one after the other, and are called each by its own name", async () => {
  const [deployment, service] = echoServer("db", SHOP) as readonly [{ spec: object }, { spec: object }];
  const set = { ...deployment, kind: "StatefulSet", spec: { ...deployment.spec, replicas: 2, serviceName: "db" } };
  await cluster.apply({ ...service, spec: { ...service.spec, clusterIP: "None", ports: [{ name: "http", port: 8080 }] } }, set);
  await rollout(SHOP, "statefulset/db");
  expect(await readyOf(SHOP, "db")).toEqual(["2/2", "2/2"]);
  for (const pod of ["db-0", "db-1"]) {
    const from = { namespace: SHOP, pod: "deploy/client", container: "app" };
    await eventually(async () => expect((await cluster.call(from, `http://${pod}.db.${SHOP}.svc.cluster.local:8080/`)).status).toBe(200));
  }
});

const UNKNOWN = "server.internal";

/** The addresses that the controller gave to the host which no DNS server knows. */
const givenAddresses = () => cluster.kubectl(["get", "serviceentry", "unknown", "-n", SHOP, "-o", "jsonpath={.status.addresses[*].value}"]);

test("a host that no DNS server knows is found at the address that it was given, by pods whose queries are captured", async () => {
  const port = { number: 80, name: "http", protocol: "HTTP", targetPort: 8080 };
  const chosen = { location: "MESH_INTERNAL", resolution: "STATIC", workloadSelector: { labels: { app: "server" } } };
  await cluster.apply(serviceEntry("unknown", SHOP, { hosts: [UNKNOWN], ports: [port], ...chosen }));
  const annotations = { "proxy.istio.io/config": 'proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true"}' };
  await cluster.apply(podsLike("asker", SHOP, { annotations }));
  await rollout(SHOP, "deployment/asker");
  const status = async (pod: string) =>
    (await cluster.call({ namespace: SHOP, pod: `deploy/${pod}`, container: "app" }, `http://${UNKNOWN}/`)).status;
  await eventually(async () => expect(await status("asker")).toBe(200));
  expect(await givenAddresses()).toMatch(/^240\.240\.\d+\.\d+ 2001:2:/);
  expect(await status("client"), "its queries go to the cluster's DNS").toBe(0);
});

describe("a namespace of Pod Security's level «restricted»", () => {
  const securityContext = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } };
  const container = { name: "app", image: TOOLS, command: ["sleep", "1000000"] };
  const own = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  const spec = { securityContext, containers: [{ ...container, securityContext: own }] };

  test("takes pods whose calls are not redirected, with their sidecar", async () => {
    await cluster.apply(namespace("strict", { "istio-injection": "enabled", "pod-security.kubernetes.io/enforce": "restricted" }));
    await cluster.apply(podsLike("quiet", "strict", { spec, annotations: { "sidecar.istio.io/interceptionMode": "NONE" } }));
    await rollout("strict", "deployment/quiet");
    expect(await readyOf("strict", "quiet")).toEqual(["2/2"]);
  });

  test("refuses others, which are told why and what to do", async () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "led", namespace: "strict" }, spec };
    const { code, stderr } = await cluster.tryKubectl(["apply", "-f", "-"], JSON.stringify(pod));
    expect(code).not.toBe(0);
    expect(stderr).toContain("istio-init");
    expect(stderr).toContain("restricted");
  });
});

interface PodStatus {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly restartCount: number }[];
  };
}

/** Whether a pod is Ready in what it was started as once more: what is stored of before is believed until the kubelet has looked. */
function isBack({ status: { conditions = [], containerStatuses = [] } }: PodStatus): boolean {
  const again = containerStatuses.length > 0 && containerStatuses.every(({ restartCount }) => restartCount > 0);
  return again && conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

test("after all of the node was stopped and started everything is back by itself, within five minutes", async () => {
  const before = Date.now();
  const left = () => Math.max(1, 300 - (Date.now() - before) / 1000);
  const pods = () => cluster.list<PodStatus>(["pods", "-A"]);
  const count = (await pods()).length;
  const given = await givenAddresses();
  await cluster.restartNode();
  await eventually(async () => expect((await pods()).filter(isBack)).toHaveLength(count), left());
  const from = { namespace: SHOP, pod: "deploy/client", container: "app" };
  await eventually(async () => {
    expect((await cluster.call(from, `http://server.${SHOP}/`)).status).toBe(200);
    expect((await cluster.call(from, `http://${HOST}/`)).status).toBe(200);
    expect((await cluster.call({ ...from, pod: "deploy/asker" }, `http://${UNKNOWN}/`)).status).toBe(200);
  }, left());
  expect(await givenAddresses()).toBe(given);
  // New pods are injected, so the webhooks are back too.
  await cluster.kubectl(["rollout", "restart", "-n", SHOP, "deployment/client"]);
  await rollout(SHOP, "deployment/client");
  await eventually(async () => expect(await readyOf(SHOP, "client")).toEqual(["2/2"]), left());
}, 400_000);

test("it can be uninstalled", async () => {
  await cluster.helm(["uninstall", "fairlead", "-n", SYSTEM, "--wait"]);
  await cluster.removeNamespaces(SHOP, "strict", SYSTEM);
});
