import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { OWN_KINDS } from "../../src/api/kinds.ts";
import type { StoredObject } from "../../src/api/object.ts";
import { createApiClient } from "../../src/source/kubernetes/api-client.ts";
import { createInClusterAccess } from "../../src/source/kubernetes/in-cluster-access.ts";
import { createKubernetesSource, type KubernetesSourceOptions } from "../../src/source/kubernetes/kubernetes-source.ts";
import { createKubernetesTokenReviewer } from "../../src/source/kubernetes/kubernetes-token-reviewer.ts";
import { readCluster } from "../../src/source/kubernetes/read-cluster.ts";
import type { ProblemEvent } from "../../src/source/source-problem.ts";
import type { WatchedSource } from "../../src/source/watched-source.ts";
import { applyLooseCrds } from "./apply-loose-crds.ts";
import { until } from "./child.ts";
import { type Collected, collect, memoryLog } from "./collected.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
  await namespace("istio-system");
});
afterAll(() => server?.stop());

const namespace = (name: string): Promise<unknown> =>
  server.admin.json({ method: "POST", path: "/api/v1/namespaces", body: { metadata: { name } } });

const ENTRIES = "/apis/networking.istio.io/v1/namespaces/default/serviceentries";
const CONFIG_MAPS = "/api/v1/namespaces/istio-system/configmaps";

const entry = (name: string, spec: object) => ({ apiVersion: "networking.istio.io/v1", kind: "ServiceEntry", metadata: { name }, spec });
const hosts = (...names: string[]) => ({ hosts: names, ports: [{ number: 443, name: "tls", protocol: "TLS" }], resolution: "NONE" });
const create = (path: string, body: object): Promise<unknown> => server.admin.json({ method: "POST", path, body });
const merge = (path: string, body: object): Promise<unknown> =>
  server.admin.json({ method: "PATCH", path, body, contentType: "application/merge-patch+json" });
const remove = (path: string): Promise<unknown> => server.admin.json({ method: "DELETE", path });
const meshMap = (mesh: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "istio" }, data: { mesh } });

const hasHost = (host: string) => (object: StoredObject) => (object as StoredObject<"ServiceEntry">).spec.hosts?.includes(host) ?? false;
const hasMode = (mode: string | undefined) => (object: StoredObject) =>
  (object as StoredObject<"MeshConfig">).spec.outboundTrafficPolicy?.mode === mode;

interface Running extends Collected {
  readonly source: WatchedSource;
  readonly log: ReturnType<typeof memoryLog>;
  readonly events: ProblemEvent[];
  end(): void;
}

async function running(options: Partial<KubernetesSourceOptions> = {}): Promise<Running> {
  const log = memoryLog();
  const events: ProblemEvent[] = [];
  const report = (event: ProblemEvent): void => void events.push(event);
  const source = createKubernetesSource({
    kubeconfig: server.kubeconfig,
    namespace: "istio-system",
    log,
    report,
    unservedRetryMs: 200,
    ...options,
  });
  const collected = collect();
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  await source.start(collected.listener, ending.signal);
  return { ...collected, source, log, events, end: () => ending.abort() };
}

test("kinds whose CRD comes later are gone without, then taken up", async () => {
  const { objects, wait, log } = await running();
  expect(objects.has("Namespace//istio-system" as never)).toBe(true);
  expect(log.lines.filter((line) => line.includes("does not serve this kind"))).toHaveLength(Object.keys(OWN_KINDS).length);
  await applyLooseCrds(server.admin);
  await create(ENTRIES, entry("late", hosts("late.example.com")));
  await wait("ServiceEntry/default/late", hasHost("late.example.com"));
});

test("the first delta holds everything, in several pages; later ones hold what changed", async () => {
  for (let i = 0; i < 7; i++) await create(ENTRIES, entry(`page-${i}`, hosts(`p${i}.example.com`)));
  const { deltas, objects, wait } = await running({ pageSize: 3 });
  expect(deltas).toHaveLength(1);
  expect([...objects.keys()].filter((key) => key.startsWith("ServiceEntry/default/page-"))).toHaveLength(7);
  expect(objects.get("MeshConfig//mesh" as never)?.spec).toEqual({});
  await merge(`${ENTRIES}/page-3`, { spec: { hosts: ["changed.example.com"] } });
  await wait("ServiceEntry/default/page-3", hasHost("changed.example.com"));
  await remove(`${ENTRIES}/page-4`);
  await wait("ServiceEntry/default/page-4");
  const changed = deltas.slice(1).flatMap((delta) => [...delta.keys()]);
  expect(changed).toEqual(["ServiceEntry/default/page-3", "ServiceEntry/default/page-4"]);
  expect(JSON.stringify([...objects.values()])).not.toContain("managedFields");
});

