// Without any controller: who has not asked for us notices nothing, as the API server does not even call; who has is refused in words.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "./child.ts";
import { type Installed, installFairlead, must } from "./installed.ts";
import { ENTRY } from "./sample-entry.ts";
import { serverMetrics } from "./server-metrics.ts";

const SYSTEM = "istio-system";
/** Namespaces that no label makes ours. */
const NEVER = ["kube-system", "kube-public", "kube-node-lease", SYSTEM];

let cluster: Installed;
beforeAll(async () => {
  cluster = await installFairlead();
  for (const name of ["plain", "shop", "revised"]) must(await cluster.kubectl(["create", "namespace", name]));
  for (const name of ["shop", ...NEVER]) must(await cluster.kubectl(["label", "namespace", name, "istio-injection=enabled"]));
  must(await cluster.kubectl(["label", "namespace", "revised", "istio.io/rev=default"]));
  for (const name of ["plain", "shop", "revised", ...NEVER]) {
    const account = async () => (await cluster.kubectl(["get", "serviceaccount", "default", "-n", name])).code === 0;
    await until(account, () => `no service account in ${name}`);
  }
  await cluster.stopController();
});
afterAll(() => cluster?.stop());

const template = { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "app", image: "a" }] } };
const pod = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  ...{ apiVersion: "v1", kind: "Pod", metadata: { name, labels } },
  spec: template.spec,
});

/** One of each kind that a namespace of anybody holds. */
const objects = (name: string): readonly object[] => [
  pod(name),
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: "b" } },
  { apiVersion: "v1", kind: "Secret", metadata: { name } },
  { apiVersion: "v1", kind: "Service", metadata: { name }, spec: { ports: [{ port: 80 }], selector: { app: "a" } } },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: { replicas: 1, selector: { matchLabels: { app: "a" } }, template },
  },
  { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec: { template: { spec: { ...template.spec, restartPolicy: "Never" } } } },
  { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name }, spec: { holderIdentity: "a" } },
  { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name }, spec: { podSelector: {} } },
];

const create = (namespace: string, items: readonly object[]) =>
  cluster.kubectl(["create", "-n", namespace, "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));

/** What the API server made of our webhooks: calls it made, and those of which it let an object through, or refused it. */
async function asked() {
  const metrics = await serverMetrics(cluster);
  return {
    calls: metrics.sum("apiserver_admission_webhook_admission_duration_seconds_count"),
    refused: metrics.sum("apiserver_admission_webhook_rejection_count"),
    let: metrics.sum("apiserver_admission_webhook_fail_open_count"),
  };
}

const countOf = async (kind: string, namespace: string) =>
  must(await cluster.kubectl(["get", kind, "-n", namespace, "-o", "name"]))
    .stdout.split("\n")
    .filter(Boolean).length;

test("in a namespace without a label everything is stored, changed and deleted, and nobody calls us", async () => {
  const before = await asked();
  must(await create("plain", Array.from({ length: 10 }, (_, i) => objects(`o-${i}`)).flat()));
  // A pod for each Deployment and each Job, made by the controllers of Kubernetes, beside those that were made by hand.
  await until(
    async () => (await countOf("pods", "plain")) >= 30,
    () => "the controllers of Kubernetes make no pods",
  );
  must(await cluster.kubectl(["label", "pods,configmaps,services,deployments", "--all", "-n", "plain", "touched=yes"]));
  must(await cluster.kubectl(["delete", "pods", "--all", "-n", "plain", "--force", "--grace-period=0"]));
  expect(await asked()).toEqual(before);
});

test("namespaces of the cluster and our own are never waited for, whatever label they have: what starts the controller starts", async () => {
  const before = await asked();
  for (const name of NEVER) must(await create(name, objects("bootstrap")));
  const ours = async () => must(await cluster.kubectl(["get", "pods", "-n", SYSTEM, "-l", "app=fairlead", "-o", "name"])).stdout.trim();
  must(await cluster.kubectl(["delete", "pods", "-n", SYSTEM, "-l", "app=fairlead", "--force", "--grace-period=0"]));
  await until(
    async () => (await ours()).split("\n").length === 2,
    () => "the Deployment of the controller makes no pods",
  );
  expect(await asked()).toEqual(before);
});

test.each([
  ["a namespace's injection label", "shop", pod("asks"), "namespace.injector.fairlead.io"],
  ["a namespace's revision", "revised", pod("asks"), "rev.namespace.injector.fairlead.io"],
  ["a pod's own label", "plain", pod("asks", { "sidecar.istio.io/inject": "true" }), "pod.injector.fairlead.io"],
])("a pod by %s is refused, by the name of the webhook and why it could not be asked", async (_, namespace, object, webhook) => {
  const before = await asked();
  const { code, stderr } = await create(namespace, [object]);
  expect(code).not.toBe(0);
  expect(stderr).toContain(`failed calling webhook "${webhook}"`);
  expect(stderr).toContain(`https://fairlead.${SYSTEM}.svc:`);
  expect((await cluster.kubectl(["get", "pod", "asks", "-n", namespace])).stderr).toContain("NotFound");
  const { calls, refused } = await asked();
  expect([calls - before.calls, refused - before.refused], "what shows elsewhere that nobody called does count").toEqual([1, 1]);
});

test("a pod that refuses its sidecar is stored in a labelled namespace too", async () => {
  const before = await asked();
  must(await create("shop", [pod("refuses", { "sidecar.istio.io/inject": "false" })]));
  expect(await asked()).toEqual(before);
});

const POLICY = {
  apiVersion: "security.istio.io/v1",
  kind: "PeerAuthentication",
  metadata: { name: "p" },
  spec: { mtls: { mode: "STRICT" } },
};

test.each([
  ["ServiceEntry", "plain", ENTRY],
  ["ServiceEntry", "shop", ENTRY],
  ["PeerAuthentication", "plain", POLICY],
  ["PeerAuthentication", SYSTEM, POLICY],
])("a %s in %s is refused, as nobody can judge it", async (_, namespace, object) => {
  const { code, stderr } = await create(namespace, [object]);
  expect(code).not.toBe(0);
  expect(stderr).toContain('failed calling webhook "validator.fairlead.io"');
  expect(stderr).toContain("/validate?timeout=5s");
});
