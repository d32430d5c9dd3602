// Automatic addresses at a real API server, given by the installed controller with the rights of the chart and no others.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GivenAddress } from "../../src/api/object.ts";
import { familyOf } from "../../src/status/addresses/ranges.ts";
import { until } from "./child.ts";
import { type Installed, installFairlead, must } from "./installed.ts";
import type { Replica } from "./replica.ts";

const SWITCH = "networking.istio.io/enable-autoallocate-ip";
const WRITTEN = 'fairlead_address_writes_total{result="written"}';

let cluster: Installed;
beforeAll(async () => {
  cluster = await installFairlead();
});
afterAll(() => cluster?.stop());

interface Stored {
  readonly metadata: {
    readonly generation: number;
    readonly resourceVersion: string;
    readonly managedFields: readonly {
      readonly manager: string;
      readonly operation: string;
      readonly subresource?: string;
      readonly fieldsV1: { readonly "f:status"?: object };
    }[];
  };
  readonly status?: { readonly addresses?: readonly GivenAddress[]; readonly conditions?: readonly { readonly type: string }[] };
}

const entry = (name: string, spec: object = {}, labels: object = {}) => ({
  apiVersion: "networking.istio.io/v1",
  kind: "ServiceEntry",
  metadata: { name, namespace: "default", labels },
  spec: { hosts: [`${name}.example.com`], resolution: "DNS", ports: [{ number: 80, name: "http", protocol: "HTTP" }], ...spec },
});
const apply = async (object: object): Promise<unknown> => must(await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(object)));
const remove = async (name: string): Promise<unknown> => must(await cluster.kubectl(["delete", "serviceentry", name, "-n", "default"]));
const read = async (name: string): Promise<Stored> =>
  JSON.parse(must(await cluster.kubectl(["get", "serviceentry", name, "-n", "default", "-o", "json", "--show-managed-fields"])).stdout);
const addresses = ({ status }: Stored): readonly GivenAddress[] => status?.addresses ?? [];
const fieldsOf = (fields: object): readonly string[] =>
  Object.keys(fields)
    .filter((field) => field !== ".")
    .sort();
/** Which parts of the status which manager holds. */
const held = ({ metadata }: Stored) =>
  Object.fromEntries(
    metadata.managedFields
      .filter(({ subresource }) => subresource === "status")
      .map(({ manager, operation, fieldsV1 }) => [`${manager} ${operation}`, fieldsOf(fieldsV1["f:status"] ?? {})] as const)
      .filter(([, fields]) => fields.length > 0),
  );
const OURS = { "fairlead-addresses Apply": ["f:addresses"], "fairlead-status Apply": ["f:conditions", "f:observedGeneration"] };

/** Resolves when the entry has its conditions, and so many addresses. */
async function becomes(name: string, count: number): Promise<Stored> {
  let last: Stored | undefined;
  await until(
    async () => {
      last = await read(name);
      return addresses(last).length === count && last.status?.conditions?.length === 3;
    },
    () => `${name} does not get ${count} addresses: ${JSON.stringify(last?.status)}\n${cluster.log().slice(-3000)}`,
    10,
  );
  return last as Stored;
}

/** Another controller's way to write addresses. */
async function patchStatus(name: string, patch: object): Promise<unknown> {
  const args = ["--subresource=status", "--type=merge", "--field-manager=pilot-discovery", "-p", JSON.stringify({ status: patch })];
  return must(await cluster.kubectl(["patch", "serviceentry", name, "-n", "default", ...args]));
}

/** Resolves when the controller has looked at everything that was stored before: a later entry has its addresses. */
async function looked(): Promise<void> {
  await apply(entry("last"));
  await becomes("last", 2);
  await remove("last");
}

test("an entry gets two addresses for each host, in the shape that Istio has, beside its conditions", async () => {
  const fixed = { resolution: "STATIC", endpoints: [{ address: "192.0.2.1" }] };
  await apply(entry("shape", { ...fixed, hosts: ["one.example.com", "*.example.com", "two.example.com"] }));
  const stored = await becomes("shape", 4);
  expect(addresses(stored).map(({ value, host, ...rest }) => [host, familyOf(value), rest])).toEqual([
    ["one.example.com", 4, {}],
    ["one.example.com", 6, {}],
    ["two.example.com", 4, {}],
    ["two.example.com", 6, {}],
  ]);
  expect(held(stored)).toEqual(OURS);
  expect(stored.metadata.generation).toBe(1);
});

test("conditions and addresses leave each other alone, and each is mended when it is wiped", async () => {
  await apply(entry("wiped"));
  const before = addresses(await becomes("wiped", 2));
  await patchStatus("wiped", { conditions: null });
  expect(addresses(await becomes("wiped", 2))).toEqual(before);
  await patchStatus("wiped", { addresses: null });
  const after = await becomes("wiped", 2);
  expect(addresses(after)).toEqual(before);
  expect(held(after)).toMatchObject(OURS);
});

test("what a user applies as the status of the object changes nothing", async () => {
  const before = addresses(await becomes("wiped", 2));
  await apply({
    ...entry("wiped", { location: "MESH_EXTERNAL" }),
    status: { addresses: [{ value: "10.0.0.1", host: "wiped.example.com" }] },
  });
  await looked();
  const after = await read("wiped");
  expect([addresses(after), after.metadata.generation]).toEqual([before, 2]);
});

