// Rows W1 and W2: the charts installed by helm into a real API server, pods made by real controllers, kubectl's own words.
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../api-server/child.ts";
import { type Installed, installFairlead } from "../api-server/installed.ts";

let cluster: Installed;
beforeAll(async () => {
  cluster = await installFairlead();
});
afterAll(() => cluster?.stop());

const apply = (manifest: object) => cluster.kubectl(["apply", "-f", "-"], JSON.stringify(manifest));

async function namespace(name: string, labels: Record<string, string>): Promise<void> {
  const made = await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
  expect(made.stderr).toBe("");
  const account = async () => (await cluster.kubectl(["get", "serviceaccount", "default", "-n", name])).code === 0;
  await until(account, () => `no service account in ${name}`);
}

const deployment = (name: string, ns: string, template: { labels?: Record<string, string>; spec?: object } = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: ns },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name, ...template.labels } },
      spec: { containers: [{ name: "app", image: "example/app:1" }], ...template.spec },
    },
  },
});

interface PodNames {
  readonly init: readonly string[];
  readonly main: readonly string[];
}

/** Containers of each pod that the Deployment's controllers made. */
async function podsOf(name: string, ns: string): Promise<readonly PodNames[]> {
  const { stdout } = await cluster.kubectl(["get", "pods", "-n", ns, "-l", `app=${name}`, "-o", "json"]);
  const pods = (JSON.parse(stdout) as { items: { spec: Record<string, { name: string }[]> }[] }).items;
  const names = (list: readonly { name: string }[] = []): readonly string[] => list.map((container) => container.name);
  return pods.map(({ spec }) => ({ init: names(spec["initContainers"]), main: names(spec["containers"]) }));
}

/** The first pod of a Deployment, once there is one; of several, one other than those that are known. */
async function podOf(name: string, ns: string, known: readonly PodNames[] = []): Promise<PodNames> {
  let found: PodNames | undefined;
  await until(
    async () => {
      found = (await podsOf(name, ns)).find((pod) => !known.some((other) => isDeepStrictEqual(pod, other)));
      return found !== undefined;
    },
    () => `no pod of ${ns}/${name}; the controller says:\n${cluster.log().slice(-2000)}`,
  );
  return found as PodNames;
}

const INJECTED: PodNames = { init: ["istio-init", "istio-proxy"], main: ["app"] };
const PLAIN: PodNames = { init: [], main: ["app"] };

test("W1 · labelled namespaces get the sidecar and the init container, nothing else does", async () => {
  await namespace("mesh", { "istio-injection": "enabled" });
  await namespace("plain", {});
  await namespace("off", { "istio-injection": "disabled" });
  const cases: readonly [string, ReturnType<typeof deployment>, PodNames][] = [
    ["labelled namespace", deployment("web", "mesh"), INJECTED],
    ["pod label false", deployment("opted-out", "mesh", { labels: { "sidecar.istio.io/inject": "false" } }), PLAIN],
    ["host network", deployment("host", "mesh", { spec: { hostNetwork: true } }), PLAIN],
    ["unlabelled namespace", deployment("web", "plain"), PLAIN],
    ["unlabelled namespace, pod label true", deployment("opted-in", "plain", { labels: { "sidecar.istio.io/inject": "true" } }), INJECTED],
    ["disabled namespace", deployment("web", "off"), PLAIN],
  ];
  for (const [, manifest] of cases) {
    expect((await apply(manifest)).code).toBe(0);
  }
  for (const [what, manifest, expected] of cases) {
    expect(await podOf(manifest.metadata.name, manifest.metadata.namespace), what).toEqual(expected);
  }
});

test("D1 · a namespace is labelled before it is deployed to: pods from before are as they were, until they are made anew", async () => {
  await namespace("late", {});
  expect((await apply(deployment("web", "late"))).code).toBe(0);
  expect(await podOf("web", "late")).toEqual(PLAIN);
  expect((await cluster.kubectl(["label", "namespace", "late", "istio-injection=enabled"])).code).toBe(0);
  expect((await apply(deployment("after", "late"))).code).toBe(0);
  expect(await podOf("after", "late")).toEqual(INJECTED);
  expect(await podOf("web", "late"), "a pod is not changed once it is there").toEqual(PLAIN);
  expect((await cluster.kubectl(["rollout", "restart", "deployment/web", "-n", "late"])).code).toBe(0);
  expect(await podOf("web", "late", [PLAIN])).toEqual(INJECTED);
});

