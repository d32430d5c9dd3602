// The certificate service and the review of tokens by a real API server, together: what an agent is told in either's bad hours.
import { create, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { IstioCertificateRequestSchema } from "../../src/gen/istio/v1/auth/ca_pb.ts";
import { createCertificateRequest } from "../../src/pki/csr.ts";
import { createKubernetesTokenReviewer } from "../../src/source/kubernetes/kubernetes-token-reviewer.ts";
import { CREATE_CERTIFICATE } from "../../src/xds/certificate-service.ts";
import { type XdsWorld, xdsWorld } from "../unit/xds/xds-world.ts";
import { type ApiServer, startApiServer } from "./start-api-server.ts";

let server: ApiServer;
let world: XdsWorld;
beforeAll(async () => {
  server = await startApiServer();
  world = await xdsWorld(createKubernetesTokenReviewer(server.admin));
});
afterAll(async () => {
  await world?.stop();
  await server?.stop();
});

async function askWith(token: string) {
  const { csrPem } = await createCertificateRequest();
  const bytes = toBinary(IstioCertificateRequestSchema, create(IstioCertificateRequestSchema, { csr: csrPem }));
  return world.client().unary(CREATE_CERTIFICATE, bytes, { metadata: { authorization: `Bearer ${token}` }, timeoutMs: 20_000 });
}

async function failures(): Promise<number> {
  return Number(/^\S*authentication_failure\S* (\d+)$/m.exec(await world.metrics())?.[1]);
}

test("a good token gets a certificate, a false one is refused and counted", async () => {
  const token = await server.tokenFor("default", "api", "istio-ca");
  expect(await askWith(token)).toMatchObject({ ok: true });
  expect(await failures()).toBe(0);
  expect(await askWith(`${token.slice(0, -6)}AAAAAA`)).toMatchObject({ ok: false, error: { code: "unauthenticated" } });
  expect(await askWith(await server.tokenFor("default", "api", "vault"))).toMatchObject({ ok: false, error: { code: "unauthenticated" } });
  expect(await failures()).toBe(2);
});

test("while the API server is away, good tokens are asked to come again, and nobody is counted as refused", async () => {
  const token = await server.tokenFor("default", "api", "istio-ca");
  const before = await failures();
  await server.kill();
  expect(await askWith(token)).toMatchObject({ ok: false, error: { code: "unavailable" } });
  expect(await failures()).toBe(before);
  await server.restart();
  expect(await askWith(token)).toMatchObject({ ok: true });
});