test("a stored object that does not decode is named, and its last good version stays", async () => {
  const { wait, source, events, objects } = await running();
  await create(ENTRIES, entry("poison", hosts("good.example.com")));
  await wait("ServiceEntry/default/poison", hasHost("good.example.com"));
  await merge(`${ENTRIES}/poison`, { spec: { hosts: "not-a-list" } });
  await create(ENTRIES, entry("other", hosts("other.example.com")));
  await wait("ServiceEntry/default/other", hasHost("other.example.com"));
  expect(source.problems()).toMatchObject([{ object: "ServiceEntry/default/poison", findings: [{ path: "spec.hosts" }] }]);
  expect(objects.get("ServiceEntry/default/poison" as never)).toSatisfy(hasHost("good.example.com"));
  await merge(`${ENTRIES}/poison`, { spec: { hosts: ["mended.example.com"] } });
  await wait("ServiceEntry/default/poison", hasHost("mended.example.com"));
  expect(source.problems()).toEqual([]);
  expect(events.map((event) => event.type)).toEqual(["problem", "cleared"]);
});

test("a broken mesh ConfigMap leaves the last good one in force, through a restart too", async () => {
  const first = await running();
  await create(CONFIG_MAPS, meshMap("outboundTrafficPolicy:\n  mode: REGISTRY_ONLY\n"));
  await first.wait("MeshConfig//mesh", hasMode("REGISTRY_ONLY"));
  await until(
    () => exists(`${CONFIG_MAPS}/fairlead-mesh-last-good`),
    () => "nothing was remembered",
  );
  await merge(`${CONFIG_MAPS}/istio`, { data: { mesh: "accessLogFile: /dev/stdout\noutboundTrafficPolicy:\n  mode: SOME_DAY\n" } });
  await until(
    () => first.source.problems().length === 1,
    () => "no problem was reported",
  );
  expect(first.source.problems()[0]?.findings[0]).toMatchObject({ line: 3, path: "outboundTrafficPolicy.mode" });
  expect(first.objects.get("MeshConfig//mesh" as never)).toSatisfy(hasMode("REGISTRY_ONLY"));
  first.end();
  const second = await running();
  expect(second.objects.get("MeshConfig//mesh" as never)).toSatisfy(hasMode("REGISTRY_ONLY"));
  await merge(`${CONFIG_MAPS}/istio`, { data: { mesh: "outboundTrafficPolicy: {mode: ALLOW_ANY}" } });
  await second.wait("MeshConfig//mesh", hasMode("ALLOW_ANY"));
  second.end();
  await remove(`${CONFIG_MAPS}/istio`);
});

test("a mesh ConfigMap that is deleted opens nothing: the last good one stays, a restart included, until {} is written", async () => {
  const strict = meshMap("outboundTrafficPolicy: {mode: REGISTRY_ONLY}");
  await create(CONFIG_MAPS, strict);
  const first = await running();
  expect(first.objects.get("MeshConfig//mesh" as never)).toSatisfy(hasMode("REGISTRY_ONLY"));
  const remembered = async () => (await server.admin.json<{ data: object }>({ path: `${CONFIG_MAPS}/fairlead-mesh-last-good` })).data;
  await expect.poll(remembered).toEqual(strict.data);
  await remove(`${CONFIG_MAPS}/istio`);
  await expect.poll(() => first.source.problems()).toMatchObject([{ object: "MeshConfig//mesh", findings: [{ code: "FL0908" }] }]);
  expect(first.source.problems()[0]?.findings[0]?.message, "the way out").toContain('data.mesh: "{}"');
  expect(first.objects.get("MeshConfig//mesh" as never)).toSatisfy(hasMode("REGISTRY_ONLY"));
  first.end();
  const second = await running();
  expect(second.objects.get("MeshConfig//mesh" as never)).toSatisfy(hasMode("REGISTRY_ONLY"));
  expect(second.source.problems()).toHaveLength(1);
  await create(CONFIG_MAPS, meshMap("{}"));
  await second.wait("MeshConfig//mesh", hasMode(undefined));
  expect(second.source.problems()).toEqual([]);
  await remove(`${CONFIG_MAPS}/istio`);
  await remove(`${CONFIG_MAPS}/fairlead-mesh-last-good`).catch(() => undefined);
});

