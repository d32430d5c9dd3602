// What the installed controller, with the rights of the chart and no others, tells users of their objects: conditions, Events, and kinds
// that it does not enforce.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isOwnKind, OWN_KINDS } from "../../src/api/kinds.ts";
import { UNENFORCED_KINDS } from "../../src/api/unenforced-kinds.ts";
import { until } from "./child.ts";
import { type Installed, installFairlead } from "./installed.ts";
import type { Replica } from "./replica.ts";
import { applyUnenforcedCrds, createUnenforced, deleteUnenforced } from "./unenforced-crds.ts";

let cluster: Installed;
beforeAll(async () => {
  cluster = await installFairlead();
});
afterAll(() => cluster?.stop());

interface Stored {
  readonly metadata: { readonly generation: number; readonly managedFields: readonly { manager: string; subresource?: string }[] };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly { type: string; status: string; reason: string; message: string; observedGeneration: number }[];
  };
}

const apply = async (...objects: object[]): Promise<void> => {
  const { code, stderr } = await cluster.kubectl(["apply", "-f", "-"], objects.map((object) => JSON.stringify(object)).join("\n---\n"));
  if (code !== 0) throw new Error(stderr);
};

const object = (kind: string, name: string, spec: object, version = "v1") => ({
  apiVersion: kind === "Service" ? "v1" : `${isOwnKind(kind) ? OWN_KINDS[kind].group : ""}/${version}`,
  kind,
  metadata: { name, namespace: "default" },
  spec,
});
const routes = (name: string, host: string, version?: string) =>
  object("VirtualService", name, { hosts: [host], http: [{ route: [{ destination: { host } }] }] }, version);
const service = (name: string) => object("Service", name, { ports: [{ name: "http", port: 80 }] });

const read = async (kind: string, name: string): Promise<Stored> =>
  JSON.parse((await cluster.kubectl(["get", kind, name, "-n", "default", "-o", "json", "--show-managed-fields"])).stdout) as Stored;
const told = ({ status }: Stored): string => (status?.conditions ?? []).map((one) => `${one.type}=${one.status}:${one.reason}`).join(" ");

async function becomes(kind: string, name: string, condition: string): Promise<Stored> {
  let last: Stored | undefined;
  await until(
    async () => {
      last = await read(kind, name);
      return told(last).includes(condition);
    },
    () => `${kind} ${name} does not get ${condition}; it is ${last && told(last)}\n${cluster.log().slice(-3000)}`,
  );
  return last as Stored;
}

interface Told {
  readonly type: string;
  readonly reason: string;
  readonly note: string;
  readonly series?: { readonly count: number };
}

async function eventsOf(kind: string, name: string): Promise<readonly Told[]> {
  const { stdout } = await cluster.kubectl(["get", "events.v1.events.k8s.io", "-n", "default", "-o", "json"]);
  const { items } = JSON.parse(stdout) as { items: (Told & { regarding: { kind: string; name: string } })[] };
  return items.filter(({ regarding }) => regarding.kind === kind && regarding.name === name);
}

const counted = (events: readonly Told[]) => events.map(({ type, reason, series }) => `${type} ${reason} ${series?.count ?? 1}`).sort();

describe("conditions", () => {
  test("say what is missing, and turn True when it comes; spec and generation stay as the user wrote them", async () => {
    await apply(routes("web", "reviews"));
    const before = await becomes("virtualservice", "web", "ReferencesResolved=False:HostMissing");
    expect(told(before)).toContain("Accepted=True:Valid");
    expect(before.status?.conditions?.find(({ type }) => type === "ReferencesResolved")?.message).toContain(
      "reviews.default.svc.cluster.local",
    );
    expect(before.status?.observedGeneration).toBe(1);
    await apply(service("reviews"));
    const after = await becomes("virtualservice", "web", "ReferencesResolved=True:Resolved");
    expect(after.metadata.generation).toBe(1);
    const ours = after.metadata.managedFields.filter(({ manager }) => manager === "fairlead-status");
    expect(ours).toEqual([expect.objectContaining({ operation: "Apply", subresource: "status" })]);
  });

  test("are there for every kind, in whatever version it was written", async () => {
    const port = { number: 80, name: "http", protocol: "HTTP" };
    await apply(
      object("ServiceEntry", "each", { hosts: ["each.example.com"], ports: [port], resolution: "DNS" }, "v1beta1"),
      object("DestinationRule", "each", { host: "each.example.com" }, "v1alpha3"),
      object("Gateway", "each", { selector: { app: "none" }, servers: [{ port, hosts: ["each.example.com"] }] }, "v1beta1"),
      object("Sidecar", "each", { egress: [{ hosts: ["./*"] }] }, "v1alpha3"),
      object("WorkloadEntry", "each", { address: "192.0.2.1", labels: { app: "each" } }),
      object("WorkloadGroup", "each", { template: { serviceAccount: "default" } }),
      object("PeerAuthentication", "each", { mtls: { mode: "STRICT" } }, "v1beta1"),
      routes("each", "each.example.com", "v1alpha3"),
    );
    for (const { singular: kind } of Object.values(OWN_KINDS)) await becomes(kind, "each", "Accepted=True:Valid");
  });

  test("are not written again while nothing changes, and Events tell each transition once", async () => {
    const written = 'fairlead_status_writes_total{result="written"}';
    await apply(routes("counted", "counted"));
    await becomes("virtualservice", "counted", "ReferencesResolved=False");
    for (const there of [true, false, true]) {
      if (there) await apply(service("counted"));
      else await cluster.kubectl(["delete", "service", "counted", "-n", "default"]);
      await becomes("virtualservice", "counted", `ReferencesResolved=${there ? "True" : "False"}`);
    }
    const events = () => eventsOf("VirtualService", "counted");
    const expected = ["Normal ReferencesResolved 2", "Warning HostMissing 2"];
    await until(
      async () => JSON.stringify(counted(await events())) === JSON.stringify(expected),
      () => `the Events are not these\n${cluster.log().slice(-2000)}`,
    ).catch(async (error: unknown) => expect(counted(await events()), String(error)).toEqual(expected));
    const { stdout } = await cluster.kubectl(["describe", "virtualservice", "counted", "-n", "default"]);
    expect(stdout).toMatch(/Warning\s+HostMissing\s.*fairlead\s/);
    const before = await cluster.metric(written);
    await cluster.kubectl(["label", "virtualservice", "counted", "-n", "default", "a=b"]);
    await apply(routes("after", "nowhere"));
    await becomes("virtualservice", "after", "ReferencesResolved=False");
    expect(await cluster.metric(written)).toBe(before + 1);
  });
});

