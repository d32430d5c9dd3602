// Who wipes the caBundle of our webhooks, by accident or as a GitOps tool does that renders none, has it back within five seconds; and
// where nothing is missing, nothing is written.
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { until } from "./child.ts";
import { type Bare, must, openBare } from "./installed.ts";
import type { Replica } from "./replica.ts";
import { serverMetrics } from "./server-metrics.ts";

const SYSTEM = "istio-system";
const INJECTOR = "fairlead-istio-system-injector";
const VALIDATOR = "fairlead-istio-system-validator";
const PLURALS = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"];

interface Configuration {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string; readonly service: { port?: number } } }[];
}

let cluster: Bare;
let controller: Replica;
beforeAll(async () => {
  cluster = await openBare();
  must(await cluster.helm(["install", "fairlead", resolve("charts/fairlead"), "-n", SYSTEM, "--create-namespace"]));
  controller = await cluster.startRevision("");
  must(await cluster.kubectl(["create", "namespace", "shop"]));
  must(await cluster.kubectl(["label", "namespace", "shop", "istio-injection=enabled"]));
  const account = async () => (await cluster.kubectl(["get", "serviceaccount", "default", "-n", "shop"])).code === 0;
  await until(account, () => "no service account in shop");
});
afterAll(() => cluster?.stop());

async function configurations(): Promise<readonly Configuration[]> {
  const { stdout } = must(await cluster.kubectl(["get", PLURALS.join(), INJECTOR, VALIDATOR, "-o", "json", "--ignore-not-found"]));
  return (JSON.parse(stdout) as { items: Configuration[] }).items;
}

const bundlesOf = (all: readonly Configuration[]): readonly string[] =>
  all.flatMap(({ webhooks }) => webhooks.map(({ clientConfig }) => clientConfig.caBundle ?? ""));
const bundles = async () => bundlesOf(await configurations());

/** Patches of webhook configurations that the API server has taken, whoever sent them; those of server-side apply count apart. */
async function patches(): Promise<number> {
  const metrics = await serverMetrics(cluster);
  return PLURALS.reduce((sum, resource) => sum + metrics.sum("apiserver_request_total", { resource, verb: "PATCH" }), 0);
}

async function wipe(): Promise<void> {
  for (const { kind, metadata, webhooks } of await configurations()) {
    const patch = webhooks.map((_, i) => ({ op: "remove", path: `/webhooks/${i}/clientConfig/caBundle` }));
    must(await cluster.kubectl(["patch", kind, metadata.name, "--type=json", "-p", JSON.stringify(patch)]));
  }
}

const pod = { metadata: { name: "p" }, spec: { containers: [{ name: "app", image: "a" }] } };
const entry = (host: string) => ({
  ...{ apiVersion: "networking.istio.io/v1", kind: "ServiceEntry", metadata: { name: "e" } },
  spec: { hosts: [host], location: "MESH_EXTERNAL", resolution: "DNS", ports: [{ number: 80, name: "http", protocol: "HTTP" }] },
});

/** Nothing is stored, all webhooks are asked: the pod's, and by two objects of ours the validating one. How it went wrong, or undefined. */
async function admissions(): Promise<string | undefined> {
  const post = <T>(path: string, body: object) =>
    cluster.server.admin.json<T>({ method: "POST", path, query: { dryRun: "All" }, body }).then(
      (value) => ({ value, error: "" }),
      (error: unknown) => ({ value: undefined, error: String(error) }),
    );
  const entries = "/apis/networking.istio.io/v1/namespaces/shop/serviceentries";
  const made = await post<{ spec: { initContainers?: readonly object[] } }>("/api/v1/namespaces/shop/pods", pod);
  if (made.value?.spec.initContainers?.length !== 2) return made.error || "not injected";
  const taken = await post(entries, entry("api.example.com"));
  if (taken.value === undefined) return taken.error;
  const refused = await post(entries, entry("not a host"));
  return refused.error.includes("spec.hosts[0]") ? undefined : `not judged: ${refused.error}`;
}

