// What the charts' service accounts may do at a real API server: enough, and no more.
import { afterAll, beforeAll, expect, test } from "vitest";
import { OWN_KINDS } from "../../src/api/kinds.ts";
import { UNENFORCED_KINDS } from "../../src/api/unenforced-kinds.ts";
import { until } from "./child.ts";
import { type Installed, installFairlead } from "./installed.ts";

const SYSTEM = "istio-system";
const GATEWAY = "istio-egressgateway";

let cluster: Installed;
beforeAll(async () => {
  // That the controller gets ready with the chart's rights is the first half of what is tested here.
  cluster = await installFairlead();
  await cluster.kubectl(["create", "secret", "generic", "theirs", "-n", SYSTEM, "--from-literal=password=x"]);
  expect((await cluster.helm(["install", GATEWAY, "charts/gateway", "-n", SYSTEM])).stderr).toBe("");
});
afterAll(() => cluster?.stop());

const as = (account: string, ...args: string[]) =>
  cluster.kubectl([...args, "-n", SYSTEM, `--as=system:serviceaccount:${SYSTEM}:${account}`]);

test("the controller reads its own two Secrets, renews the webhooks', and sees no other", async () => {
  for (const name of ["istio-ca-secret", "fairlead-webhook"]) {
    expect((await as("fairlead", "get", "secret", name, "-o", "name")).stdout.trim()).toBe(`secret/${name}`);
    const renews = name === "fairlead-webhook" ? "yes" : "no";
    expect((await as("fairlead", "auth", "can-i", "update", `secrets/${name}`)).stdout.trim()).toBe(renews);
  }
  expect((await as("fairlead", "auth", "can-i", "create", "secrets")).stdout.trim()).toBe("yes");
  expect((await as("fairlead", "get", "secret", "theirs")).stderr).toContain("Forbidden");
  expect((await as("fairlead", "get", "secrets")).stderr).toContain("Forbidden");
  expect((await as("fairlead", "auth", "can-i", "delete", "secrets/istio-ca-secret")).stdout.trim()).toBe("no");
  expect((await as("fairlead", "get", "secrets", "--all-namespaces")).stderr).toContain("Forbidden");
});

test("of users' objects the controller writes the status alone, Events it adds and counts, and of kinds it does not enforce it sees who is there", async () => {
  const can = async (verb: string, resource: string) => (await as("fairlead", "auth", "can-i", verb, ...resource.split(" "))).stdout.trim();
  // What it may and needs is shown by test/api-server/status-objects.test.ts, for each kind: nothing here stands for a call that works.
  for (const kind of Object.values(OWN_KINDS)) {
    const resource = `${kind.plural}.${kind.group}`;
    for (const verb of ["create", "update", "patch", "delete"]) expect(await can(verb, resource), `${verb} ${resource}`).toBe("no");
    for (const verb of ["get", "update"]) expect(await can(verb, `${resource} --subresource=status`), `${verb} status`).toBe("no");
  }
  for (const verb of ["get", "list", "watch", "update", "delete"]) expect(await can(verb, "events.events.k8s.io")).toBe("no");
  for (const { plural, group } of UNENFORCED_KINDS) {
    for (const verb of ["get", "create", "update", "patch", "delete"]) expect(await can(verb, `${plural}.${group}`)).toBe("no");
  }
  expect(await can("list", "customresourcedefinitions")).toBe("no");
}, 120_000);

test("a gateway beside the controller reads no Secret, the mesh's root key least of all", async () => {
  for (const name of ["istio-ca-secret", "fairlead-webhook", "theirs"]) {
    expect((await as(GATEWAY, "get", "secret", name)).stderr).toContain("Forbidden");
  }
  for (const verb of ["list", "watch"]) expect((await as(GATEWAY, "auth", "can-i", verb, "secrets")).stdout.trim()).toBe("no");
});

interface Pod {
  readonly spec: {
    readonly containers: readonly { readonly volumeMounts: readonly { readonly mountPath: string }[] }[];
    readonly volumes: readonly {
      readonly name: string;
      readonly projected?: { readonly sources: readonly { readonly serviceAccountToken?: object }[] };
    }[];
  };
}

test("a gateway's pod holds no token for the API server, only the one for the controller", async () => {
  let pods: readonly Pod[] = [];
  const seen = async () => {
    const { stdout } = await cluster.kubectl(["get", "pods", "-n", SYSTEM, "-l", `app=${GATEWAY}`, "-o", "json"]);
    pods = (JSON.parse(stdout) as { items: Pod[] }).items;
    return pods.length > 0;
  };
  await until(seen, () => cluster.log().slice(-2000));
  const { containers, volumes } = (pods[0] as Pod).spec;
  const tokens = volumes.flatMap((volume) => (volume.projected?.sources ?? []).flatMap((source) => source.serviceAccountToken ?? []));
  expect(tokens).toEqual([expect.objectContaining({ audience: "istio-ca" })]);
  const mounted = containers.flatMap((container) => container.volumeMounts.map((mount) => mount.mountPath));
  expect(mounted).toContain("/var/run/secrets/tokens");
  expect(mounted.filter((path) => path.startsWith("/var/run/secrets/kubernetes.io"))).toEqual([]);
});
