// A fault in whatever the webhook depends on is answered by a review with a reason, never by silence or by an error that tells nothing.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import type { AdmissionHandler } from "../../../src/admission/admission-app.ts";
import { admissionApp } from "../../../src/admission/admission-app.ts";
import type { InjectionSources } from "../../../src/admission/injection-sources.ts";
import { podInjector } from "../../../src/admission/pod-injector.ts";
import { podVerifier } from "../../../src/admission/pod-verifier.ts";
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

/** Posts a body to the webhooks on these sources; `logged` is what the log says of bugs. */
async function posted(
  sources: InjectionSources,
  path: string,
  body: string,
): Promise<{ status: number; review: Review; logged: string[] }> {
  const logged: string[] = [];
  const failing: AdmissionHandler = async () => fails();
  const app = admissionApp({
    ...{ injector: podInjector(sources), verifier: podVerifier(sources), validator: failing },
    ready: () => true,
    metrics: { count: () => undefined },
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

test("a judge that fails", async () => {
  const { review } = await posted(WORKING, "/validate", reviewOf({}));
  expect(review.response).toMatchObject({ allowed: false, status: { code: 500 } });
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
