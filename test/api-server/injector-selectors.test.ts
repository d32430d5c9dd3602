// Which pods the default revision's webhooks are called for, as the API server decides it by the chart's selectors.
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "./child.ts";
import { type Installed, installFairlead } from "./installed.ts";

let cluster: Installed;
beforeAll(async () => {
  cluster = await installFairlead();
  await namespace("plain", {});
  await namespace("ours", { "istio-injection": "enabled" });
  await namespace("blues", { "istio.io/rev": "blue" });
});
afterAll(() => cluster?.stop());

async function namespace(name: string, labels: Record<string, string>): Promise<void> {
  const made = await cluster.kubectl(
    ["apply", "-f", "-"],
    JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }),
  );
  expect(made.stderr).toBe("");
  const account = async () => (await cluster.kubectl(["get", "serviceaccount", "default", "-n", name])).code === 0;
  await until(account, () => `no service account in ${name}`);
}

async function isInjected(ns: string, labels: Record<string, string>): Promise<boolean> {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: ns, labels },
    spec: { containers: [{ name: "app", image: "a" }] },
  };
  const made = await cluster.kubectl(["create", "--dry-run=server", "-o", "json", "-f", "-"], JSON.stringify(pod));
  expect(made.stderr).toBe("");
  return made.stdout.includes("istio-proxy");
}

const ASKS = { "sidecar.istio.io/inject": "true" };

test.each([
  ["plain", {}, false],
  ["plain", ASKS, true],
  ["plain", { ...ASKS, "istio.io/rev": "blue" }, false],
  ["blues", ASKS, false],
  ["ours", {}, true],
  ["ours", { ...ASKS, app: "web" }, true],
  // The label istio-injection of the namespace comes first, as with Istio.
  ["ours", { "istio.io/rev": "blue" }, true],
])("in namespace %s a pod with %j: injected %s", async (ns, labels, expected) => {
  expect(await isInjected(ns, labels)).toBe(expected);
});
