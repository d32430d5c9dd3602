import { expect, test } from "vitest";
import { inject } from "../../../src/injection/inject.ts";
import { injectionValues, valuesProblem } from "../../../src/injection/injection-values.ts";
import { type AnyPod, appPod, envOf, injected, input, proxyOf } from "./injection-case.ts";

const names = (list: readonly { name: string }[] | undefined): readonly string[] => (list ?? []).map((item) => item.name);

test("a native sidecar runs ahead of the pod's init containers from 1.29 on", () => {
  const pod = appPod({ spec: { initContainers: [{ name: "migrate", image: "m" }] } });
  const spec = (injected(pod, { kubeVersion: "v1.29.0-gke.1" }).pod as AnyPod).spec;
  expect(names(spec.initContainers)).toEqual(["istio-init", "istio-proxy", "migrate"]);
  expect(proxyOf({ spec }).restartPolicy).toBe("Always");
});

test("below 1.29 the proxy is an ordinary container, and first where the app is to wait", () => {
  const pod = appPod({ spec: { initContainers: [{ name: "migrate", image: "m" }] } });
  const plain = (injected(pod, { kubeVersion: "1.28" }).pod as AnyPod).spec;
  expect(names(plain.initContainers)).toEqual(["migrate", "istio-init"]);
  expect(names(plain.containers)).toEqual(["web", "istio-proxy"]);
  const values = injectionValues({ global: { proxy: { holdApplicationUntilProxyStarts: true } } });
  const held = (injected(pod, { kubeVersion: "1.28", values }).pod as AnyPod).spec;
  expect(names(held.containers)).toEqual(["istio-proxy", "web"]);
  expect(proxyOf({ spec: held }).lifecycle.postStart.exec.command).toContainEqual(
    expect.stringContaining("until pilot-agent request --debug-port=15020 GET healthz/ready"),
  );
});

test("ours go where they belong, whoever put what around them, and nothing else is moved", () => {
  const once = injected(appPod({ spec: { initContainers: [{ name: "migrate", image: "m" }] } })).pod as AnyPod;
  const [redirect, proxy, migrate] = once.spec.initContainers;
  const meddled = { ...once, spec: { ...once.spec, initContainers: [{ name: "vault", image: "v" }, redirect, migrate, proxy] } };
  const again = injected(meddled);
  expect(names((again.pod as AnyPod).spec.initContainers)).toEqual(["istio-init", "istio-proxy", "vault", "migrate"]);
  expect(again.patch.map(({ op, path }) => `${op} ${path}`)).toEqual([
    ...["remove /spec/initContainers/3", "remove /spec/initContainers/1"],
    ...["add /spec/initContainers/0", "add /spec/initContainers/1"],
  ]);
  const own = [
    { name: "istio-proxy", image: "auto" },
    { name: "web", image: "w" },
  ];
  const old = injected({ ...appPod(), spec: { containers: own } }, { kubeVersion: "1.28" });
  expect(names((old.pod as AnyPod).spec.containers)).toEqual(["web", "istio-proxy"]);
  const values = injectionValues({ global: { proxy: { holdApplicationUntilProxyStarts: true } } });
  const held = injected({ ...appPod(), spec: { containers: own.toReversed() } }, { kubeVersion: "1.28", values });
  expect(names((held.pod as AnyPod).spec.containers)).toEqual(["istio-proxy", "web"]);
});

test("the agent learns where it belongs", () => {
  const pod = injected(appPod(), { revision: "blue", namespaceLabels: { "istio.io/rev": "blue" }, mesh: { trustDomain: "corp" } }).pod;
  expect(envOf(pod, "CA_ADDR")).toBe("fairlead-blue.istio-system.svc:15012");
  expect(JSON.parse(envOf(pod, "PROXY_CONFIG") ?? "")).toEqual({ discoveryAddress: "fairlead-blue.istio-system.svc:15012" });
  expect(envOf(pod, "ISTIO_META_OWNER")).toBe("kubernetes://apis/apps/v1/namespaces/shop/deployments/web");
  expect(envOf(pod, "ISTIO_META_WORKLOAD_NAME")).toBe("web");
  expect(envOf(pod, "TRUST_DOMAIN")).toBe("corp");
});

