import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type KindInfo, OWN_KINDS, type OwnKind } from "../../src/api/kinds.ts";
import { hasCode } from "../../src/source/kubernetes/api-error.ts";
import { validateObject } from "../../src/validation/validate-object.ts";
import { crdOf } from "../../tools/crds.ts";
import { until } from "./child.ts";
import { findBinary } from "./find-binary.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";

const KINDS: readonly KindInfo[] = Object.values(OWN_KINDS);
const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

interface Definition {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[] };
}

let server: ApiServer;

beforeAll(async () => {
  server = await startApiServer();
  for (const info of KINDS) await server.admin.json({ method: "POST", path: DEFINITIONS, body: crdOf(info) });
  for (const info of KINDS)
    await until(
      async () => (await condition(info, "Established"))?.status === "True",
      () => `${info.kind} is not established`,
    );
  // Established is said before the storage of every version is up: until then the API server asks to come again.
  for (const info of KINDS)
    for (const version of info.versions)
      await until(
        () => answers(collection(info, version)),
        () => `${info.kind} ${version} is not served`,
      );
}, 120_000);

function answers(path: string): Promise<boolean> {
  return server.admin.json({ path }).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 404, 429, 503)) return false;
      throw error;
    },
  );
}

afterAll(() => server?.stop());

async function condition({ plural, group }: KindInfo, type: string) {
  const definition = (await server.admin.json({ path: `${DEFINITIONS}/${plural}.${group}` })) as Definition;
  return definition.status?.conditions?.find((entry) => entry.type === type);
}

/** What kubectl prints, as words of lines. */
function kubectl(...words: readonly string[]): readonly (readonly string[])[] {
  const output = execFileSync(findBinary("kubectl"), ["--kubeconfig", server.kubeconfig, ...words], { encoding: "utf8" });
  return output
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
}

function collection({ plural, group }: KindInfo, version = "v1"): string {
  return `/apis/${group}/${version}/namespaces/default/${plural}`;
}

function object(kind: OwnKind, spec: unknown, version = "v1") {
  return { apiVersion: `networking.istio.io/${version}`, kind, metadata: { name: "x", namespace: "default" }, spec };
}

/** Whether the API server takes the object, by its CRD alone; nothing is stored. */
async function isTaken(kind: OwnKind, spec: unknown): Promise<boolean> {
  try {
    const body = { ...object(kind, spec), metadata: { generateName: "judged-", namespace: "default" } };
    await server.admin.json({ method: "POST", path: `${collection(OWN_KINDS[kind])}?dryRun=All`, body });
    return true;
  } catch (error) {
    if (hasCode(error, 400, 422)) return false;
    throw error;
  }
}

describe("custom resource definitions", () => {
  it.each(KINDS)("$kind is structural", async (info) => {
    expect(await condition(info, "NonStructuralSchema")).toBeUndefined();
    expect((await condition(info, "NamesAccepted"))?.status).toBe("True");
  });

  it.each(KINDS)("$kind is served in every version", async (info) => {
    for (const version of info.versions) expect(await server.admin.json({ path: collection(info, version) })).toHaveProperty("items", []);
  });

  it("stores what was written, without a default", async () => {
    const spec = { hosts: ["api.example.com"], ports: [{ number: 443, name: "tls", protocol: "TLS" }], resolution: "DNS" };
    const body = object("ServiceEntry", spec, "v1alpha3");
    const stored = await server.admin.json({ method: "POST", path: collection(OWN_KINDS.ServiceEntry, "v1alpha3"), body });
    expect(stored).toHaveProperty("spec", spec);
    expect(kubectl("get", "se", "-o", "wide")).toEqual([
      ["NAME", "HOSTS", "LOCATION", "RESOLUTION", "AGE"],
      ["x", '["api.example.com"]', "DNS", expect.stringMatching(/^[0-9]+s$/)],
    ]);
  });
});

