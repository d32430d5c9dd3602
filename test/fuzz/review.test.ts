import { Agent, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, test } from "vitest";
import { admissionApp } from "../../src/admission/admission-app.ts";
import { admissionMetrics } from "../../src/admission/admission-metrics.ts";
import { objectValidator } from "../../src/admission/object-validator.ts";
import { podInjector } from "../../src/admission/pod-injector.ts";
import { podVerifier } from "../../src/admission/pod-verifier.ts";
import { schemaOf } from "../../src/api/dialect/node.ts";
import { type KindInfo, OWN_KINDS } from "../../src/api/kinds.ts";
import { injectionValues } from "../../src/injection/injection-values.ts";
import { judges } from "../../src/main/judges.ts";
import { parseYaml } from "../../src/main/read-values.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { fitting } from "../property/validation/fitting.ts";
import { appPod } from "../unit/injection/injection-case.ts";
import { fuzz } from "./fuzz.ts";
import { jsonText, worsened } from "./hostile.ts";
import { smallWorld } from "./small-world.ts";

const bugs: unknown[] = [];
const pods = {
  namespaceLabels: async (name: string) => (name === "shop" ? { "istio-injection": "enabled" } : undefined),
  limits: () => undefined,
  mesh: () => ({}),
  values: () => injectionValues({}),
  ...{ kubeVersion: "1.34", revision: "default", parseYaml },
};
const app = admissionApp({
  injector: podInjector(pods),
  verifier: podVerifier(pods),
  validator: objectValidator(judges(smallWorld())),
  ready: () => true,
  // The real ones: what each answer leaves behind shows in the heap.
  metrics: admissionMetrics(createMetrics({ version: "test" })),
  log: { info: () => undefined, error: (fields) => void bugs.push((fields as { err: unknown }).err) },
});
const agent = new Agent({ keepAlive: true });
let server: Server;

