// Pods that slipped through while the injector was away are found by the next controller, with the chart's rights at a real API server.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "./child.ts";
import { type Installed, installFairlead, must } from "./installed.ts";
import type { Replica } from "./replica.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-uninjected-"));
let cluster: Installed;
let found: Replica;

beforeAll(async () => {
  cluster = await installFairlead(["--set-json", 'sidecarInjectorWebhook.neverInjectSelector=[{"matchLabels":{"app":"batch"}}]']);
  await cluster.stopController();
  must(await cluster.kubectl(["create", "namespace", "shop"]));
  must(await cluster.kubectl(["label", "namespace", "shop", "istio-injection=enabled"]));
  // What an operator does who would otherwise have no pods at all.
  must(
    await cluster.kubectl([
      "delete",
      "mutatingwebhookconfigurations,validatingwebhookconfigurations",
      "-l",
      "app.kubernetes.io/name=fairlead",
    ]),
  );
  await until(
    async () => (await cluster.kubectl(["get", "serviceaccount", "default", "-n", "shop"])).code === 0,
    () => "no service account",
  );
  for (const each of PODS) must(await cluster.kubectl(["create", "-f", "-"], JSON.stringify(each)));
  must(
    await cluster.kubectl([
      "patch",
      "pod",
      "done",
      "-n",
      "shop",
      "--subresource=status",
      "--type=merge",
      "-p",
      '{"status":{"phase":"Succeeded"}}',
    ]),
  );
  found = await cluster.startReplica("fairlead-late", ["--values", await chartValues()]);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await cluster?.stop();
});

/** A file of what the chart mounts into the controller. */
async function chartValues(): Promise<string> {
  const jsonPath = "jsonpath={.data.values}";
  const { stdout } = must(await cluster.kubectl(["get", "configmap", "istio-sidecar-injector", "-n", "istio-system", "-o", jsonPath]));
  const file = join(folder, "values");
  writeFileSync(file, stdout);
  return file;
}

const pod = (name: string, spec: object = {}, metadata: object = {}) => ({
  ...{ apiVersion: "v1", kind: "Pod" },
  metadata: { name, namespace: "shop", ...metadata },
  spec: { containers: [{ name: "app", image: "a" }], ...spec },
});
const SIDECAR = { name: "istio-proxy", image: "p", restartPolicy: "Always" };
const PODS = [
  pod("bare"),
  pod("injected", { initContainers: [SIDECAR] }),
  pod("on-node", { hostNetwork: true }),
  pod("says-no", {}, { labels: { "sidecar.istio.io/inject": "false" } }),
  pod("batch", {}, { labels: { app: "batch" } }),
  pod("done"),
];

interface Told {
  readonly items: readonly { readonly reason: string; readonly note?: string; readonly regarding: { readonly name: string } }[];
}

async function events(): Promise<readonly string[]> {
  const { stdout } = must(await cluster.kubectl(["get", "events.events.k8s.io", "-n", "shop", "-o", "json"]));
  const told = (JSON.parse(stdout) as Told).items.filter(({ reason }) => reason === "NotInjected");
  return told.map(({ regarding, note }) => `${regarding.name}: ${note}`).sort();
}

test("within 30 s of its start: by metric, by the log, and by an Event at each pod", async () => {
  await until(
    async () => (await events()).length > 0,
    () => found.log().slice(-3000),
    30,
  );
  expect(await events()).toEqual([expect.stringMatching(/^bare: .*namespace label istio-injection=enabled.*kubectl rollout restart/)]);
  expect(await found.metric('fairlead_uninjected_pods{namespace="shop"}')).toBe(1);
  // Changes of two seconds make one line.
  const line = "pods run without the sidecar that they should have";
  await until(
    () => found.log().includes(line),
    () => found.log().slice(-3000),
    10,
  );
});

test("analyze names the same pods", async () => {
  const { stdout } = await cluster.fairlead(["analyze", "cluster", "--kubeconfig", cluster.server.kubeconfig, "-o", "json"]);
  const { findings } = JSON.parse(stdout) as { findings: { code: string; kind: string; name: string }[] };
  expect(findings.filter(({ code }) => code === "FL1027").map(({ name }) => name)).toEqual(["bare"]);
});

test("a namespace that is labelled later has its pods found too; those that are gone are no longer counted", async () => {
  must(await cluster.kubectl(["create", "namespace", "later"]));
  await until(
    async () => (await cluster.kubectl(["get", "serviceaccount", "default", "-n", "later"])).code === 0,
    () => "no service account",
  );
  must(await cluster.kubectl(["create", "-f", "-"], JSON.stringify(pod("old", {}, { namespace: "later" }))));
  must(await cluster.kubectl(["label", "namespace", "later", "istio-injection=enabled"]));
  await until(
    async () => (await found.metric('fairlead_uninjected_pods{namespace="later"}')) === 1,
    () => found.log().slice(-3000),
  );
  must(await cluster.kubectl(["delete", "pod", "old", "-n", "later", "--force", "--grace-period=0"]));
  await until(
    async () => (await found.metric('fairlead_uninjected_pods{namespace="later"}')) === 0,
    () => found.log().slice(-3000),
  );
});