/** All is as it was within five seconds, and stays so. */
async function expectBack(before: readonly string[]): Promise<void> {
  const seconds = 5;
  const wiped = Date.now();
  let problem: string | undefined = "";
  const isBack = async (): Promise<boolean> => {
    if ((await bundles()).join() !== before.join()) return false;
    problem = await admissions();
    return problem === undefined;
  };
  await until(isBack, () => `${problem}\n${controller.log().slice(-2000)}`, seconds);
  // The API server hears of a change of its webhooks a moment later: what it answered until now may have been by the old one.
  await sleep(Math.max(0, wiped + seconds * 1000 - Date.now()));
  for (let round = 0; round < 10; round += 1) expect(await admissions()).toBeUndefined();
}

test("a caBundle that is wiped is back, and admissions work, within five seconds", async () => {
  const before = await bundles();
  expect(before.filter((bundle) => bundle !== "")).toHaveLength(9);
  await wipe();
  await expectBack(before);
});

/** The webhook configurations as the chart renders them; of this cluster is only the port to which they lead here. */
async function rendered(): Promise<string> {
  const { stdout } = must(await cluster.helm(["template", "fairlead", resolve("charts/fairlead"), "-n", SYSTEM]));
  const all = parseAllDocuments(stdout).map((document) => document.toJS() as Configuration | null);
  const ours = all.filter((one) => one?.kind.endsWith("WebhookConfiguration") === true) as readonly Configuration[];
  for (const { webhooks } of ours) for (const { clientConfig } of webhooks) clientConfig.service.port = controller.webhookPort;
  expect(bundlesOf(ours).filter((bundle) => bundle !== "")).toEqual([]);
  expect(bundlesOf(ours)).toHaveLength(9);
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: ours });
}

const versions = async () => (await configurations()).map(({ metadata }) => metadata.resourceVersion);

/** Ten seconds in which nobody changes anything: how often the webhooks were patched, and whether they are another version. */
async function tenQuietSeconds(): Promise<{ readonly patched: number; readonly changed: boolean }> {
  const [since, before] = [await patches(), (await versions()).join()];
  await sleep(10_000);
  return { patched: (await patches()) - since, changed: (await versions()).join() !== before };
}

test("a GitOps tool that applies what the chart renders, by server-side apply under a name of its own, changes nothing and is not answered", async () => {
  const [before, manifests, since] = [await bundles(), await rendered(), await patches()];
  const apply = ["apply", "--server-side", "--force-conflicts", "--field-manager=argocd-controller", "-f", "-"];
  must(await cluster.kubectl(apply, manifests));
  const applied = await versions();
  for (let sync = 0; sync < 3; sync += 1) must(await cluster.kubectl(apply, manifests));
  expect(await versions(), "what is applied again is what is there").toEqual(applied);
  expect(await bundles()).toEqual(before);
  expect(await tenQuietSeconds()).toEqual({ patched: 0, changed: false });
  expect((await patches()) - since).toBe(0);
  expect(must(await cluster.kubectl(["diff", "--server-side", "--field-manager=argocd-controller", "-f", "-"], manifests)).stdout).toBe("");
  expect(await admissions()).toBeUndefined();
});

test("one that replaces them is answered once for each, and then there is peace", async () => {
  const [before, manifests, since] = [await bundles(), await rendered(), await patches()];
  must(await cluster.kubectl(["replace", "-f", "-"], manifests));
  await expectBack(before);
  expect((await patches()) - since).toBe(2);
});

test("against somebody who wipes it each time, it is written at a pace that harms nobody", async () => {
  const [before, since] = [await bundles(), await patches()];
  let [wiped, goesOn] = [0, true];
  const path = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${INJECTOR}`;
  const rival = async (): Promise<void> => {
    while (goesOn) {
      const { webhooks } = await cluster.server.admin.json<Configuration>({ path });
      const body = webhooks.flatMap(({ clientConfig }, i) =>
        clientConfig.caBundle === undefined ? [] : [{ op: "remove", path: `/webhooks/${i}/clientConfig/caBundle` }],
      );
      if (body.length === 0) continue;
      await cluster.server.admin.json({ method: "PATCH", path, body, contentType: "application/json-patch+json" });
      wiped += 1;
    }
  };
  const fighting = rival();
  await sleep(5_000);
  const written = (await patches()) - since - wiped;
  goesOn = false;
  await fighting;
  expect(written).toBeGreaterThan(2);
  expect(written).toBeLessThan(15);
  await expectBack(before);
});
