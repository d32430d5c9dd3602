// A namespace's LimitRange, ResourceQuota and Pod Security at a real API server: what our containers alone would be refused for is not refused.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "./child.ts";
import { type CommandResult, type Installed, installFairlead } from "./installed.ts";

let cluster: Installed;
beforeAll(async () => {
  cluster = await installFairlead();
});
afterAll(() => cluster?.stop());

const apply = (object: object): Promise<CommandResult> => cluster.kubectl(["apply", "-f", "-"], JSON.stringify(object));

async function namespace(name: string, labels: Record<string, string>, objects: readonly object[]): Promise<void> {
  expect((await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } })).stderr).toBe("");
  const account = async () => (await cluster.kubectl(["get", "serviceaccount", "default", "-n", name])).code === 0;
  await until(account, () => `no service account in ${name}`);
  for (const object of objects)
    expect((await apply({ apiVersion: "v1", ...object, metadata: { name: "small", namespace: name } })).stderr).toBe("");
}

interface Asked {
  readonly injected?: boolean;
  readonly annotations?: Record<string, string>;
  readonly resources?: object;
}

/** What the API server says of a pod whose own container fits. */
function create(ns: string, { injected = true, annotations = {}, resources = {} }: Asked): Promise<CommandResult> {
  const security = { allowPrivilegeEscalation: false, runAsNonRoot: true, runAsUser: 1000, capabilities: { drop: ["ALL"] } };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: ns, labels: { "sidecar.istio.io/inject": String(injected) }, annotations },
    spec: {
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      containers: [{ name: "app", image: "a", resources, securityContext: security }],
    },
  };
  return cluster.kubectl(["create", "--dry-run=server", "-o", "json", "-f", "-"], JSON.stringify(pod));
}

/** Resources of both our containers as the API server would store them. */
function ours({ stdout }: CommandResult): readonly object[] {
  const { initContainers } = (JSON.parse(stdout) as { spec: { initContainers: { name: string; resources: object }[] } }).spec;
  return initContainers.filter(({ name }) => name.startsWith("istio-")).map(({ resources }) => resources);
}

const OURS = { "istio-injection": "enabled" };
const SMALL = { limits: { cpu: "100m", memory: "64Mi" }, requests: { cpu: "50m", memory: "32Mi" } };
const limitRange = (item: object) => ({ kind: "LimitRange", spec: { limits: [{ type: "Container", ...item }] } });
/** What is left of ours without limits of their own. */
const bare = { "sidecar.istio.io/proxyCPU": "100m" };

test("a LimitRange: our containers are cut, raised and spread to fit, where the same resources of the app are refused", async () => {
  await namespace("ranged", OURS, [
    limitRange({ max: { cpu: "800m", memory: "512Mi" }, min: { cpu: "20m", memory: "16Mi" }, maxLimitRequestRatio: { cpu: "4" } }),
  ]);
  const usual = { limits: { cpu: "2", memory: "1Gi" }, requests: { cpu: "100m", memory: "128Mi" } };
  const refused = await settled(() => create("ranged", { injected: false, resources: usual }), 1);
  expect(refused.stderr).toMatch(
    /maximum cpu usage per Container is 800m.*maximum memory usage per Container is 512Mi.*cpu max limit to request ratio/,
  );
  const fits = { limits: { cpu: "800m", memory: "512Mi" }, requests: { cpu: "200m", memory: "128Mi" } };
  const admitted = await settled(() => create("ranged", { resources: SMALL }));
  expect(ours(admitted)).toEqual([fits, fits]);
});

test("a ResourceQuota that counts limits: they are said, where a container without them is refused", async () => {
  await namespace("counted", OURS, [
    { kind: "ResourceQuota", spec: { hard: { "limits.cpu": "8", "limits.memory": "8Gi", "requests.memory": "4Gi" } } },
  ]);
  const refused = await settled(() => create("counted", { injected: false }), 1);
  expect(refused.stderr).toContain("must specify limits.cpu for: app");
  const admitted = await settled(() => create("counted", { resources: SMALL, annotations: bare }));
  const said = { limits: { cpu: "2", memory: "1Gi" }, requests: { cpu: "100m", memory: "128Mi" } };
  expect(ours(admitted)).toEqual([said, said]);
});

test("a pod that wants core dumps is let in where the same pod without them is, by a pod's maximum and by a quota", async () => {
  const dumps = { annotations: { "sidecar.istio.io/enableCoreDump": "true" }, resources: SMALL };
  const hard = { "limits.memory": "1100Mi", "requests.memory": "160Mi" };
  await namespace("dumped", OURS, [
    { kind: "LimitRange", spec: { limits: [{ type: "Pod", max: { cpu: "2200m" } }] } },
    { kind: "ResourceQuota", spec: { hard } },
  ]);
  const tooMuch = { limits: { cpu: "2201m", memory: "64Mi" }, requests: { cpu: "50m", memory: "32Mi" } };
  const refused = await settled(() => create("dumped", { injected: false, resources: tooMuch }), 1);
  expect(refused.stderr).toContain("maximum cpu usage per Pod is 2200m");
  const usual = { limits: { cpu: "2", memory: "1Gi" }, requests: { cpu: "100m", memory: "128Mi" } };
  expect(ours(await settled(() => create("dumped", dumps)))).toEqual([usual, usual]);
});

test("a namespace's default limit is not below what we ask for", async () => {
  await namespace("defaulted", OURS, [limitRange({ default: { cpu: "30m" }, defaultRequest: { cpu: "10m" } })]);
  const admitted = await settled(() => create("defaulted", { annotations: bare }));
  expect(ours(admitted)).toEqual([
    { limits: { cpu: "100m" }, requests: { cpu: "100m" } },
    { limits: { cpu: "100m" }, requests: { cpu: "100m" } },
  ]);
});

test("Pod Security: one sentence with the two ways out, before the API server's violations, and both ways lead out", async () => {
  const label = "pod-security.kubernetes.io/enforce";
  await namespace("strict", { ...OURS, [label]: "restricted" }, []);
  const { code, stderr } = await create("strict", {});
  const [first, ...rest] = stderr.split("\n");
  expect(code).not.toBe(0);
  expect(first).toMatch(/^Warning: namespace strict refuses istio-init .* set it to privileged, or .*interceptionMode=NONE/);
  expect(rest.join(" ")).toContain('violates PodSecurity "restricted');
  expect((await create("strict", { injected: false })).code, "the app itself is let in").toBe(0);
  const unredirected = await create("strict", { annotations: { "sidecar.istio.io/interceptionMode": "NONE" } });
  expect(unredirected.stderr).toBe("");
  expect((await cluster.kubectl(["label", "namespace", "strict", "--overwrite", `${label}=privileged`])).stderr).toBe("");
  expect((await settled(() => create("strict", {}))).stderr).toBe("");
});

/** Tries again for as long as the API server's own watch, or ours, is behind. */
async function settled(attempt: () => Promise<CommandResult>, code = 0): Promise<CommandResult> {
  let last: CommandResult | undefined;
  await until(
    async () => {
      last = await attempt();
      return (last.code === 0) === (code === 0) && (code !== 0 || !last.stderr.includes("Warning"));
    },
    () => `not so: ${last?.stderr}`,
  );
  if (last === undefined) throw new Error("never tried");
  return last;
}
