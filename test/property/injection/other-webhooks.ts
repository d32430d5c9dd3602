// Pods that an API server would take, and what other mutating webhooks do to them: each leaves a pod that it would take, too.
import fc from "fast-check";

// biome-ignore lint/suspicious/noExplicitAny: a pod is looked into at many depths
export type AnyPod = any;

const NAMES = ["web", "api", "cache", "worker", "log", "probe", "late"] as const;
const port = fc.integer({ min: 1, max: 14_999 });
const handler = fc.oneof(
  port.map((number) => ({ httpGet: { port: number, path: "/x", scheme: "HTTPS" } })),
  fc.constant({ httpGet: { port: "named", httpHeaders: [{ name: "A", value: "b" }] } }),
  port.map((number) => ({ tcpSocket: { port: number } })),
  port.map((number) => ({ grpc: { port: number } })),
  fc.constant({ exec: { command: ["true"] } }),
);
const withoutGrpc = handler.filter((probe) => !("grpc" in probe));
const quantity = fc.constantFrom("50m", "1", "1500m");
const optional = { requiredKeys: [] };

/** Fields that every container may have. */
const plain = {
  env: fc.uniqueArray(
    fc.constantFrom("A", "B", "POD_NAME").map((name) => ({ name, value: "v" })),
    { selector: ({ name }) => name },
  ),
  ports: port.map((containerPort) => [
    { name: "named", containerPort, protocol: "TCP" },
    { containerPort, protocol: "UDP" },
  ]),
  volumeMounts: fc.constant([{ name: "data", mountPath: "/data" }]),
  resources: quantity.map((cpu) => ({ limits: { cpu } })),
  securityContext: fc.record({ runAsUser: fc.integer({ min: 1, max: 2000 }).filter((user) => user !== 1337) }, optional),
};
const probes = {
  livenessProbe: handler,
  readinessProbe: handler,
  startupProbe: handler,
  lifecycle: fc.record({ preStop: withoutGrpc, postStart: withoutGrpc }, optional),
};

const named = (name: string) => (fields: object) => ({ name, image: "image:1", ...fields });
const app = (name: string) => fc.record({ ...plain, ...probes }, optional).map(named(name));
const init = (name: string) => fc.record(plain, optional).map(named(name));
const sidecar = (name: string) => init(name).map((fields) => ({ ...fields, restartPolicy: "Always" }));
/** What a pod wants of its own proxy. */
const ownProxy = fc
  .record(
    {
      env: fc.constant([{ name: "TRUST_DOMAIN", value: "own" }]),
      resources: quantity.map((cpu) => ({ requests: { cpu } })),
      securityContext: fc.record({ runAsUser: fc.constantFrom(0, 1337, 2001), readOnlyRootFilesystem: fc.boolean() }, optional),
      lifecycle: fc.record({ preStop: withoutGrpc }, optional),
      volumeMounts: plain.volumeMounts,
    },
    optional,
  )
  .map((fields) => ({ name: "istio-proxy", image: "auto", ...fields }));

const annotations = fc.record(
  {
    "sidecar.istio.io/interceptionMode": fc.constantFrom("REDIRECT", "TPROXY", "NONE"),
    "sidecar.istio.io/enableCoreDump": fc.constantFrom("true", "false"),
    "sidecar.istio.io/nativeSidecar": fc.constantFrom("true", "false"),
    "sidecar.istio.io/proxyCPU": quantity,
    "sidecar.istio.io/rewriteAppHTTPProbers": fc.constantFrom("true", "false"),
    "sidecar.istio.io/userVolume": fc.constant('{"own":{"emptyDir":{}}}'),
    "status.sidecar.istio.io/port": fc.constantFrom("0", "123", "15020"),
    "traffic.sidecar.istio.io/excludeInboundPorts": fc.constantFrom("", "80,15020"),
    "prometheus.io/port": fc.constantFrom("9102", "15020"),
    "prometheus.io.scrape": fc.constantFrom("true", "false"),
    "proxy.istio.io/config": fc.constantFrom("holdApplicationUntilProxyStarts: true", "statusPort: 15099"),
    "inject.istio.io/templates": fc.constantFrom("sidecar", "sidecar,custom", "custom", "sidecar,sidecar"),
  },
  optional,
);

export const CUSTOM = {
  metadata: { labels: { team: "none" } },
  spec: {
    containers: [
      { name: "*", env: [{ name: "B", value: "template" }], volumeMounts: [{ name: "shared", mountPath: "/shared" }] },
      { name: "istio-proxy", image: "auto", env: [{ name: "C", value: "template" }] },
    ],
    volumes: [{ name: "shared", emptyDir: {} }],
    tolerations: [{ key: "team", operator: "Exists" }],
  },
};