test("A1 · gateways are releases of their own: injected by their template, with the labels and ports by which they are found", async () => {
  for (const name of ["istio-egressgateway", "istio-ingressgateway"]) {
    expect((await cluster.helm(["install", name, "charts/gateway", "-n", "istio-system"])).stderr).toBe("");
    expect(await podOf(name, "istio-system")).toEqual({ init: [], main: ["istio-proxy"] });
    const read = async (what: string) => JSON.parse((await cluster.kubectl(["get", what, "-n", "istio-system", "-o", "json"])).stdout);
    const { spec, metadata } = await read(`deployment/${name}`);
    const found = { app: name, istio: name.replace(/^istio-/, "") };
    expect(metadata.labels).toMatchObject(found);
    expect(spec.template.metadata.labels).toMatchObject(found);
    const service = await read(`service/${name}`);
    expect(spec.template.metadata.labels).toMatchObject(service.spec.selector);
    const ports = service.spec.ports.map(({ name: port, port: number, targetPort }: { name: string; port: number; targetPort: number }) => [
      port,
      number,
      targetPort,
    ]);
    expect(ports).toEqual(
      expect.arrayContaining([
        ["http2", 80, 8080],
        ["https", 443, 8443],
      ]),
    );
    expect((await cluster.helm(["uninstall", name, "-n", "istio-system"])).code).toBe(0);
  }
});

test("W1 · a gateway beside the controller is injected by its own label", async () => {
  expect((await cluster.helm(["install", "istio-egressgateway", "charts/gateway", "-n", "istio-system"])).stderr).toBe("");
  const pod = await podOf("istio-egressgateway", "istio-system");
  expect(pod).toEqual({ init: [], main: ["istio-proxy"] });
  const { stdout } = await cluster.kubectl([
    "get",
    "pods",
    "-n",
    "istio-system",
    "-l",
    "app=istio-egressgateway",
    "-o",
    "jsonpath={.items[0].spec.containers[0]}",
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ image: "localhost/fairlead/proxyv2:dev", args: expect.arrayContaining(["proxy", "router"]) });
});

const serviceEntry = (name: string, spec: object) => ({
  apiVersion: "networking.istio.io/v1",
  kind: "ServiceEntry",
  metadata: { name, namespace: "default" },
  spec: { hosts: ["api.example.com"], ports: [{ number: 80, name: "http", protocol: "HTTP" }], ...spec },
});

test("W2 · kubectl apply of an invalid resource is refused with the field's path and what to write instead", async () => {
  const both = { resolution: "STATIC", endpoints: [{ address: "203.0.113.1" }], workloadSelector: { labels: { app: "legacy" } } };
  const refused = await apply(serviceEntry("both", both));
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toMatch(/spec/);
  expect(refused.stderr).toMatch(/endpoints/);
  const wrong = await apply(serviceEntry("wrong", { hosts: ["not a host"] }));
  expect(wrong.code).not.toBe(0);
  expect(wrong.stderr).toContain("validator.fairlead.io");
  expect(wrong.stderr).toContain("spec.hosts[0]");
  const all = await cluster.kubectl(["get", "serviceentries", "-A", "-o", "name"]);
  expect(all.stdout).toBe("");
});

test("W2 · what is doubtful is accepted with a warning that kubectl prints", async () => {
  expect((await apply(serviceEntry("api", { resolution: "DNS" }))).code).toBe(0);
  const accepted = await apply({
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: "api", namespace: "default" },
    spec: { hosts: ["api.example.com"], http: [{ route: [{ destination: { host: "api.example.com", subset: "v1" } }] }] },
  });
  expect(accepted.code).toBe(0);
  expect(accepted.stderr).toMatch(/^Warning: spec\.http\[0\]\.route\[0\]\.destination\.subset: .*v1/m);
  const unbuilt = await apply({
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "DestinationRule",
    metadata: { name: "misspelt", namespace: "default" },
    spec: { host: "api.example.com", trafficPolicy: { retryBudget: { percent: 20 } } },
  });
  expect(unbuilt.code).toBe(0);
  expect(unbuilt.stderr, "a field that is not built is named").toMatch(/^Warning: spec\.trafficPolicy\.retryBudget/m);
});

test("a pod whose sidecar cannot do its work is refused with the field's path, after every mutating webhook", async () => {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "bypass", namespace: "mesh", labels: { app: "bypass" } },
    spec: { containers: [{ name: "app", image: "example/app:1", securityContext: { runAsUser: 1337 } }] },
  };
  const refused = await apply(pod);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("verifier.fairlead.io");
  expect(refused.stderr).toMatch(/spec\.containers\[0\]\(name: app\)\.securityContext\.runAsUser: .*1337.*\(FL1307\)/);
  expect((await apply({ ...pod, metadata: { ...pod.metadata, namespace: "plain" } })).code, "no business of ours").toBe(0);
});