describe("null", () => {
  const subsets = [
    { name: "v1", labels: null },
    { name: "v2", labels: { app: null } },
  ];
  const kept = { host: "a", subsets: [{ name: "v1" }, { name: "v2", labels: {} }] };

  it("in place of a field or of a map's value counts as absent, for the API server and for us", async () => {
    const spec = { host: "a", trafficPolicy: null, subsets };
    const body = { ...object("DestinationRule", spec), metadata: { name: "nulls", namespace: "default" } };
    const stored = await server.admin.json({ method: "POST", path: collection(OWN_KINDS.DestinationRule), body });
    expect(stored).toHaveProperty("spec", kept);
    const { errors, object: decoded } = validateObject(body);
    expect([errors, decoded?.spec]).toEqual([[], kept]);
  });

  it.each([
    ["of a field that must be there", { host: null }],
    ["in a list", { host: "a", subsets: [null] }],
  ])("%s is refused by both", async (_, spec) => {
    expect([await isTaken("DestinationRule", spec), validateObject(object("DestinationRule", spec)).errors.length > 0]).toEqual([
      false,
      true,
    ]);
  });
});

describe("an unknown field", () => {
  /** Fields that the API server knows nothing of, by its own words. */
  async function unknownTo(body: object): Promise<readonly string[]> {
    const path = `${collection(OWN_KINDS.Sidecar)}?dryRun=All&fieldValidation=Strict`;
    const answer = await server.admin.json({ method: "POST", path, body }).then(String, (error: Error) => error.message);
    return [...answer.matchAll(/unknown field "([^"]+)"/g)].map(([, field = ""]) => field).sort();
  }
  const unknownToUs = (body: object): readonly string[] =>
    validateObject(body)
      .warnings.filter(({ code }) => code === "FL0120")
      .map(({ path }) => path)
      .sort();
  const egress = [{ hosts: ["./*"] }];
  const metadata = { name: "unknown", namespace: "default" };

  it.each([
    ["beside the spec", { specs: { egress }, Spec: {}, data: {} }, ["Spec", "data", "specs"]],
    ["in the metadata", { metadata: { ...metadata, label: {}, anotations: {} } }, ["metadata.anotations", "metadata.label"]],
    ["in the spec", { spec: { egress, egres: [] } }, ["spec.egres"]],
  ])("%s is one to the API server and to us", async (_, more, fields) => {
    const body = { ...object("Sidecar", { egress }), metadata, ...more };
    expect([await unknownTo(body), unknownToUs(body)]).toEqual([fields, fields]);
  });

  it("is none of those that every object has", async () => {
    const times = { creationTimestamp: null, deletionTimestamp: null, deletionGracePeriodSeconds: 0, generation: 1 };
    const whose = {
      ownerReferences: [],
      finalizers: [],
      managedFields: [],
      selfLink: "",
      generateName: "a-",
      uid: "",
      resourceVersion: "",
    };
    const body = {
      ...object("Sidecar", { egress }),
      metadata: { ...metadata, labels: {}, annotations: {}, ...times, ...whose },
      status: {},
    };
    expect([await unknownTo(body), unknownToUs(body)]).toEqual([[], []]);
  });
});