test("an entry that is deleted and made again gets the same ones, and its neighbour is not touched", async () => {
  await apply(entry("again"));
  await apply(entry("neighbour"));
  const [before, neighbour] = [await becomes("again", 2), await becomes("neighbour", 2)];
  await remove("again");
  await apply(entry("again"));
  expect(addresses(await becomes("again", 2))).toEqual(addresses(before));
  expect(await read("neighbour")).toEqual(neighbour);
});

test("the label takes addresses away and brings the same ones back; conditions stay", async () => {
  await apply(entry("labelled"));
  const before = await becomes("labelled", 2);
  await apply(entry("labelled", {}, { [SWITCH]: "false" }));
  const without = await becomes("labelled", 0);
  expect(held(without)).toEqual({ "fairlead-status Apply": OURS["fairlead-status Apply"] });
  expect(without.status?.conditions).toEqual(before.status?.conditions);
  await apply(entry("never", {}, { [SWITCH]: "false" }));
  await apply(entry("none", { resolution: "NONE" }));
  await apply(entry("own", { addresses: ["192.0.2.1"] }));
  await looked();
  for (const name of ["labelled", "never", "none", "own"]) expect(addresses(await becomes(name, 0)), name).toEqual([]);
  await apply(entry("labelled"));
  expect(addresses(await becomes("labelled", 2))).toEqual(addresses(before));
});

test("what Istio's controller wrote is kept and stays its own, until something is missing; then the good ones are kept", async () => {
  const istios = [
    { value: "240.240.0.77", host: "istios.example.com" },
    { value: "2001:2::4d", host: "istios.example.com" },
  ];
  await apply(entry("istios", {}, { [SWITCH]: "false" }));
  await patchStatus("istios", { addresses: istios });
  const before = await cluster.metric(WRITTEN);
  await apply(entry("istios"));
  await looked();
  const kept = await becomes("istios", 2);
  expect([addresses(kept), held(kept)["pilot-discovery Update"]]).toEqual([istios, ["f:addresses"]]);
  expect(await cluster.metric(WRITTEN), "the last one alone").toBe(before + 1);
  await apply(entry("istios", { hosts: ["more.example.com", "istios.example.com"] }));
  const after = await becomes("istios", 4);
  expect(addresses(after).slice(2)).toEqual(istios);
  expect(held(after)).toEqual(OURS);
  await until(
    () => cluster.log().includes("the list of addresses was another manager's"),
    () => "nothing is told",
  );
});

test("two entries with one address: the older one keeps it", async () => {
  await apply(entry("older"));
  const [older] = [addresses(await becomes("older", 2))];
  await apply(entry("younger", {}, { [SWITCH]: "false" }));
  await patchStatus("younger", { addresses: older.map(({ value }) => ({ value, host: "younger.example.com" })) });
  await apply(entry("younger"));
  await until(
    async () => held(await read("younger"))["fairlead-addresses Apply"] !== undefined,
    () => `the younger one keeps it\n${cluster.log().slice(-2000)}`,
  );
  const both = [...older, ...addresses(await becomes("younger", 2))];
  expect(new Set(both.map(({ value }) => value)).size).toBe(4);
  expect(addresses(await read("older"))).toEqual(older);
});

let follower: Replica;

test("the next leader writes nothing that is right, and gives nobody what another has", async () => {
  follower = await cluster.startReplica("fairlead-1");
  const { items } = JSON.parse((await cluster.kubectl(["get", "serviceentries", "-A", "-o", "json"])).stdout) as { items: Stored[] };
  const before = items.map(({ metadata, status }) => [metadata.resourceVersion, status]);
  await cluster.stopController();
  // It was the one that the webhooks lead to.
  await cluster.kubectl(["delete", "validatingwebhookconfiguration", "fairlead-istio-system-validator"]);
  await until(
    () => follower.log().includes('"leading"'),
    () => follower.log().slice(-2000),
    40,
  );
  await apply(entry("new"));
  await until(
    async () => addresses(await read("new")).length === 2,
    () => follower.log().slice(-2000),
    40,
  );
  const values = [...items.flatMap(addresses), ...addresses(await read("new"))].map(({ value }) => value);
  expect(new Set(values).size).toBe(values.length);
  const after = JSON.parse((await cluster.kubectl(["get", "serviceentries", "-A", "-o", "json"])).stdout) as {
    items: (Stored & { metadata: { name: string } })[];
  };
  expect(
    after.items.filter(({ metadata }) => metadata.name !== "new").map(({ metadata, status }) => [metadata.resourceVersion, status]),
  ).toEqual(before);
  expect(await follower.metric(WRITTEN)).toBe(1);
  expect(await follower.metric('fairlead_automatic_addresses{family="ipv4"}')).toBe(values.length / 2);
});

test("a controller that is told to give none gives none, and leaves those that were given", async () => {
  const before = addresses(await read("new"));
  await follower.stop();
  follower = await cluster.startReplica("fairlead-2", ["--no-auto-allocate-addresses"]);
  await apply(entry("new", { location: "MESH_EXTERNAL" }));
  await apply(entry("off"));
  await becomes("off", 0);
  expect(addresses(await read("new"))).toEqual(before);
});
