// Two revisions side by side, and tags that move namespaces from one to the other.
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "./child.ts";
import { type Bare, must, openBare } from "./installed.ts";
import type { Replica } from "./replica.ts";

const SYSTEM = "istio-system";
const CHART = resolve("charts/fairlead");

let cluster: Bare;
const controllers = new Map<string, Replica>();

async function install(revision: string, ...values: readonly string[]): Promise<void> {
  const flags = values.flatMap((value) => ["--set", value]);
  must(await cluster.helm(["install", `fairlead-${revision}`, CHART, "-n", SYSTEM, "--set", `revision=${revision}`, ...flags]));
  controllers.set(revision, await cluster.startRevision(revision));
}

beforeAll(async () => {
  cluster = await openBare();
  must(await cluster.kubectl(["create", "namespace", SYSTEM]));
  await install("blue", "revisionTags={default}");
  await install("green");
});
afterAll(() => cluster?.stop());

async function namespace(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
  must(await cluster.kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } })));
  const account = async () => (await cluster.kubectl(["get", "serviceaccount", "default", "-n", name])).code === 0;
  await until(account, () => `no service account in ${name}`);
}

/** The revision that injects such a pod; undefined where none does. */
async function injector(ns: string, labels: Readonly<Record<string, string>> = {}): Promise<string | undefined> {
  const spec = { containers: [{ name: "app", image: "a" }] };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: ns, labels }, spec };
  const made = must(await cluster.kubectl(["create", "--dry-run=server", "-o", "json", "-f", "-"], JSON.stringify(pod)));
  const { metadata } = JSON.parse(made.stdout) as { metadata: { annotations?: Record<string, string> } };
  const status = metadata.annotations?.["sidecar.istio.io/status"];
  return status === undefined ? undefined : (JSON.parse(status) as { revision: string }).revision;
}

/** The API server hears of a webhook up to a second after it is written. */
const becomes = (ns: string, revision: string | undefined) =>
  until(
    async () => (await injector(ns)) === revision,
    () => [...controllers.values()].map((controller) => controller.log().slice(-1500)).join("\n"),
  );

const tag = (...args: readonly string[]) => cluster.fairlead(["tag", ...args]);

test("each revision leads the namespaces and pods that ask for it, the tag default those that name none", async () => {
  await namespace("plain", {});
  await namespace("labelled", { "istio-injection": "enabled" });
  await namespace("blues", { "istio.io/rev": "blue" });
  await namespace("greens", { "istio.io/rev": "green" });
  await namespace("defaults", { "istio.io/rev": "default" });
  expect(await injector("plain")).toBeUndefined();
  expect(await injector("labelled")).toBe("blue");
  expect(await injector("blues")).toBe("blue");
  expect(await injector("greens")).toBe("green");
  expect(await injector("defaults")).toBe("blue");
  expect(await injector("plain", { "istio.io/rev": "green" })).toBe("green");
  expect(await injector("plain", { "istio.io/rev": "default" })).toBe("blue");
  expect(await injector("plain", { "sidecar.istio.io/inject": "true" })).toBe("blue");
  expect(await injector("blues", { "istio.io/rev": "green" })).toBe("blue");
  expect(await injector("labelled", { "istio.io/rev": "green" })).toBe("blue");
});

test("users' objects have one writer among the revisions", async () => {
  const holder = async (lease: string) =>
    (await cluster.kubectl(["get", "lease", lease, "-n", SYSTEM, "-o", "jsonpath={.spec.holderIdentity}"])).stdout;
  expect([await holder("fairlead-blue"), await holder("fairlead-green")]).toEqual(["fairlead-blue-0", "fairlead-green-0"]);
  expect(await holder("fairlead-statuses")).toBe("fairlead-blue-0");
});

test("a tag leads its namespaces to a revision, and with --overwrite to another one", async () => {
  await namespace("shop", { "istio.io/rev": "prod" });
  expect(await injector("shop")).toBeUndefined();
  const { stdout } = must(await tag("set", "prod", "--revision", "blue"));
  expect(stdout).toContain("namespaces that ask for it: shop");
  await becomes("shop", "blue");

  const refused = await tag("set", "prod", "--revision", "green");
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("write --overwrite")]);
  must(await tag("set", "prod", "--revision", "green", "--overwrite"));
  await becomes("shop", "green");
  expect(await injector("greens")).toBe("green");
  expect(await injector("blues")).toBe("blue");
});

test("tags are listed with what they mean and who asks for them", async () => {
  const { stdout } = must(await tag("list"));
  const rows = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(/ {2,}/));
  expect(rows).toEqual([
    ["TAG", "REVISION", "NAMESPACES"],
    ["default", "blue", "defaults,labelled"],
    ["prod", "green", "shop"],
  ]);
  expect(JSON.parse(must(await tag("list", "-o", "json")).stdout)).toContainEqual({ tag: "prod", revision: "green", namespaces: ["shop"] });
});

const BUNDLE = "jsonpath={.webhooks[*].clientConfig.caBundle}";
const ofProd = ["mutatingwebhookconfiguration", "fairlead-revision-tag-prod-istio-system-injector"];

test("the caBundle of a tag is kept by the revision it means, within its rights", async () => {
  const bundle = async () => (await cluster.kubectl(["get", ...ofProd, "-o", BUNDLE])).stdout;
  const before = await bundle();
  expect(before.split(" ")).toHaveLength(2);
  const wipe = [0, 1].map((i) => ({ op: "remove", path: `/webhooks/${i}/clientConfig/caBundle` }));
  must(await cluster.kubectl(["patch", ...ofProd, "--type=json", "-p", JSON.stringify(wipe)]));
  await until(
    async () => (await bundle()) === before,
    () => controllers.get("green")?.log() ?? "",
    5,
  );
});

test.each([
  [["set", "prod", "--revision", "red"], "there is no revision red; installed are: blue, green"],
  [["set", "green", "--revision", "blue"], "green is the name of a revision itself"],
  [["set", "default", "--revision", "green", "--overwrite"], "set by the helm release fairlead-blue"],
  [["remove", "default"], "take it out of its revisionTags"],
  [["remove", "prod"], "would get no sidecar: shop"],
  [["remove", "canary"], "there is no tag canary"],
])("fairlead tag %j is refused in words", async (args, words) => {
  const refused = await tag(...args);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(words)]);
});

test("a tag that is removed leaves nothing behind", async () => {
  must(await tag("set", "canary", "--revision", "green"));
  must(await tag("remove", "canary"));
  must(await tag("remove", "prod", "-y"));
  await becomes("shop", undefined);
  const kinds = "mutatingwebhookconfigurations,validatingwebhookconfigurations,clusterroles,clusterrolebindings";
  const { stdout } = must(await cluster.kubectl(["get", kinds, "-l", "istio.io/tag", "-o", "name"]));
  expect(stdout.match(/fairlead-revision-tag-(?!default)/g)).toBeNull();
});

test("a tag goes with its revision, so that no pod waits for a Service that is no more", async () => {
  must(await tag("set", "prod", "--revision", "green"));
  await becomes("shop", "green");
  must(await cluster.helm(["uninstall", "fairlead-green", "-n", SYSTEM]));
  await becomes("shop", undefined);
  const { stdout } = must(await cluster.kubectl(["get", "clusterroles", "-l", "istio.io/tag=prod", "-o", "name"]));
  await until(
    async () => (await cluster.kubectl(["get", "clusterroles", "-l", "istio.io/tag=prod", "-o", "name"])).stdout === "",
    () => stdout,
  );
  expect(await injector("blues")).toBe("blue");
});
