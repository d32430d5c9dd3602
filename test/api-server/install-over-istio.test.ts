// The chart in a cluster where Istio was before: its definitions are left, what it enforced and fairlead does not is told first, and
// fairlead's own definitions outlive their release.
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OWN_KINDS, type OwnKind } from "../../src/api/kinds.ts";
import { UNENFORCED_KINDS } from "../../src/api/unenforced-kinds.ts";
import { crdOf } from "../../tools/crds.ts";
import { until } from "./child.ts";
import { type Bare, must, openBare } from "./installed.ts";
import { applyUnenforcedCrds, createUnenforced } from "./unenforced-crds.ts";

const SYSTEM = "istio-system";
const CHART = resolve("charts/fairlead");
const ISTIOS: readonly OwnKind[] = ["ServiceEntry", "VirtualService", "Sidecar"];
const POLICIES = UNENFORCED_KINDS.filter(({ kind }) => ["AuthorizationPolicy", "RequestAuthentication"].includes(kind));

let cluster: Bare;
beforeAll(async () => {
  cluster = await openBare();
  must(await cluster.kubectl(["create", "namespace", SYSTEM]));
  for (const kind of ISTIOS) {
    const definition = crdOf(OWN_KINDS[kind]) as { metadata: object };
    const annotations = { "meta.helm.sh/release-name": "istio-base", "meta.helm.sh/release-namespace": SYSTEM };
    const labels = { "app.kubernetes.io/managed-by": "Helm", app: "istio-pilot" };
    const body = { ...definition, metadata: { ...definition.metadata, annotations, labels } };
    must(await cluster.kubectl(["create", "-f", "-"], JSON.stringify(body)));
  }
  await applyUnenforcedCrds(cluster.server.admin, POLICIES);
});
afterAll(() => cluster?.stop());

interface Definition {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation: number;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** Those of our kinds, by name: who owns them and which they are. */
async function definitions(): Promise<ReadonlyMap<string, { readonly uid: string; readonly owner: string | undefined }>> {
  const { stdout } = must(await cluster.kubectl(["get", "customresourcedefinitions", "-o", "json"]));
  const { items } = JSON.parse(stdout) as { items: Definition[] };
  const names = new Set(Object.values(OWN_KINDS).map(({ plural, group }) => `${plural}.${group}`));
  return new Map(
    items.flatMap(({ metadata: { name, uid, annotations = {} } }) =>
      names.has(name) ? [[name, { uid, owner: annotations["meta.helm.sh/release-name"] }]] : [],
    ),
  );
}

const owners = async () => [...(await definitions()).values()].map(({ owner }) => owner);
const install = (release: string, ...more: readonly string[]) => cluster.helm(["install", release, CHART, "-n", SYSTEM, ...more]);
const entry = (hosts: readonly string[]) =>
  cluster.kubectl(
    ["apply", "-f", "-"],
    JSON.stringify({
      apiVersion: "networking.istio.io/v1",
      kind: "ServiceEntry",
      metadata: { name: "api", namespace: "default" },
      spec: { hosts, ports: [{ number: 443, name: "tls", protocol: "TLS" }], resolution: "DNS" },
    }),
  );

test("over policies that nobody would enforce any more the chart refuses, and says which and what to do", async () => {
  for (const kind of POLICIES) await createUnenforced(cluster.server.admin, kind, "strict");
  const refused = await install("fairlead");
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("1 of kind AuthorizationPolicy (default/strict) and 1 of kind RequestAuthentication (default/strict)");
  expect(refused.stderr).toContain("--set acknowledgeUnenforced=true");
  expect((await cluster.kubectl(["get", "deployments", "-n", SYSTEM])).stdout).toBe("");
});

test("once that is acknowledged it installs beside Istio's definitions, which it leaves, and works with them", async () => {
  const before = await definitions();
  expect(before.size).toBe(ISTIOS.length);
  const { stdout: notes } = must(await install("fairlead", "--set", "acknowledgeUnenforced=true"));
  expect(notes).toContain("serviceentries.networking.istio.io");
  const after = await definitions();
  expect(after.size).toBe(Object.keys(OWN_KINDS).length);
  for (const [name, definition] of before) expect(after.get(name)).toEqual(definition);
  expect((await owners()).filter((owner) => owner === "fairlead")).toHaveLength(after.size - before.size);
  const controller = await cluster.startRevision("");
  expect((await entry(["not a host"])).stderr).toContain("validator.fairlead.io");
  must(await entry(["api.example.com"]));
  await until(
    async () => (await cluster.kubectl(["get", "serviceentry", "api", "-o", "jsonpath={.status.conditions}"])).stdout.includes("True"),
    () => controller.log(),
  );
  await controller.stop();
});

test("an upgrade goes through though the policies are still there", async () => {
  const { stdout } = must(await cluster.helm(["upgrade", "fairlead", CHART, "-n", SYSTEM, "--reset-values"]));
  expect(stdout).toContain("fairlead does not enforce them");
});

test("what is uninstalled leaves definitions and users' resources, and nothing that a pod waits for", async () => {
  must(await cluster.helm(["uninstall", "fairlead", "-n", SYSTEM]));
  expect((await definitions()).size).toBe(Object.keys(OWN_KINDS).length);
  const left = "mutatingwebhookconfigurations,validatingwebhookconfigurations,clusterroles,clusterrolebindings,deployments,services";
  const { stdout } = await cluster.kubectl(["get", left, "-A", "-l", "app.kubernetes.io/name=fairlead", "-o", "name"]);
  expect(stdout).toBe("");
  expect((await cluster.kubectl(["get", "serviceentry", "api", "-o", "name"])).stdout).toContain("api");
  must(await entry(["not a host"]));
});

test("a release of another name installs over the definitions that were kept, and can take them over", async () => {
  const before = await definitions();
  must(await install("mesh", "--set", "acknowledgeUnenforced=true"));
  expect(await definitions()).toEqual(before);
  must(await cluster.helm(["upgrade", "mesh", CHART, "-n", SYSTEM, "--set", "crds.install=true", "--take-ownership"]));
  expect(new Set(await owners())).toEqual(new Set(["mesh"]));
  expect([...(await definitions()).values()].map(({ uid }) => uid)).toEqual([...before.values()].map(({ uid }) => uid));
});
