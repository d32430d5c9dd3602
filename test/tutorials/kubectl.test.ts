// Rows C15, C19, E4 and the validation part of A4: what kubectl says of our kinds, with the charts installed into a real API server.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OWN_KINDS } from "../../src/api/kinds.ts";
import { type Installed, installFairlead } from "../api-server/installed.ts";
import { manifestSets } from "./manifest-sets.ts";

const NAMESPACE = "entry";

let cluster: Installed;
beforeAll(async () => {
  cluster = await installFairlead();
  await kubectl("create", "namespace", NAMESPACE);
});
afterAll(() => cluster?.stop());

async function kubectl(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl(words);
  expect(code, stderr).toBe(0);
  return stdout;
}

const apply = (document: unknown) => cluster.kubectl(["apply", "-n", NAMESPACE, "-f", "-"], JSON.stringify(document));

const object = (kind: string, name: string, spec: object) => ({
  apiVersion: "networking.istio.io/v1beta1",
  kind,
  metadata: { name, namespace: NAMESPACE },
  spec,
});

/** Tables of `kubectl get`, one after the other, as cells. */
function tables(text: string): readonly (readonly string[][])[] {
  return text
    .trim()
    .split(/\n\n/)
    .map((table) => table.split("\n").map((line) => line.trim().split(/ {3,}/)));
}

const AGE = expect.stringMatching(/^[0-9]+s$/);

test("C19 · kubectl get prints the tutorial's columns", async () => {
  const sets = await manifestSets();
  for (const { documents } of sets.filter(({ rows }) => rows.includes("C19")))
    for (const document of documents) expect((await apply(document)).code).toBe(0);
  const [entries, workloads, rules, services] = tables(
    await kubectl("-n", NAMESPACE, "get", "serviceentry,workloadentry,destinationrule,virtualservice"),
  );
  expect(entries).toEqual([
    ["NAME", "HOSTS", "LOCATION", "RESOLUTION", "AGE"],
    ["serviceentry.networking.istio.io/nginx-external", '["nginx.dujie.com"]', "MESH_EXTERNAL", "STATIC", AGE],
  ]);
  expect(workloads?.[0]).toEqual(["NAME", "AGE", "ADDRESS"]);
  expect(workloads?.[1]).toEqual(["workloadentry.networking.istio.io/workload-nginx2501", AGE, "10.122.24.139"]);
  expect(rules).toEqual([
    ["NAME", "HOST", "AGE"],
    ["destinationrule.networking.istio.io/nginx-external", "nginx.dujie.com", AGE],
  ]);
  expect(services).toEqual([
    ["NAME", "GATEWAYS", "HOSTS", "AGE"],
    ["virtualservice.networking.istio.io/nginx-external", '["nginx.dujie.com"]', AGE],
  ]);
});

test.each([
  ["se", "serviceentries.networking.istio.io"],
  ["we", "workloadentries.networking.istio.io"],
  ["dr", "destinationrules.networking.istio.io"],
  ["vs", "virtualservices.networking.istio.io"],
  ["gw", "gateways.networking.istio.io"],
  ["wg", "workloadgroups.networking.istio.io"],
])("C19 · %s is short for %s", async (short, whole) => {
  const resources = (await kubectl("api-resources", "--no-headers")).split("\n").map((line) => line.split(/\s+/));
  const [plural = "", ...group] = whole.split(".");
  const found = resources.filter(([name, names]) => name === plural && names?.split(",").includes(short));
  expect(found.map(([, , version]) => version)).toEqual([`${group.join(".")}/v1`]);
  expect((await cluster.kubectl(["get", short, "-n", NAMESPACE])).code).toBe(0);
});

test("C15 · endpoints beside a workloadSelector are refused at kubectl apply, by the field's path", async () => {
  const [both] = (await manifestSets()).filter(({ rows }) => rows.includes("C15")).flatMap(({ documents }) => documents);
  const { code, stderr } = await apply(both);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/spec/);
  expect(stderr).toMatch(/endpoints/);
  expect(stderr).toMatch(/workloadSelector/);
});

test("A4 · a route to a subset that no DestinationRule defines yet is taken with a warning, and without one afterwards", async () => {
  const host = "catalogue.example.com";
  const entry = object("ServiceEntry", "catalogue", {
    hosts: [host],
    ports: [{ number: 80, name: "http", protocol: "HTTP" }],
    resolution: "DNS",
  });
  const route = object("VirtualService", "catalogue", { hosts: [host], http: [{ route: [{ destination: { host, subset: "v1" } }] }] });
  expect(await apply(entry)).toMatchObject({ code: 0, stderr: "" });
  const before = await apply(route);
  expect(before.code).toBe(0);
  expect(before.stderr).toMatch(/^Warning: spec\.http\[0\]\.route\[0\]\.destination\.subset: .*"v1".*\(FL1001\)/m);
  const rule = object("DestinationRule", "catalogue", { host, subsets: [{ name: "v1", labels: { version: "v1" } }] });
  expect((await apply(rule)).code).toBe(0);
  await kubectl("-n", NAMESPACE, "delete", "virtualservice", "catalogue");
  expect(await apply(route)).toMatchObject({ code: 0, stderr: "" });
});

interface Published {
  readonly $ref?: string;
  readonly allOf?: readonly Published[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Published>>;
  readonly items?: Published;
  readonly additionalProperties?: Published;
}

/** Every place of a published schema but those of Kubernetes' own metadata, with its description. */
function places(node: Published, path: string): readonly (readonly [path: string, description: string | undefined])[] {
  const fields = Object.entries(node.properties ?? {}).flatMap(([name, field]) => places(field, `${path}.${name}`));
  const items = node.items ? places(node.items, `${path}[]`) : [];
  const values = node.additionalProperties ? places(node.additionalProperties, `${path}{}`) : [];
  return [[path, node.description], ...fields, ...items, ...values];
}

describe("E4 · kubectl explain", () => {
  test("E4 · answers for serviceentry and the fields below it", async () => {
    const whole = await kubectl("explain", "serviceentry");
    expect(whole).toMatch(/^KIND: +ServiceEntry$/m);
    expect(whole).not.toContain("<empty>");
    const endpoints = await kubectl("explain", "serviceentry.spec.endpoints");
    expect(endpoints).toMatch(/^FIELD: endpoints <\[\]Object>$/m);
    for (const field of ["address", "labels", "locality", "network", "ports", "serviceAccount", "weight"])
      expect(endpoints).toMatch(new RegExp(`^  ${field}\\t<`, "m"));
    expect(endpoints).not.toContain("<no description>");
    expect(await kubectl("explain", "serviceentry", "--recursive")).toMatch(/endpoints\t<\[\]Object>[\s\S]*locality\t<string>/);
  });

  test.each(Object.values(OWN_KINDS))("E4 · no path of $kind is published without a description", async ({ kind, group, versions }) => {
    for (const version of versions) {
      const path = `/openapi/v3/apis/${group}/${version}`;
      const { components } = await cluster.server.admin.json<{ components: { schemas: Record<string, Published> } }>({ path });
      const name = `${group.split(".").toReversed().join(".")}.${version}.${kind}`;
      const all = places(components.schemas[name] ?? {}, kind);
      expect(all.length, name).toBeGreaterThan(15);
      expect(all.filter(([, description]) => !description?.trim()).map(([at]) => `${version} ${at}`)).toEqual([]);
    }
  });
});