test("the workload is grouped by the first label that says something", () => {
  const grouped = (labels: object): object => (injected(appPod({ labels })).pod as AnyPod).metadata.labels;
  const name = "service.istio.io/canonical-name";
  const revision = "service.istio.io/canonical-revision";
  expect(grouped({ "app.kubernetes.io/name": "", "app.kubernetes.io/version": "", version: "2" })).toMatchObject({
    [name]: "web",
    [revision]: "2",
  });
  expect(grouped({ app: "", version: "" })).toMatchObject({ [name]: "web", [revision]: "latest" });
  expect(grouped({ [name]: "own", "app.kubernetes.io/name": "b" })).toMatchObject({ [name]: "own" });
});

test("the pod's proxy configuration goes over the mesh's, field by field", () => {
  const annotations = { "proxy.istio.io/config": "concurrency: 3\nproxyMetadata:\n  B: own\n" };
  const mesh = { defaultConfig: { drain_duration: "5s", proxyMetadata: { A: "mesh", B: "mesh" } } };
  const pod = injected(appPod({ annotations }), { mesh }).pod;
  expect(JSON.parse(envOf(pod, "PROXY_CONFIG") ?? "")).toMatchObject({
    concurrency: 3,
    drainDuration: "5s",
    proxyMetadata: { A: "mesh", B: "own" },
  });
  expect([envOf(pod, "A"), envOf(pod, "B")]).toEqual(["mesh", "own"]);
});

test("probes and hooks lead to the agent, which learns what to ask", () => {
  const container = {
    livenessProbe: { httpGet: { path: "/live", port: "http", scheme: "HTTPS" }, timeoutSeconds: 7 },
    readinessProbe: { grpc: { port: 9000 }, periodSeconds: 3 },
    startupProbe: { exec: { command: ["true"] } },
    lifecycle: { preStop: { tcpSocket: { port: 8080 } } },
  };
  const pod = injected(appPod({ container })).pod as AnyPod;
  const [web] = pod.spec.containers;
  expect(web.livenessProbe).toEqual({ httpGet: { path: "/app-health/web/livez", port: 15020, scheme: "HTTP" }, timeoutSeconds: 7 });
  expect(web.readinessProbe).toEqual({ httpGet: { path: "/app-health/web/readyz", port: 15020 }, periodSeconds: 3 });
  expect(web.startupProbe).toEqual(container.startupProbe);
  expect(JSON.parse(envOf(pod, "ISTIO_KUBE_APP_PROBERS") ?? "")).toEqual({
    "/app-health/web/livez": { httpGet: { path: "/live", port: 8080, scheme: "HTTPS" }, timeoutSeconds: 7 },
    "/app-health/web/readyz": { grpc: { port: 9000 } },
    "/app-lifecycle/web/prestopz": { tcpSocket: { port: 8080 } },
  });
});

test("a container that came later gets its probes led too, and the earlier ones are not forgotten", () => {
  const once = injected(appPod({ container: { livenessProbe: { httpGet: { port: 8080 } } } })).pod as AnyPod;
  const later = { name: "late", image: "l", livenessProbe: { httpGet: { port: 1 } } };
  const pod = injected({ ...once, spec: { ...once.spec, containers: [...once.spec.containers, later] } }).pod;
  expect(Object.keys(JSON.parse(envOf(pod, "ISTIO_KUBE_APP_PROBERS") ?? ""))).toEqual(["/app-health/late/livez", "/app-health/web/livez"]);
  expect(envOf(pod, "ISTIO_META_APP_CONTAINERS")).toBe("web,late");
});