describe("what Istio enforces and fairlead does not", () => {
  let follower: Replica;
  test("is listed at the start, object by object, by log and metric", async () => {
    await applyUnenforcedCrds(cluster.server.admin);
    for (const kind of UNENFORCED_KINDS) await createUnenforced(cluster.server.admin, kind, "early");
    follower = await cluster.startReplica("fairlead-1");
    for (const { kind, group, meaning } of UNENFORCED_KINDS) {
      const metric = `fairlead_unenforced_objects{group="${group}",kind="${kind}"}`;
      await until(
        async () => (await follower.metric(metric)) === 1,
        () => `${metric} is not 1\n${follower.log().slice(-3000)}`,
      );
      await until(
        () => follower.log().includes(meaning),
        () => `the log does not tell of ${kind}`,
      );
    }
    for (const kind of UNENFORCED_KINDS) await createUnenforced(cluster.server.admin, kind, "later");
    for (const kind of UNENFORCED_KINDS) await deleteUnenforced(cluster.server.admin, kind, "early");
    for (const { kind, group } of UNENFORCED_KINDS) {
      const metric = `fairlead_unenforced_objects{group="${group}",kind="${kind}"}`;
      const line = new RegExp(`"kind":"${kind}".*"objects":\\["default/later"\\]`);
      await until(
        async () => (await follower.metric(metric)) === 1 && line.test(follower.log()),
        () => `${kind}: the change is not told\n${follower.log().slice(-3000)}`,
      );
    }
  });

  test("is told by the leader at each object, once, also when another replica leads", async () => {
    expect(follower.log()).not.toContain('"leading"');
    expect(await follower.metric('fairlead_status_writes_total{result="written"}'), "who does not lead writes nothing").toBe(0);
    const before = await read("virtualservice", "web");
    await cluster.stopController();
    for (const { kind } of UNENFORCED_KINDS) {
      await until(
        async () => counted(await eventsOf(kind, "later")).length > 0,
        () => `no Event tells of ${kind}\n${follower.log().slice(-3000)}`,
      );
      expect(counted(await eventsOf(kind, "later"))).toEqual(["Warning NotEnforced 1"]);
    }
    // The new leader has looked at every object by now, and found its status right.
    expect(await follower.metric('fairlead_status_writes_total{result="written"}')).toBe(0);
    expect((await read("virtualservice", "web")).status).toEqual(before.status);
  });

  test("an object that is stored while the webhook is away is told not to be accepted", async () => {
    await cluster.kubectl(["delete", "validatingwebhookconfiguration", "fairlead-istio-system-validator"]);
    const bad = { hosts: ["bad.example.com"], http: [{ match: [{ uri: { regex: "(" } }], route: [{ destination: { host: "reviews" } }] }] };
    await until(
      async () => (await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(object("VirtualService", "bad", bad)))).code === 0,
      () => "the object is refused though nobody is asked",
    );
    const { status } = await becomes("virtualservice", "bad", "Accepted=False:Invalid");
    expect(status?.conditions?.find(({ type }) => type === "Accepted")?.message).toMatch(/^spec\.http\[0\].*regex.*FL\d{4}/);
    expect(await follower.metric('fairlead_status_writes_total{result="written"}')).toBe(1);
    await until(
      async () => counted(await eventsOf("VirtualService", "bad")).includes("Warning Invalid 1"),
      () => "no Event tells of it",
    );
  });
});
