import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { afterEach, expect, test } from "vitest";
import type { AdmissionHandler } from "../../../src/admission/admission-app.ts";
import { type AdmissionServer, startAdmissionServer } from "../../../src/admission/admission-server.ts";
import { servingCertificate } from "./serving-certificate.ts";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: what came back is what is being tested
  readonly body: any;
}

const running: AdmissionServer[] = [];
const counted: string[] = [];
const logged: string[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  counted.length = 0;
  logged.length = 0;
});

async function start(
  handlers: { injector?: AdmissionHandler; validator?: AdmissionHandler; verifier?: AdmissionHandler; ready?: boolean } = {},
): Promise<AdmissionServer> {
  const allow: AdmissionHandler = async () => ({ allowed: true });
  const server = await startAdmissionServer({
    address: "127.0.0.1",
    port: 0,
    certificate: servingCertificate("first"),
    injector: handlers.injector ?? allow,
    verifier: handlers.verifier ?? allow,
    validator: handlers.validator ?? allow,
    ready: () => handlers.ready ?? true,
    metrics: { count: (name) => counted.push(name) },
    log: { info: (_, message) => logged.push(message), error: (_, message) => logged.push(message) },
  });
  running.push(server);
  return server;
}

function send(server: AdmissionServer, path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: "127.0.0.1",
        port: server.port,
        path,
        method: body === "" ? "GET" : "POST",
        agent: false,
        rejectUnauthorized: false,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(Buffer.concat(parts).toString()) });
        });
      },
    );
    call.on("error", reject);
    call.end(body);
  });
}

function review(request_: object): string {
  return JSON.stringify({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: { uid: "u1", operation: "CREATE", ...request_ },
  });
}

test("a patch travels as base64 under the request's uid", async () => {
  const patch = [{ op: "add", path: "/metadata/labels", value: {} }];
  const server = await start({
    injector: async () => ({
      allowed: true,
      patch,
      warnings: ["w\nw", ...Array.from({ length: 100 }, (_, i) => `${i} ${"w".repeat(300)}`)],
    }),
  });
  const { status, body } = await send(server, "/inject", review({ kind: { kind: "Pod" }, object: {} }));
  expect(status).toBe(200);
  expect(body).toMatchObject({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" });
  expect(body.response).toMatchObject({ uid: "u1", allowed: true, patchType: "JSONPatch" });
  expect(JSON.parse(Buffer.from(body.response.patch, "base64").toString())).toEqual(patch);
  const warnings: readonly string[] = body.response.warnings;
  expect(warnings.slice(0, 2)).toEqual(["w w", `0 ${"w".repeat(300)}`]);
  expect(warnings.at(-1)).toBe(`… and ${102 - warnings.length} more; fairlead validate lists them all`);
  expect(warnings.join("").length).toBeLessThan(4_096);
  expect(counted).toEqual(["sidecar_injection_requests_total", "sidecar_injection_success_total"]);
});

test("a refusal carries its message and code", async () => {
  const server = await start({ validator: async () => ({ allowed: false, code: 400, message: "spec.hosts: is empty (FL0001)" }) });
  const { body } = await send(server, "/validate", review({ object: {} }));
  expect(body.response).toMatchObject({
    allowed: false,
    status: { code: 400, reason: "BadRequest", message: "spec.hosts: is empty (FL0001)" },
  });
  expect(counted).toEqual(["galley_validation_failed"]);
});

test("a bug refuses one request, and the next is answered", async () => {
  let calls = 0;
  const server = await start({
    injector: async () => {
      calls += 1;
      if (calls === 1) throw new Error("secret detail");
      return { allowed: true };
    },
  });
  const first = await send(server, "/inject", review({ object: {} }));
  expect(first.body.response).toMatchObject({ allowed: false, status: { code: 500 } });
  expect(first.body.response.status.message).not.toContain("secret detail");
  expect((await send(server, "/inject", review({ object: {} }))).body.response.allowed).toBe(true);
});

const deep = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;

test.each([
  ["not JSON", "{", 400, /not JSON/],
  ["nothing", " ", 400, /not JSON/],
  ["another kind", "{}", 400, /AdmissionReview/],
  ["no request", JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" }), 400, /no request/],
  ["no uid", JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request: {} }), 400, /uid/],
  ["v1beta1", JSON.stringify({ apiVersion: "admission.k8s.io/v1beta1", kind: "AdmissionReview", request: { uid: "u" } }), 400, /v1/],
  ["deep nesting", deep, 400, /nests deeper/],
  ["more than 8 MiB", " ".repeat(8 * 1024 * 1024 + 1), 413, /larger/],
])("%s is refused in words", async (_, body, status, message) => {
  const server = await start();
  for (const path of ["/inject", "/validate"]) {
    const answer = await send(server, path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toContain("application/json");
    expect(answer.body.error).toMatch(message);
  }
});

test("a body of 3 MB is answered", async () => {
  const server = await start();
  const { body } = await send(server, "/validate", review({ object: { spec: { text: "x".repeat(3_000_000) } } }));
  expect(body.response.allowed).toBe(true);
});

test("another content type, encoding or path is refused in words", async () => {
  const server = await start();
  expect(await send(server, "/inject", review({}), { "content-type": "text/yaml" })).toMatchObject({ status: 415 });
  expect(await send(server, "/inject", review({}), { "content-encoding": "gzip" })).toMatchObject({ status: 415 });
  expect(await send(server, "/elsewhere", review({}))).toMatchObject({ status: 404 });
});

test("ready follows what it is told", async () => {
  expect(await send(await start(), "/ready", "")).toMatchObject({ status: 200, body: { ready: true } });
  expect(await send(await start({ ready: false }), "/ready", "")).toMatchObject({ status: 503 });
});

test("a new certificate serves the next connection without a restart", async () => {
  const server = await start();
  expect(await commonName(server)).toBe("first");
  server.setCertificate(servingCertificate("second"));
  expect(await commonName(server)).toBe("second");
});

function commonName(server: AdmissionServer): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port: server.port, path: "/ready", agent: false, rejectUnauthorized: false }, (response) => {
      const socket = response.socket as import("node:tls").TLSSocket;
      const name = String(socket.getPeerCertificate().subject.CN);
      response.resume().on("end", () => resolve(name));
    });
    call.on("error", reject);
    call.end();
  });
}