const exists = (path: string): Promise<boolean> =>
  server.admin.json({ path }).then(
    () => true,
    () => false,
  );

test("an API server that was killed is taken up again, also when it has forgotten the version", async () => {
  const { wait, deltas, source, log } = await running();
  await server.kill();
  await server.restart();
  await create(ENTRIES, entry("after-kill", hosts("k.example.com")));
  await wait("ServiceEntry/default/after-kill", hasHost("k.example.com"));
  const other = await running(); // its watches stand at the version of now
  const before = deltas.length;
  await server.kill();
  await server.restart();
  await remove(`${ENTRIES}/after-kill`);
  await server.compact();
  await server.kill();
  await server.restart();
  await wait("ServiceEntry/default/after-kill");
  await other.wait("ServiceEntry/default/after-kill");
  const changed = deltas.slice(before).flatMap((delta) => [...delta.keys()]);
  expect(changed.filter((key) => key.startsWith("ServiceEntry/"))).toEqual(["ServiceEntry/default/after-kill"]);
  expect(source.problems()).toEqual([]);
  expect(log.lines.filter((line) => line.includes("too old resource version"))).not.toEqual([]);
});

test("tokens are reviewed by the API server, for their audience", async () => {
  const reviewer = createKubernetesTokenReviewer(server.admin);
  const token = await server.tokenFor("default", "reviews", "istio-ca");
  expect(await reviewer.review(token, "istio-ca")).toEqual({ ok: true, value: { namespace: "default", serviceAccount: "reviews" } });
  expect(await reviewer.review(token, "vault")).toMatchObject({ ok: false });
  expect(await reviewer.review(`${token.slice(0, -6)}AAAAAA`, "istio-ca")).toMatchObject({ ok: false });
  expect(await reviewer.review("", "istio-ca")).toMatchObject({ ok: false });
});

test("inside a pod, a token that was renewed is used from the next request on", async () => {
  const dir = mkdtempSync(join(tmpdir(), "fairlead-account-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, "ca.crt"), server.ca);
  const { hostname: host, port } = new URL(server.url);
  const client = createApiClient(createInClusterAccess({ host, port, dir }));
  onTestFinished(() => client.close());
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  for (const account of ["first", "second"]) {
    writeFileSync(join(dir, "token"), await server.tokenFor("default", account, "https://kubernetes.default.svc"));
    const answer = await client.json<{ status: { userInfo: { username: string } } }>({ method: "POST", path, body: review });
    expect(answer.status.userInfo.username).toBe(`system:serviceaccount:default:${account}`);
  }
});

test("a command reads the cluster once, writes nothing, and is told when it may not", async () => {
  await create(CONFIG_MAPS, meshMap("outboundTrafficPolicy: {mode: NONSENSE}"));
  await create(ENTRIES, entry("unread", { hosts: 7 }));
  const { objects, problems } = await readCluster(server.admin, "istio-system");
  expect(objects.some((object) => object.kind === "ServiceEntry" && object.metadata.name === "page-1")).toBe(true);
  expect(objects.filter((object) => object.kind === "MeshConfig")).toHaveLength(1);
  expect(problems.map((problem) => problem.id).sort()).toEqual(["ServiceEntry/default/unread", "mesh-config"]);
  expect(await exists(`${CONFIG_MAPS}/fairlead-mesh-last-good`)).toBe(false);
  const nobody = createApiClient({ current: async () => ({ server: server.url, ca: server.ca }) });
  onTestFinished(() => nobody.close());
  await expect(readCluster(nobody, "istio-system")).rejects.toThrow(/forbidden/);
});
