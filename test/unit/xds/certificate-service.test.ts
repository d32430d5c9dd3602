import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { afterEach, beforeEach, expect, test } from "vitest";
import { IstioCertificateRequestSchema, IstioCertificateResponseSchema } from "../../../src/gen/istio/v1/auth/ca_pb.ts";
import { certificateInfo } from "../../../src/pki/certificate-info.ts";
import { createCertificateRequest } from "../../../src/pki/csr.ts";
import { CREATE_CERTIFICATE } from "../../../src/xds/certificate-service.ts";
import { type XdsWorld, xdsWorld } from "./xds-world.ts";

let world: XdsWorld;
const asked: string[] = [];
beforeEach(async () => {
  world = await xdsWorld({
    review: async (token, audience) => {
      asked.push(audience);
      if (token === "token-away") throw new Error("connection refused");
      if (token === "token-ended") return { ok: false, error: "token has expired" };
      return { ok: true, value: { namespace: "orders", serviceAccount: "api" } };
    },
  });
});
afterEach(() => world.stop());

async function ask(authorization: string | undefined, options: { csr?: string; seconds?: number; bytes?: Uint8Array } = {}) {
  const { csrPem } = await createCertificateRequest("spiffe://cluster.local/ns/kube-system/sa/admin");
  const request = create(IstioCertificateRequestSchema, { csr: options.csr ?? csrPem, validityDuration: BigInt(options.seconds ?? 0) });
  const bytes = options.bytes ?? toBinary(IstioCertificateRequestSchema, request);
  const metadata = authorization === undefined ? {} : { authorization };
  return await world.client().unary(CREATE_CERTIFICATE, bytes, { metadata, timeoutMs: 5000 });
}

test("a good token gets a certificate for whom the token proves, the root last", async () => {
  const answer = await ask("Bearer token-good");
  if (!answer.ok) throw new Error(answer.error.message);
  const { certChain } = fromBinary(IstioCertificateResponseSchema, answer.value);
  const leaf = certificateInfo(certChain[0] ?? "");
  expect(leaf?.uris).toEqual(["spiffe://cluster.local/ns/orders/sa/api"]);
  expect(Math.round(((leaf?.notAfter ?? 0) - Date.now()) / 3600_000)).toBe(24);
  expect(certChain.at(-1)).toBe(world.authority.trustBundle(Date.now()));
  expect(asked.at(-1)).toBe("istio-ca");
});

test("a life is granted as asked, up to ninety days", async () => {
  for (const [seconds, hours] of [
    [3600, 1],
    [400 * 24 * 3600, 90 * 24],
  ]) {
    const answer = await ask("Bearer token-good", { seconds: seconds ?? 0 });
    if (!answer.ok) throw new Error(answer.error.message);
    const leaf = certificateInfo(fromBinary(IstioCertificateResponseSchema, answer.value).certChain[0] ?? "");
    expect(Math.round(((leaf?.notAfter ?? 0) - Date.now()) / 3600_000)).toBe(hours);
  }
});

test.each([
  ["no token", undefined, {}, "unauthenticated"],
  ["no bearer", "Basic token-basic", {}, "unauthenticated"],
  ["an expired token", "Bearer token-ended", {}, "unauthenticated"],
  ["a reviewer that is away", "Bearer token-away", {}, "unavailable"],
  ["a request that is none", "Bearer token-good", { csr: "nonsense" }, "invalid-argument"],
  ["bytes that are none", "Bearer token-good", { bytes: Uint8Array.of(0xff) }, "invalid-argument"],
])("%s is refused, logged, and the token is in no log", async (_, authorization, options, code) => {
  expect(await ask(authorization, options)).toMatchObject({ ok: false, error: { code } });
  expect(world.logged).toContainEqual(expect.objectContaining({ msg: "certificate refused", reason: code }));
  expect(JSON.stringify(world.logged)).not.toMatch(/token-(good|ended|away|basic)/);
});