beforeAll(async () => {
  await new Promise<void>((listening) => {
    server = app.listen(0, "127.0.0.1", () => listening());
  });
});
afterAll(() => {
  agent.destroy();
  server?.close();
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

function post(path: string, body: Buffer): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const headers = { "content-type": "application/json", "content-length": body.length };
  return new Promise((resolve, reject) => {
    const sent = request({ agent, port, path, method: "POST", host: "127.0.0.1", headers }, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => void chunks.push(chunk));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

interface Review {
  readonly kind: string;
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: { readonly message?: string; readonly code?: number };
    readonly patch?: string;
    readonly warnings?: readonly string[];
  };
}

/** What Kubernetes can make something of: a review with a reason where it refuses, or an HTTP error with one sentence. */
function checkAnswer({ status, text }: Answer): void {
  const answer = JSON.parse(text) as Review & { readonly error?: string };
  if (status !== 200) {
    if (status < 400 || status >= 500 || typeof answer.error !== "string" || answer.error.length < 5)
      throw new Error(`status ${status}: ${text}`);
    return;
  }
  const { response, kind } = answer;
  if (kind !== "AdmissionReview" || response.uid === "" || typeof response.allowed !== "boolean") throw new Error(`no review: ${text}`);
  if (!response.allowed && ((response.status?.message ?? "").length < 5 || response.status?.code === 500))
    throw new Error(`no reason: ${text}`);
  if (response.patch !== undefined && !Array.isArray(JSON.parse(Buffer.from(response.patch, "base64").toString())))
    throw new Error("no patch");
  if ((response.warnings ?? []).some((warning) => typeof warning !== "string" || warning.length > 256))
    throw new Error("a warning too long");
}

const ALL: readonly KindInfo[] = Object.values(OWN_KINDS);

function reviewOf(kind: object, object: unknown, operation = "CREATE"): unknown {
  const old = operation === "UPDATE" ? { oldObject: object } : {};
  const request = { uid: "u-1", kind, resource: kind, namespace: "shop", name: "x", operation, object, ...old };
  return { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
}

const resources = ALL.map(({ kind, group, schema }) =>
  fc.tuple(fitting(schemaOf(schema)), fc.constantFrom("CREATE", "UPDATE")).map(([spec, operation]) => {
    const object = { apiVersion: `${group}/v1`, kind, metadata: { name: "x", namespace: "shop" }, spec };
    return reviewOf({ group, version: "v1", kind }, object, operation);
  }),
);
const pod = fc.constant(reviewOf({ group: "", version: "v1", kind: "Pod" }, appPod({ annotations: { "proxy.istio.io/config": "{}" } })));
const reviews = worsened(fc.oneof(pod, fc.oneof(...resources)), 3);

/** As much as an API server takes of anybody, three million bytes, in many small parts or in few large ones. */
function huge(): readonly Buffer[] {
  const many = <T>(bytes: number, part: (i: number) => T): T[] => Array.from({ length: Math.floor(3e6 / bytes) }, (_, i) => part(i));
  const service = { location: "MESH_EXTERNAL", resolution: "DNS", ports: [{ number: 80, name: "http", protocol: "HTTP" }] };
  const route = (i: number) => ({ match: [{ uri: { prefix: `/p${i}` } }], route: [{ destination: { host: `h${i}.example.com` } }] });
  const ours = (kind: string, spec: object) => {
    const object = { apiVersion: "networking.istio.io/v1", kind, metadata: { name: "x", namespace: "shop" }, spec };
    return reviewOf({ group: "networking.istio.io", version: "v1", kind }, object);
  };
  const podReview = (change: object) => reviewOf({ group: "", version: "v1", kind: "Pod" }, appPod(change));
  const pairs = Object.fromEntries(many(120, (i) => [`example.com/key-${i}`, "value"]));
  const reviews = [
    ours("ServiceEntry", { ...service, hosts: many(22, (i) => `h${i}.example.com`) }),
    ours("ServiceEntry", {
      ...service,
      resolution: "STATIC",
      hosts: ["a.example.com"],
      endpoints: many(26, (i) => ({ address: `10.${i % 250}.0.1` })),
    }),
    ours("VirtualService", { hosts: ["a.example.com"], http: many(100, route) }),
    podReview({ annotations: { "proxy.istio.io/config": many(16, (i) => `key-${i}: value\n`).join("") } }),
    podReview({ annotations: { "proxy.istio.io/config": "- ".repeat(32_000) } }),
    podReview({ annotations: { "proxy.istio.io/config": many(800, (i) => `k${i}: {a: [b]}\n`).join("") } }),
    podReview({ annotations: { "proxy.istio.io/overrides": `{"containers":[${"{},".repeat(9e5)}{}]}` } }),
    podReview({ annotations: { "prometheus.istio.io/scrape-targets": many(14, (i) => `${1000 + (i % 9000)}:/metrics`).join() } }),
    podReview({ annotations: { "traffic.sidecar.istio.io/excludeOutboundIPRanges": many(3, () => "::,").join("") } }),
    podReview({ annotations: pairs, labels: pairs }),
    podReview({ spec: { containers: many(28, (i) => ({ name: `c${i}`, image: "a" })) } }),
  ];
  return reviews.map((review) => Buffer.from(JSON.stringify(review)));
}

test("any body of an AdmissionReview: a review with a reason, or an HTTP error with one", async () => {
  await fuzz({
    name: "review",
    inputs: reviews.map((review) => Buffer.from(jsonText(review))),
    seeds: huge(),
    take: async (input) => {
      for (const path of ["/validate", "/inject", "/verify"]) {
        const answer = await post(path, input);
        const [bug] = bugs.splice(0);
        if (bug !== undefined) throw new Error(`${path} failed`, { cause: bug });
        checkAnswer(answer);
      }
    },
    counts: { usual: 1500, soak: 500_000 },
  });
});