test("what the user wrote into istio-proxy stands", () => {
  const own = { name: "istio-proxy", image: "auto", env: [{ name: "TRUST_DOMAIN", value: "own" }], resources: { limits: { cpu: "3" } } };
  const pod = injected({ ...appPod(), spec: { containers: [{ name: "web", image: "w" }, own] } }).pod as AnyPod;
  expect(names(pod.spec.containers)).toEqual(["web"]);
  expect(proxyOf(pod)).toMatchObject({ image: "localhost/fairlead/proxyv2:dev", resources: { limits: { cpu: "3", memory: "1Gi" } } });
  expect(envOf(pod, "TRUST_DOMAIN")).toBe("own");
});

test("a probe or hook that the user wrote into istio-proxy is filled in, and never asks in two ways", () => {
  const probed = (fields: object): AnyPod => {
    const own = { name: "istio-proxy", image: "auto", ...fields };
    return proxyOf(injected(appPod({ spec: { containers: [{ name: "web", image: "web:1" }, own] } })).pod);
  };
  const ready = { path: "/healthz/ready", port: 15021 };
  expect(probed({ readinessProbe: { periodSeconds: 2 } }).readinessProbe).toEqual({
    ...{ httpGet: ready, timeoutSeconds: 3, periodSeconds: 2, failureThreshold: 4 },
  });
  expect(probed({ readinessProbe: { exec: { command: ["ready"] } } }).readinessProbe).toEqual({
    ...{ exec: { command: ["ready"] }, timeoutSeconds: 3, periodSeconds: 15, failureThreshold: 4 },
  });
  expect(probed({ startupProbe: { httpGet: { port: 9000 } } }).startupProbe).toMatchObject({ httpGet: { ...ready, port: 9000 } });
  expect(probed({ lifecycle: { preStop: { sleep: { seconds: 5 } } } }).lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
});

test("a pod that is nothing but the proxy keeps a container", () => {
  const pod = injected({ metadata: { name: "p" }, spec: { containers: [{ name: "istio-proxy", image: "auto" }] } }).pod as AnyPod;
  expect(names(pod.spec.containers)).toEqual(["istio-proxy"]);
  expect(names(pod.spec.initContainers)).toEqual(["istio-init"]);
});

test("the proxy configuration reaches the redirection", () => {
  const defaultConfig = { interceptionMode: "TPROXY", proxyMetadata: { ISTIO_META_DNS_CAPTURE: "true" } };
  const pod = injected(appPod(), { mesh: { defaultConfig } }).pod as AnyPod;
  const [init] = pod.spec.initContainers;
  expect(init.args).toContain("TPROXY");
  expect(init.env).toEqual([{ name: "ISTIO_META_DNS_CAPTURE", value: "true" }]);
  expect(proxyOf(pod).securityContext).toMatchObject({ runAsUser: 0, capabilities: { add: ["NET_ADMIN"], drop: ["ALL"] } });
  const none = injected(appPod(), { mesh: { defaultConfig: { interceptionMode: "NONE" } } }).pod as AnyPod;
  expect(names(none.spec.initContainers)).toEqual(["istio-proxy"]);
});

test("the redirection lets the user pass as whom the pod wants its proxy to run, and TPROXY needs root", () => {
  const own = (runAsUser: number) => ({ name: "istio-proxy", image: "auto", securityContext: { runAsUser, runAsGroup: 4321 } });
  const pod = (runAsUser: number) => ({ ...appPod(), spec: { containers: [{ name: "web", image: "w" }, own(runAsUser)] } });
  const user = (injectedPod: AnyPod): string =>
    injectedPod.spec.initContainers[0].args[injectedPod.spec.initContainers[0].args.indexOf("-u") + 1];
  const redirect = injected(pod(1234)).pod as AnyPod;
  expect([user(redirect), proxyOf(redirect).securityContext.runAsUser]).toEqual(["1234", 1234]);
  expect(user(injected(pod(0)).pod)).toBe("1337");
  const tproxy = injected(pod(1234), { mesh: { defaultConfig: { interceptionMode: "TPROXY" } } }).pod as AnyPod;
  expect(user(tproxy)).toBe("1234");
  expect(proxyOf(tproxy).securityContext).toMatchObject({ runAsUser: 0, runAsGroup: 4321, runAsNonRoot: false });
});

test("the kubelet asks at the port that the redirection leaves alone, and keeps what it is to ask by", () => {
  const annotations = { "status.sidecar.istio.io/port": "123" };
  const livenessProbe = { httpGet: { port: 8080, host: "app.local", scheme: "HTTPS", httpHeaders: [{ name: "a", value: "b" }] } };
  const pod = injected(appPod({ annotations, container: { livenessProbe } })).pod as AnyPod;
  expect(pod.spec.containers[0].livenessProbe.httpGet).toEqual({
    path: "/app-health/web/livez",
    ...{ port: 123, scheme: "HTTP", httpHeaders: [{ name: "a", value: "b" }] },
  });
  expect(envOf(pod, "FAIRLEAD_PROBE_PORT")).toBe("123");
  expect(envOf(injected(appPod()).pod, "FAIRLEAD_PROBE_PORT")).toBeUndefined();
});

test("a port that is left alone for several reasons is named once", () => {
  const annotations = { "traffic.sidecar.istio.io/excludeInboundPorts": "15020,80" };
  const { args } = (injected(appPod({ annotations })).pod as AnyPod).spec.initContainers[0];
  expect(args[args.indexOf("-d") + 1]).toBe("15090,15021,15020,80");
});

test("a proxy that may listen below port 1024 runs as root, by annotation or value", () => {
  const root = { runAsUser: 0, runAsNonRoot: false, capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] } };
  const byPod = injected(appPod({ annotations: { "sidecar.istio.io/capNetBindService": "true" } })).pod;
  expect(proxyOf(byPod).securityContext).toMatchObject(root);
  const values = injectionValues({ global: { proxy: { capNetBindService: true } } });
  expect(proxyOf(injected(appPod(), { values }).pod).securityContext).toMatchObject(root);
});