describe("status", () => {
  const path = `${collection(OWN_KINDS.VirtualService)}/conditioned`;
  const apply = (manager: string, status: object): Promise<{ status?: Record<string, unknown> }> =>
    server.admin.json({
      method: "PATCH",
      path: `${path}/status?fieldManager=${manager}`,
      contentType: "application/apply-patch+yaml",
      body: { apiVersion: "networking.istio.io/v1", kind: "VirtualService", metadata: { name: "conditioned" }, status },
    });

  it("is written by several controllers, each its own condition, and what else they write is kept", async () => {
    const body = { ...object("VirtualService", { hosts: ["a.example.com"] }), metadata: { name: "conditioned", namespace: "default" } };
    await server.admin.json({ method: "POST", path: collection(OWN_KINDS.VirtualService), body });
    const lastTransitionTime = "2026-01-02T03:04:05Z";
    const ours = { type: "Accepted", status: "True", reason: "Valid", message: "", observedGeneration: 1, lastTransitionTime };
    const theirs = { type: "Reconciled", status: "False", observedGeneration: "1", lastProbeTime: lastTransitionTime };
    await apply("ours", { conditions: [ours], observedGeneration: 1 });
    const { status } = await apply("theirs", {
      conditions: [theirs],
      validationMessages: [{ level: "INFO", any: { thing: 1 } }],
      more: "x",
    });
    expect(status).toEqual({
      conditions: [ours, theirs],
      observedGeneration: 1,
      validationMessages: [{ level: "INFO", any: { thing: 1 } }],
      more: "x",
    });
    const spec = { hosts: ["b.example.com"] };
    const put = await server.admin.json({
      method: "PUT",
      path,
      body: { ...(await server.admin.json<object>({ path })), spec, status: {} },
    });
    expect(put, "the status is changed by its own door only").toMatchObject({ spec, status: { conditions: [ours, theirs] } });
    const two = { conditions: [ours, { ...ours, status: "False" }] };
    await expect(apply("ours", two), "two entries of one type").rejects.toThrow();
  });
});

/** What the schema alone decides; rules beyond it are the webhook's. */
const CASES: readonly (readonly [OwnKind, string, boolean, unknown])[] = [
  ["ServiceEntry", "whole", true, { hosts: ["a.example.com"], ports: [{ number: 80, name: "http", protocol: "HTTP" }], resolution: "DNS" }],
  ["ServiceEntry", "without hosts", false, { ports: [{ number: 80, name: "http" }] }],
  ["ServiceEntry", "unknown resolution", false, { hosts: ["a.example.com"], resolution: "MAYBE" }],
  ["ServiceEntry", "port as text", false, { hosts: ["a.example.com"], ports: [{ number: "80", name: "http" }] }],
  ["ServiceEntry", "257 hosts", false, { hosts: Array.from({ length: 257 }, (_, i) => `h${i}.example.com`) }],
  [
    "ServiceEntry",
    "endpoints and selector",
    false,
    { hosts: ["a.example.com"], resolution: "STATIC", endpoints: [{ address: "10.0.0.1" }], workloadSelector: { labels: { app: "a" } } },
  ],
  ["VirtualService", "timeout", true, { hosts: ["a"], http: [{ timeout: "1h2m3.5s", route: [{ destination: { host: "a" } }] }] }],
  ["VirtualService", "timeout without a unit", false, { hosts: ["a"], http: [{ timeout: "5", route: [{ destination: { host: "a" } }] }] }],
  ["VirtualService", "route without destination", false, { hosts: ["a"], http: [{ route: [{ weight: 1 }] }] }],
  ["DestinationRule", "without host", false, { subsets: [{ name: "v1" }] }],
  [
    "DestinationRule",
    "two ways to balance",
    false,
    { host: "a", trafficPolicy: { loadBalancer: { simple: "RANDOM", consistentHash: { useSourceIp: true } } } },
  ],
  ["Gateway", "server without port", false, { servers: [{ hosts: ["*"] }] }],
  ["Sidecar", "egress", true, { egress: [{ hosts: ["./*"] }] }],
  ["Sidecar", "egress without hosts", false, { egress: [{}] }],
  ["WorkloadEntry", "without address", false, {}],
  ["WorkloadGroup", "two probes", false, { template: {}, probe: { httpGet: { port: 80 }, tcpSocket: { port: 80 } } }],
];

describe("the API server and fairlead validate agree", () => {
  it.each(CASES)("%s: %s", async (kind, _, valid, spec) => {
    expect(validateObject(object(kind, spec)).errors.length === 0).toBe(valid);
    expect(await isTaken(kind, spec)).toBe(valid);
  });
});
