// What a platform team does on a working day, while calls go in and out: rolling restarts, helm upgrade, rollback and uninstall. No call may
// fail, whether its connection is kept or fresh; nobody repeats one. One story, each test goes on where the last one ended.
import { beforeAll, describe, expect, test } from "vitest";
import { runs } from "../soak/runs.ts";
import { type Cluster, chart, eventually, openCluster, type Place } from "./cluster.ts";
import { caller, expectUnharmed, readLoad, relay } from "./load/load-objects.ts";
import { HOST, namespace, serviceEntry } from "./mesh-objects.ts";

const SYSTEM = "istio-system";
const SHOP = "market";
const LOAD: Place = { namespace: SHOP, pod: "deploy/load", container: "app" };

let cluster: Cluster;
beforeAll(() => {
  cluster = openCluster();
});

const rollout = (ns: string, name: string) => cluster.kubectl(["rollout", "status", "-n", ns, `deployment/${name}`, "--timeout=120s"]);
const restart = async (ns: string, name: string) => {
  await cluster.kubectl(["rollout", "restart", "-n", ns, `deployment/${name}`]);
  await rollout(ns, name);
  await settled(ns, name);
};

/** Pods that were replaced are gone, not only no longer counted. */
async function settled(ns: string, app: string): Promise<void> {
  await eventually(async () => {
    const pods = await cluster.list<{ metadata: { deletionTimestamp?: string } }>(["pods", "-n", ns, "-l", `app=${app}`]);
    expect(pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([]);
  }, 90);
}

/** Does something, and looks at the calls before, and some seconds after. */
async function unharmedBy(work: () => Promise<unknown>): Promise<void> {
  const before = await readLoad(cluster, LOAD);
  await work();
  await new Promise((passed) => setTimeout(passed, 3_000));
  expectUnharmed(before, await readLoad(cluster, LOAD));
}

test("helm install, and helm test proves it by a pod of its own", async () => {
  await cluster.helm(["install", "fairlead", chart("fairlead"), "-n", SYSTEM, "--create-namespace", "--wait", "--timeout=120s"]);
  expect(await cluster.helm(["test", "fairlead", "-n", SYSTEM, "--timeout=120s"])).toMatch(/Phase:\s+Succeeded/);
  expect(await cluster.kubectl(["get", "pods", "-n", SYSTEM, "--no-headers"])).not.toContain("fairlead-test");
});

test("calls go in and out, kept and fresh, 50 a second and more to each", async () => {
  await cluster.apply(namespace(SHOP, { "istio-injection": "enabled" }));
  await cluster.apply(serviceEntry("api", SHOP), ...relay("relay", SHOP, `http://${HOST}/`));
  await rollout(SHOP, "relay");
  await cluster.apply(caller("load", SHOP, { inwards: `http://relay.${SHOP}/`, outwards: `http://${HOST}/` }));
  await rollout(SHOP, "load");
  // The first calls may come before everything is known everywhere.
  await new Promise((passed) => setTimeout(passed, 5_000));
  await unharmedBy(() => new Promise((passed) => setTimeout(passed, 3_000)));
});

describe("while they do", () => {
  test("pods are replaced, again and again", async () => {
    for (let round = runs({ usual: 5, soak: 100 }); round > 0; round -= 1) await unharmedBy(() => restart(SHOP, "relay"));
  });

  test("controllers are replaced", async () => {
    await unharmedBy(() => restart(SYSTEM, "fairlead"));
  });

  const waited = ["-n", SYSTEM, "--wait", "--timeout=120s"];

  test("helm upgrades, and rolls back", async () => {
    await unharmedBy(() => cluster.helm(["upgrade", "fairlead", chart("fairlead"), "--set=logLevel=debug", ...waited]));
    await unharmedBy(() => cluster.helm(["rollback", "fairlead", "1", ...waited]));
    await settled(SYSTEM, "fairlead");
    // What was rolled back to is whole: it injects.
    await unharmedBy(() => restart(SHOP, "relay"));
  });

  test("helm uninstalls, and pods start without a sidecar afterwards", async () => {
    await unharmedBy(() => cluster.helm(["uninstall", "fairlead", ...waited]));
    await cluster.kubectl(["run", "plain", "-n", SHOP, "--image=localhost/fairlead/tools:dev", "--command", "--", "sleep", "1000"]);
    await cluster.kubectl(["wait", "--for=condition=Ready", "-n", SHOP, "pod/plain", "--timeout=60s"]);
    expect((await cluster.kubectl(["get", "pod", "plain", "-n", SHOP, "--no-headers"])).split(/\s+/)[1]).toBe("1/1");
  });
});

test("nothing is left but definitions and what users wrote", async () => {
  const kinds = "mutatingwebhookconfigurations,validatingwebhookconfigurations,clusterroles,clusterrolebindings";
  expect(await cluster.kubectl(["get", kinds, "-l", "app.kubernetes.io/name=fairlead", "-o", "name"])).toBe("");
  expect(await cluster.kubectl(["get", "serviceentries", "-n", SHOP, "-o", "name"])).toContain("api");
  await cluster.removeNamespaces(SHOP, SYSTEM);
});