test("statistics that annotations ask for go before those of the mesh, list by list; an expression that Envoy cannot read is refused", () => {
  const mesh = { defaultConfig: { proxyStatsMatcher: { inclusionPrefixes: ["mesh"], inclusionSuffixes: ["total"] } } };
  const annotations = { "sidecar.istio.io/statsInclusionPrefixes": "cluster.outbound, listener" };
  const config = JSON.parse(envOf(injected(appPod({ annotations }), { mesh }).pod, "PROXY_CONFIG") ?? "");
  expect(config.proxyStatsMatcher).toEqual({ inclusionPrefixes: ["cluster.outbound", "listener"], inclusionSuffixes: ["total"] });
  const broken = inject(input(appPod({ annotations: { "sidecar.istio.io/statsInclusionRegexps": "http.*,(" } })));
  expect(broken).toMatchObject({ error: { path: 'metadata.annotations["sidecar.istio.io/statsInclusionRegexps"]' } });
  const own = inject(input(appPod({ annotations: { "proxy.istio.io/config": "proxyStatsMatcher: {inclusionRegexps: ['(']}" } })));
  expect(own).toMatchObject({ error: { message: expect.stringContaining("proxyStatsMatcher.inclusionRegexps[0]") } });
});

test("a pod that wants core dumps has an init container behind ours that says where they go, by annotation or value", () => {
  const names = (pod: AnyPod): readonly string[] => pod.spec.initContainers.map(({ name }: AnyPod) => name);
  const wanted = { annotations: { "sidecar.istio.io/enableCoreDump": "true" } };
  const byPod = injected(appPod(wanted)).pod as AnyPod;
  expect(names(byPod)).toEqual(["istio-init", "istio-proxy", "enable-core-dump"]);
  expect(byPod.spec.initContainers[2].securityContext).toMatchObject({ privileged: true, runAsUser: 0 });
  expect(names(injected(appPod(wanted), { kubeVersion: "1.28" }).pod)).toEqual(["istio-init", "enable-core-dump"]);
  const values = injectionValues({ global: { proxy: { enableCoreDump: true } } });
  expect(names(injected(appPod(), { values }).pod)).toContain("enable-core-dump");
  const refused = appPod({ annotations: { "sidecar.istio.io/enableCoreDump": "false" } });
  expect(names(injected(refused, { values }).pod)).not.toContain("enable-core-dump");
});

