// What helm and GitOps tools render stays as it was rendered, whatever the controller writes; and all of our pods are taken by a namespace
// of Pod Security's level «restricted».
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { until } from "./child.ts";
import { type Bare, must, openBare } from "./installed.ts";

const SYSTEM = "istio-system";
const GATEWAY = "istio-egressgateway";

let cluster: Bare;
beforeAll(async () => {
  cluster = await openBare();
  const labels = { "pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/enforce-version": "latest" };
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: SYSTEM, labels } };
  must(await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(namespace)));
  must(await cluster.helm(["install", "fairlead", resolve("charts/fairlead"), "-n", SYSTEM]));
  await cluster.startRevision("");
  must(await cluster.helm(["install", GATEWAY, resolve("charts/gateway"), "-n", SYSTEM]));
});
afterAll(() => cluster?.stop());

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

const manifestsIn = (text: string): readonly Manifest[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);

const podsOf = async (app: string) => {
  const { stdout } = must(await cluster.kubectl(["get", "pods", "-n", SYSTEM, "-l", `app=${app}`, "-o", "name"]));
  return stdout.trim().split("\n").filter(Boolean);
};

const events = async () => (await cluster.kubectl(["get", "events", "-n", SYSTEM])).stdout;

test("a restricted namespace takes two controllers, the gateway as it is injected, and the pod of helm test", async () => {
  for (const [app, count] of [
    ["fairlead", 2],
    [GATEWAY, 1],
  ] as const) {
    let seen = "";
    await until(
      async () => {
        seen = await events();
        return (await podsOf(app)).length === count;
      },
      () => seen,
    );
  }
  const [hook] = manifestsIn(must(await cluster.helm(["get", "hooks", "fairlead", "-n", SYSTEM])).stdout);
  const made = must(await cluster.kubectl(["create", "--dry-run=server", "-o", "json", "-f", "-"], JSON.stringify(hook)));
  const { spec } = JSON.parse(made.stdout) as { spec: { initContainers: readonly { name: string }[] } };
  expect(spec.initContainers.map(({ name }) => name)).toEqual(["istio-proxy"]);
});

/** Paths of what is rendered and is otherwise, or missing, in what is stored. */
function changes(rendered: unknown, stored: unknown, path: string): readonly string[] {
  if (Array.isArray(rendered)) {
    const list = Array.isArray(stored) ? stored : [];
    const same = list.length === rendered.length ? [] : [`${path}: ${rendered.length} became ${list.length}`];
    return [...same, ...rendered.flatMap((item, i) => changes(item, list[i], `${path}[${i}]`))];
  }
  if (typeof rendered === "object" && rendered !== null) {
    const fields = (stored ?? {}) as Readonly<Record<string, unknown>>;
    return Object.entries(rendered).flatMap(([name, value]) => changes(value, fields[name], `${path}.${name}`));
  }
  return (rendered ?? undefined) === stored ? [] : [`${path}: ${JSON.stringify(rendered)} became ${JSON.stringify(stored)}`];
}

const bundles = async () => {
  const kinds = "mutatingwebhookconfigurations,validatingwebhookconfigurations";
  return must(await cluster.kubectl(["get", kinds, "-o", "jsonpath={.items[*].webhooks[*].clientConfig.caBundle}"])).stdout.split(" ");
};

test("the controller changes no field that the chart renders, and helm upgrade takes nothing of what it wrote", async () => {
  const before = await bundles();
  expect(before.filter((bundle) => bundle !== "")).toHaveLength(9);
  // It also undoes what this test's own cluster had to change: the port of the webhooks' Service.
  must(await cluster.helm(["upgrade", "fairlead", resolve("charts/fairlead"), "-n", SYSTEM]));
  expect(await bundles()).toEqual(before);
  for (const release of ["fairlead", GATEWAY]) {
    const rendered = manifestsIn(must(await cluster.helm(["get", "manifest", release, "-n", SYSTEM])).stdout);
    expect(rendered.length).toBeGreaterThanOrEqual(3);
    const { stdout } = must(
      await cluster.kubectl(["get", "-n", SYSTEM, "-o", "json", "-f", "-"], rendered.map((one) => JSON.stringify(one)).join("\n---\n")),
    );
    const { items: stored } = JSON.parse(stdout) as { items: readonly Manifest[] };
    const different = rendered.flatMap((one, i) => changes(one, stored[i], `${one.kind}/${one.metadata.name}`));
    expect(different).toEqual([]);
  }
});
