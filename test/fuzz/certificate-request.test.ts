import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { test } from "vitest";
import { IstioCertificateRequestSchema } from "../../src/gen/istio/v1/auth/ca_pb.ts";
import { createCertificateRequest } from "../../src/pki/csr.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { certificateService } from "../../src/xds/certificate-service.ts";
import { createXdsMetrics } from "../../src/xds/xds-metrics.ts";
import { heldClock } from "../unit/xds/held-clock.ts";
import { authorityOf } from "../unit/xds/xds-world.ts";
import { fuzz } from "./fuzz.ts";
import { mutated } from "./mutated.ts";

const derOf = (pem: string): Buffer => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64");

function wire(csr: string): Buffer {
  return Buffer.from(toBinary(IstioCertificateRequestSchema, create(IstioCertificateRequestSchema, { csr, validityDuration: 3600n })));
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE REQUEST-----", ...lines, "-----END CERTIFICATE REQUEST-----", ""].join("\n");
}

test("any request for a certificate: a certificate, or a failure with a reason", async () => {
  const authority = await authorityOf("cluster.local");
  const { csrPem } = await createCertificateRequest("spiffe://cluster.local/ns/shop/sa/web");
  const service = certificateService({
    authority: () => authority,
    reviewer: { review: async () => ({ ok: true, value: { namespace: "shop", serviceAccount: "web" } }) },
    clock: heldClock(Date.now()),
    log: createLogger({ name: "fuzz", destination: { write: () => undefined } }),
    metrics: createXdsMetrics(createMetrics({ version: "fuzz" })),
  });
  const context = { metadata: { authorization: "Bearer x" }, peer: undefined, remote: "10.0.0.1:1" };
  await fuzz({
    name: "certificate-request",
    inputs: fc.oneof(
      mutated([derOf(csrPem)]).map((der) => wire(pem(der))),
      mutated([Buffer.from(csrPem)]).map((text) => wire(text.toString("latin1"))),
    ),
    seeds: [wire(csrPem)],
    take: async (input) => {
      const answer = await service.handle(input, context);
      if (!answer.ok && answer.error.message.length < 5) throw new Error("a refusal without a reason");
      if (!answer.ok && answer.error.code === "internal") throw new Error(answer.error.message);
    },
    counts: { usual: 1500, soak: 500_000 },
  });
});