test("values of another shape are named, and leave the default in force", () => {
  expect(valuesProblem({ global: { proxy: "x" } })).toBe("global.proxy must be a map");
  expect(valuesProblem({ global: { imagePullSecrets: "x" } })).toBe("global.imagePullSecrets must be a list");
  expect(valuesProblem({ global: { proxy: { statusPort: [1] } } })).toBe("global.proxy.statusPort must be one value");
  expect(valuesProblem("x")).toBe("the values must be a map");
  expect(valuesProblem({ global: { proxy: null, hub: 7 }, unknown: [1] })).toBeUndefined();
  const values = injectionValues({ global: { proxy: "x", imagePullSecrets: {} } });
  expect([values.global.proxy.statusPort, values.global.imagePullSecrets]).toEqual([15020, []]);
});

test("null in the values takes a resource away, and a setting has its default", () => {
  const values = injectionValues({ global: { imagePullPolicy: null, proxy: { resources: { limits: { cpu: null }, requests: null } } } });
  expect(values.global.imagePullPolicy).toBe("");
  expect(proxyOf(injected(appPod(), { values }).pod).resources).toEqual({ limits: { memory: "1Gi" } });
  const none = injectionValues({ global: { proxy: { resources: null } } });
  expect(proxyOf(injected(appPod(), { values: none }).pod).resources).toEqual({});
});

test("our pull secrets are tried first, once", () => {
  const values = injectionValues({ global: { imagePullSecrets: ["ours", "both"] } });
  const pod = injected(appPod({ spec: { imagePullSecrets: [{ name: "both" }, { name: "theirs" }] } }), { values }).pod as AnyPod;
  expect(names(pod.spec.imagePullSecrets)).toEqual(["ours", "both", "theirs"]);
});

