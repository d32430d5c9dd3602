// A fault in whatever the webhook depends on is answered by a review with a reason, never by silence or by an error that tells nothing.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { admissionApp } from "../../../src/admission/admission-app.ts";
import { type AdmissionMetrics, admissionMetrics } from "../../../src/admission/admission-metrics.ts";
import type { InjectionSources } from "../../../src/admission/injection-sources.ts";
import { objectValidator } from "../../../src/admission/object-validator.ts";
import { podInjector } from "../../../src/admission/pod-injector.ts";
import { podVerifier } from "../../../src/admission/pod-verifier.ts";
import type { Finding } from "../../../src/telemetry/finding.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";
import { appPod } from "../injection/injection-case.ts";
import { WORKING } from "./working-sources.ts";

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

function fails(): never {
  throw new Error("secret detail");
}

interface Review {
  readonly kind: string;
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: { readonly code: number; readonly message: string };
  };
}

interface More {
  readonly validator?: ReturnType<typeof objectValidator>;
  readonly metrics?: AdmissionMetrics;
}

/** Posts a body to the webhooks on these sources; `logged` is what the log says of bugs. */
async function posted(
  sources: InjectionSources,
  path: string,
  body: string,
  more: More = {},
): Promise<{ status: number; review: Review; logged: string[] }> {
  const logged: string[] = [];
  const app = admissionApp({
    ...{ injector: podInjector(sources), verifier: podVerifier(sources), validator: objectValidator([fails]) },
    ready: () => true,
    metrics: { count: () => undefined },
    ...more,
    log: { info: () => undefined, error: (fields) => void logged.push(String((fields as { err: unknown }).err)) },
  });
  const server = await new Promise<Server>((listening) => {
    const made: Server = app.listen(0, "127.0.0.1", () => listening(made));
  });
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  const headers = { "content-type": "application/json", connection: "close" };
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body });
  return { status: answer.status, review: (await answer.json()) as Review, logged };
}

function reviewOf(object: unknown): string {
  const request = {
    uid: "u-1",
    kind: { group: "", version: "v1", kind: "Pod" },
    namespace: "shop",
    name: "p",
    operation: "CREATE",
    object,
  };
  return JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1", request });
}

const BROKEN: readonly [string, Partial<InjectionSources>][] = [
  ["namespaces cannot be asked", { namespaceLabels: async () => fails() }],
  ["limits cannot be asked", { limits: fails }],
  ["no mesh configuration", { mesh: fails }],
  [
    "a mesh configuration of another shape",
    { mesh: () => ({ defaultConfig: { proxyMetadata: 7, statusPort: "x", interceptionMode: 9 } }) as never },
  ],
  ["no values", { values: fails }],
  ["values of another shape", { values: () => ({ global: 1 }) as never }],
  ["a parser that throws", { parseYaml: fails }],
];

test.each(BROKEN)("%s", async (_, change) => {
  const pod = appPod({ annotations: { "proxy.istio.io/config": "concurrency: 1" } });
  for (const path of ["/inject", "/verify"]) {
    const { status, review, logged } = await posted({ ...WORKING, ...change }, path, reviewOf(pod));
    expect([status, review.kind, review.response.uid]).toEqual([200, "AdmissionReview", "u-1"]);
    if (review.response.allowed) continue;
    expect(review.response.status?.message.length).toBeGreaterThan(20);
    expect(review.response.status?.message, "what is in the log alone").not.toContain("secret detail");
    if (review.response.status?.code === 500) {
      expect(review.response.status.message).toContain("u-1");
      expect(logged).toHaveLength(1);
    }
  }
});

test("a namespace that is not known yet: try again", async () => {
  const { review } = await posted({ ...WORKING, namespaceLabels: async () => undefined }, "/inject", reviewOf(appPod()));
  expect(review.response).toMatchObject({ allowed: false, status: { code: 503, message: expect.stringContaining("try again") } });
});

const ENTRY = { kind: { group: "networking.istio.io", version: "v1", kind: "ServiceEntry" }, resource: { resource: "serviceentries" } };
const entryReview = (): string => {
  const whole = JSON.parse(reviewOf({ metadata: {}, spec: {} })) as { request: object };
  return JSON.stringify({ ...whole, request: { ...whole.request, ...ENTRY } });
};
const wrong: Finding = { code: "FL0101", level: "error", path: "spec", message: "is empty" };
const look = { concerns: () => true, wait: async () => undefined };

test.each([
  ["a judge that fails", objectValidator([() => [wrong], fails])],
  ["a judge that fails the second time", objectValidator([failsAfter(1)], look)],
  ["nobody knows whether others may be the reason", objectValidator([() => [wrong]], { ...look, concerns: fails })],
  ["a wait that breaks off", objectValidator([() => [wrong]], { ...look, wait: async () => fails() })],
])("%s", async (_, validator) => {
  const { status, review, logged } = await posted(WORKING, "/validate", entryReview(), { validator });
  expect(status).toBe(200);
  expect(review.response).toMatchObject({ uid: "u-1", allowed: false, status: { code: 500, message: expect.stringContaining("u-1") } });
  expect(logged).toHaveLength(1);
});

/** Finds an error so many times, then fails. */
function failsAfter(times: number): () => readonly Finding[] {
  let left = times;
  return () => (left-- > 0 ? [wrong] : fails());
}

test.each([
  ["/inject", true],
  ["/verify", false],
  ["/validate", false],
] as const)("metrics that fail cost %s no answer", async (path, allowed) => {
  const more = { metrics: { count: fails }, validator: objectValidator([() => [wrong]]) };
  const { status, review, logged } = await posted(WORKING, path, path === "/validate" ? entryReview() : reviewOf(appPod()), more);
  expect([status, review.response.uid, review.response.allowed]).toEqual([200, "u-1", allowed]);
  expect(logged).toEqual([expect.stringContaining("secret detail")]);
});

test("what is no review is answered in words though metrics fail", async () => {
  const { status, review } = await posted(WORKING, "/inject", " ".repeat(9 * 2 ** 20), { metrics: { count: fails } });
  expect([status, review]).toEqual([413, { error: "the body is larger than 8 MiB" }]);
});

test("resources that somebody makes up leave no numbers behind: ours have their own, all others one", async () => {
  const metrics = createMetrics({ version: "test" });
  const more = { metrics: admissionMetrics(metrics), validator: objectValidator([]) };
  for (let i = 0; i < 20; i += 1) {
    const body = entryReview().replace("serviceentries", i === 0 ? "serviceentries" : `made-up-${i}`);
    await posted(WORKING, "/validate", body, more);
  }
  expect((await metrics.text()).match(/^galley_validation_passed\{.*/gm)).toEqual([
    'galley_validation_passed{group="networking.istio.io",version="v1",resource="serviceentries"} 1',
    'galley_validation_passed{group="other",version="other",resource="other"} 19',
  ]);
});

test("an object that nests too deeply is answered by a review, as its uid stands in front", async () => {
  const deep = `${'{"a":'.repeat(500)}1${"}".repeat(500)}`;
  const { status, review } = await posted(WORKING, "/inject", reviewOf("DEEP").replace('"DEEP"', deep));
  expect(status).toBe(200);
  expect(review.response).toMatchObject({
    uid: "u-1",
    allowed: false,
    status: { code: 400, message: expect.stringContaining("400 levels") },
  });
});