/** Pods as a controller makes them. A template that only fills in `istio-proxy` is asked for beside the sidecar's. */
export const pods: fc.Arbitrary<AnyPod> = fc
  .uniqueArray(fc.constantFrom(...NAMES.slice(0, 5)), { minLength: 1, maxLength: 5 })
  .chain((names) => {
    const [first = "web", ...others] = names;
    const containers = others.slice(0, 2).map(app);
    const inits = others.slice(2).map((name, index) => (index % 2 === 0 ? sidecar(name) : init(name)));
    return fc.record({
      containers: fc.tuple(app(first), ...containers),
      initContainers: fc.tuple(...inits),
      own: fc.option(ownProxy, { nil: undefined, freq: 3 }),
      annotations: annotations.map((all) =>
        all["inject.istio.io/templates"] === "custom" ? { ...all, "inject.istio.io/templates": "custom,sidecar" } : all,
      ),
    });
  })
  .map(({ containers, initContainers, own, annotations: asked }) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", labels: { app: "web" }, annotations: asked },
    spec: {
      serviceAccountName: "default",
      volumes: [{ name: "data", emptyDir: {} }],
      containers: own === undefined ? containers : [...containers, own],
      ...(initContainers.length === 0 ? {} : { initContainers }),
    },
  }));

/** What another webhook does, and its name for whoever reads of a failure. */
export interface Meddler {
  readonly name: string;
  readonly meddle: (pod: AnyPod) => AnyPod;
}

const meddler = (name: string, meddle: Meddler["meddle"]): Meddler => ({ name, meddle });

/** Adds a container that is not there yet to one of the lists. */
function adding(list: "containers" | "initContainers", at: "first" | "last", container: AnyPod): Meddler {
  return meddler(`${container.name} ${at} into ${list}`, (pod) => {
    const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
    if (all.some(({ name }) => name === container.name)) return pod;
    const present = pod.spec[list] ?? [];
    return { ...pod, spec: { ...pod.spec, [list]: at === "first" ? [container, ...present] : [...present, container] } };
  });
}

const place = fc.constantFrom("first" as const, "last" as const);
const newName = fc.constantFrom(...NAMES.slice(5));

const eachContainer = (change: (container: AnyPod) => AnyPod) => (pod: AnyPod) => ({
  ...pod,
  spec: {
    ...pod.spec,
    containers: pod.spec.containers.map(change),
    ...(pod.spec.initContainers ? { initContainers: pod.spec.initContainers.map(change) } : {}),
  },
});

/** Fields that a client of an old API does not know, and so does not send back. */
const UNKNOWN = ["restartPolicy", "startupProbe"] as const;

export const meddlers: fc.Arbitrary<Meddler> = fc.oneof(
  fc.tuple(newName.chain(app), place).map(([container, at]) => adding("containers", at, container)),
  fc.tuple(newName.chain(init), place).map(([container, at]) => adding("initContainers", at, container)),
  fc.tuple(newName.chain(sidecar), place).map(([container, at]) => adding("initContainers", at, container)),
  fc.constant(
    meddler("containers the other way round", (pod) => ({ ...pod, spec: { ...pod.spec, containers: [...pod.spec.containers].reverse() } })),
  ),
  fc.constantFrom(...UNKNOWN).map((field) =>
    meddler(
      `${field} dropped`,
      eachContainer((container) => Object.fromEntries(Object.entries(container).filter(([key]) => key !== field))),
    ),
  ),
  fc.constant(
    meddler(
      "a variable for every container",
      eachContainer((container) => ({
        ...container,
        env: [...(container.env ?? []).filter(({ name }: AnyPod) => name !== "Z"), { name: "Z", value: "z" }],
      })),
    ),
  ),
  fc.constant(
    meddler("an annotation", (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, "other.io/seen": "true" } },
    })),
  ),
);

const OURS = new Set(["istio-proxy", "istio-init", "enable-core-dump"]);
const LED = ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"];

/** Every container that is not ours, by list, without what injection leads elsewhere. */
export function foreign(pod: AnyPod): AnyPod {
  const of = (list: AnyPod): AnyPod[] =>
    (list ?? [])
      .filter(({ name }: AnyPod) => !OURS.has(name))
      .map((container: AnyPod) => Object.fromEntries(Object.entries(container).filter(([key]) => !LED.includes(key))));
  return { containers: of(pod.spec.containers), initContainers: of(pod.spec.initContainers) };
}