test("a gateway's resources and rights are its deployer's", () => {
  const annotations = { "inject.istio.io/templates": "gateway" };
  const gateway = (containers: object[]) => ({ metadata: { name: "gw", annotations }, spec: { containers } });
  const alone = injected(gateway([{ name: "istio-proxy", image: "auto" }])).pod as AnyPod;
  expect(proxyOf(alone)).toMatchObject({ securityContext: { runAsUser: 1337, runAsGroup: 1337 } });
  expect([proxyOf(alone).resources, proxyOf(alone).startupProbe, proxyOf(alone).securityContext.capabilities]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(alone.metadata.annotations["kubectl.kubernetes.io/default-container"]).toBeUndefined();
  const beside = injected(
    gateway([
      { name: "app", image: "a" },
      { name: "istio-proxy", image: "auto" },
    ]),
  ).pod as AnyPod;
  expect(beside.metadata.annotations["kubectl.kubernetes.io/default-container"]).toBe("app");
});

test("a gateway's container is filled in, and nothing is redirected", () => {
  const gateway = {
    metadata: { name: "gw", labels: { "sidecar.istio.io/inject": "true" }, annotations: { "inject.istio.io/templates": "gateway" } },
    spec: { containers: [{ name: "istio-proxy", image: "auto", ports: [{ containerPort: 8080 }] }] },
  };
  const pod = injected(gateway, { namespace: "istio-system", namespaceLabels: {} }).pod as AnyPod;
  expect(pod.spec.initContainers).toBeUndefined();
  expect(proxyOf(pod).args.slice(0, 4)).toEqual(["proxy", "router", "--domain", "$(POD_NAMESPACE).svc.cluster.local"]);
  expect(proxyOf(pod).ports).toEqual([{ containerPort: 8080 }, { name: "http-envoy-prom", containerPort: 15090, protocol: "TCP" }]);
  expect(pod.metadata.labels["security.istio.io/tlsMode"]).toBeUndefined();
});

test("a gateway has the values' hooks, and is asked whether it is ready though no status of sidecars is wanted", () => {
  const annotations = { "inject.istio.io/templates": "gateway", "status.sidecar.istio.io/port": "0" };
  const lifecycle = { preStop: { sleep: { seconds: 5 } } };
  const gateway = { metadata: { name: "gw", annotations }, spec: { containers: [{ name: "istio-proxy", image: "auto" }] } };
  const proxy = proxyOf(injected(gateway, { values: injectionValues({ global: { proxy: { lifecycle, statusPort: 0 } } }) }).pod);
  expect(proxy).toMatchObject({ lifecycle, readinessProbe: { httpGet: { path: "/healthz/ready", port: 15021 } } });
});

test("the status says what was added and why", () => {
  const pod = injected(appPod()).pod as AnyPod;
  const status = JSON.parse(pod.metadata.annotations["sidecar.istio.io/status"]);
  expect(status).toMatchObject({ initContainers: ["istio-init", "istio-proxy"], containers: null, revision: "default" });
  expect(status.decision).toBe("namespace label istio-injection=enabled");
});

test("the scraper is led to the agent, which learns the app's own place", () => {
  const annotations = { "prometheus.io/scrape": "true", "prometheus.io/port": "9102", "prometheus.io/path": "/m" };
  const pod = injected(appPod({ annotations })).pod as AnyPod;
  expect(pod.metadata.annotations).toMatchObject({ "prometheus.io/port": "15020", "prometheus.io/path": "/stats/prometheus" });
  expect(JSON.parse(envOf(pod, "ISTIO_PROMETHEUS_ANNOTATIONS") ?? "")).toEqual({ scrape: "true", path: "/m", port: "9102" });
  for (const no of ["false", "0", "F"]) {
    const off = injected(appPod({ annotations: { "prometheus.io/scrape": no } })).pod as AnyPod;
    expect(off.metadata.annotations["prometheus.io/port"]).toBeUndefined();
  }
  const spelt = injected(appPod({ annotations: { "prometheus.io.port": "9102", prometheus_io_path: "/m" } })).pod as AnyPod;
  expect(Object.keys(spelt.metadata.annotations).filter((key) => key.startsWith("prometheus"))).toEqual(
    Object.keys(pod.metadata.annotations)
      .filter((key) => key.startsWith("prometheus"))
      .toSorted(),
  );
  expect(JSON.parse(envOf(spelt, "ISTIO_PROMETHEUS_ANNOTATIONS") ?? "")).toEqual({ scrape: "", path: "/m", port: "9102" });
});

test("several places of the app's metrics go before the one, and the scraper is led to the agent all the same", () => {
  const several = { "prometheus.istio.io/scrape-targets": "8080:/metrics, 9100", "prometheus.io/port": "9102" };
  const pod = injected(appPod({ annotations: several })).pod as AnyPod;
  expect(pod.metadata.annotations).toMatchObject({ "prometheus.io/port": "15020", "prometheus.io/scrape": "true" });
  expect(JSON.parse(envOf(pod, "ISTIO_PROMETHEUS_ANNOTATIONS") ?? "").targets).toEqual([
    { port: 8080, path: "/metrics" },
    { port: 9100, path: "/metrics" },
  ]);
  expect(injected(pod).patch).toEqual([]);
  const off = appPod({ annotations: { "prometheus.istio.io/scrape-targets": "15020:/m", "prometheus.istio.io/merge-metrics": "false" } });
  expect(envOf(injected(off).pod, "ISTIO_PROMETHEUS_ANNOTATIONS")).toBeUndefined();
});

test.each([
  ["15021", {}],
  ["15090", {}],
  ["15999", { "status.sidecar.istio.io/port": "15999" }],
  ["15020", { "proxy.istio.io/config": "statusPort: 16000" }],
])("a port of the sidecar is no place of the app's metrics, and the scraper is led to the agent: %s", (port, more) => {
  const annotations = { "prometheus.io/scrape": "true", "prometheus.io/port": port, ...more };
  const pod = injected(appPod({ annotations })).pod as AnyPod;
  expect(pod.metadata.annotations["prometheus.io/port"]).toBe("proxy.istio.io/config" in more ? "16000" : "15020");
  expect(envOf(pod, "ISTIO_PROMETHEUS_ANNOTATIONS")).toBeUndefined();
  expect(injected(pod).patch).toEqual([]);
});

test.each([
  ["15999:/metrics", { "status.sidecar.istio.io/port": "15999" }],
  ["16000:/metrics", { "proxy.istio.io/config": "statusPort: 16000" }],
  ["15008:/metrics", {}],
])("nor may a list of them name one: %s", (targets, more) => {
  const result = inject(input(appPod({ annotations: { "prometheus.istio.io/scrape-targets": targets, ...more } })));
  expect(result).toMatchObject({ ok: false, error: { path: 'metadata.annotations["prometheus.istio.io/scrape-targets"]' } });
});

test("annotations that Kubernetes would not store are not read", () => {
  const of = (value: string) => inject(input(appPod({ annotations: { "example.com/a": value } })));
  expect(of("x".repeat(262_144 - 13)).ok).toBe(true);
  for (const value of ["x".repeat(262_144 - 12), "ü".repeat(131_072), "::,".repeat(1_000_000)]) {
    expect(of(value)).toMatchObject({ ok: false, error: { path: "metadata.annotations" } });
  }
});

test.each([
  ["prometheus.istio.io/merge-metrics", "perhaps"],
  ["prometheus.istio.io/scrape-targets", "8080:/metrics,metrics"],
  ["prometheus.istio.io/scrape-targets", "8080:/metrics,"],
  ["prometheus.istio.io/scrape-targets", "8080:/metrics,015090:/stats"],
  ["prometheus.istio.io/scrape-targets", "15020:/stats/prometheus"],
  ["traffic.sidecar.istio.io/excludeOutboundIPRanges", "10.0.0.0/33"],
  ["traffic.sidecar.istio.io/includeInboundPorts", "70000"],
  ["traffic.sidecar.istio.io/excludeInterfaces", "eth0;reboot"],
  ["sidecar.istio.io/interceptionMode", "MAGIC"],
  ["sidecar.istio.io/proxyCPU", "much"],
  ["sidecar.istio.io/userVolume", "[1]"],
  ["status.sidecar.istio.io/port", "http"],
  ["status.sidecar.istio.io/port", "65536"],
  ["proxy.istio.io/config", "just words"],
  ["proxy.istio.io/config", "a: [1"],
  ["proxy.istio.io/config", "concurrency: many"],
  ["proxy.istio.io/config", "proxyMetadata: [1]"],
  ["proxy.istio.io/config", "discoveryAddress: controller"],
  ["proxy.istio.io/config", "proxyAdminPort: 65536"],
  ["proxy.istio.io/config", "drainDuration: 1500ms"],
  ["inject.istio.io/templates", "grpc"],
])("annotation %s: %s is refused with its name", (annotation, value) => {
  const result = inject(input(appPod({ annotations: { [annotation]: value } })));
  expect(result).toMatchObject({ ok: false, error: { path: `metadata.annotations["${annotation}"]` } });
});

test.each([
  [null, ""],
  [{ metadata: {} }, "spec"],
  [{ metadata: [], spec: {} }, "metadata"],
  [{ metadata: { labels: { a: 1 } }, spec: {} }, 'metadata.labels["a"]'],
  [{ spec: { containers: "x" } }, "spec.containers"],
  [{ spec: { containers: [{}] } }, "spec.containers[0]"],
])("a pod that is none is refused: %j", (pod, path) => {
  expect(inject(input(pod))).toMatchObject({ ok: false, error: { path } });
});

test("a field named __proto__ is refused with its path, wherever it stands", () => {
  const pod: unknown = JSON.parse(
    JSON.stringify(appPod({ container: { env: [{ name: "A", valueFrom: { proto: {} } }] } })).replace("proto", "__proto__"),
  );
  expect(inject(input(pod))).toMatchObject({ ok: false, error: { path: "spec.containers[0].env[0].valueFrom.__proto__" } });
});

test("a pod that nests too deeply is refused where it does", () => {
  const deep: unknown = JSON.parse(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`);
  expect(inject(input(appPod({ spec: { deep } })))).toMatchObject({ ok: false, error: { path: "spec.deep.a" } });
});

test("names that objects inherit are nothing special", () => {
  const pod = injected(appPod({ labels: { constructor: "x", toString: "y" }, annotations: { hasOwnProperty: "z" } })).pod as AnyPod;
  expect(pod.metadata.labels).toMatchObject({ constructor: "x", toString: "y" });
});

test("a misspelt annotation and a namespace that will refuse the pod are told", () => {
  const pod = appPod({ annotations: { "traffic.sidecar.istio.io/excludeOutboundPort": "1" } });
  const namespaceLabels = { "istio-injection": "enabled", "pod-security.kubernetes.io/enforce": "restricted" };
  const { warnings } = injected(pod, { namespaceLabels });
  expect(warnings[0]).toContain("NET_ADMIN");
  expect(warnings[1]).toContain("did you mean traffic.sidecar.istio.io/excludeOutboundPorts?");
});

test("the namespace's Pod Security is told in one sentence with two ways out, where the redirection is added", () => {
  const told = (labels: Record<string, string>, annotations = {}): readonly string[] =>
    injected(appPod({ annotations }), { namespaceLabels: { "istio-injection": "enabled", ...labels } }).warnings;
  const level = (mode: string, value: string) => ({ [`pod-security.kubernetes.io/${mode}`]: value });
  expect(told({ ...level("enforce", "baseline"), ...level("warn", "restricted") })).toEqual([
    "namespace shop refuses istio-init (pod-security.kubernetes.io/enforce=baseline allows no NET_ADMIN or NET_RAW): " +
      "set it to privileged, or annotate pods sidecar.istio.io/interceptionMode=NONE",
  ]);
  expect(told({ ...level("enforce", "privileged"), ...level("warn", "restricted") })[0]).toMatch(
    /^namespace shop warns of .*warn=restricted allows no NET_ADMIN, NET_RAW or root\)/,
  );
  expect(told(level("enforce", "privileged"))).toEqual([]);
  expect(told(level("audit", "restricted"))).toEqual([]);
  const longest = injected(appPod(), {
    namespace: "n".repeat(63),
    namespaceLabels: { "istio-injection": "enabled", ...level("enforce", "restricted") },
  });
  expect(longest.warnings[0]?.length, "the API server cuts longer ones").toBeLessThanOrEqual(256);
  expect(told(level("enforce", "restricted"), { "sidecar.istio.io/interceptionMode": "NONE" })).toEqual([]);
  expect(told(level("enforce", "baseline"), { "sidecar.istio.io/enableCoreDump": "true" })[1]).toBe(
    "namespace shop refuses enable-core-dump (pod-security.kubernetes.io/enforce=baseline allows no privileged container): " +
      "set it to privileged, or annotate pods sidecar.istio.io/enableCoreDump=false",
  );
  expect(told(level("enforce", "restricted"), { "inject.istio.io/templates": "gateway" })).toEqual([]);
});

test("settings of the proxy that are longer than any are, are refused before they are read", () => {
  const parseYaml = () => expect.unreachable("reading takes seconds a megabyte");
  const pod = appPod({ annotations: { "proxy.istio.io/config": "- ".repeat(40_000) } });
  expect(inject(input(pod, { parseYaml }))).toMatchObject({ ok: false, error: { message: expect.stringContaining("65536 characters") } });
});

test("settings of the proxy that are unknown or not built are told, and the pod is taken", () => {
  const config = "concurrency: 2\ntracing: { sampling: 10 }\nconcurency: 3\n";
  const { warnings } = injected(appPod({ annotations: { "proxy.istio.io/config": config } }));
  expect(warnings.map((warning) => warning.replace(/: .* \(/, " ("))).toEqual([
    'metadata.annotations["proxy.istio.io/config"].concurency (FL0120)',
    'metadata.annotations["proxy.istio.io/config"].tracing (FL0121)',
  ]);
  expect(injected(appPod({ annotations: { "proxy.istio.io/config": "concurrency: 2" } })).warnings).toEqual([]);
});
