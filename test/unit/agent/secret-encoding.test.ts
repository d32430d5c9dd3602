import { fromBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { certificateSecret, rootSecret } from "../../../src/agent/secret-encoding.ts";
import { SecretSchema } from "../../../src/gen/envoy/extensions/transport_sockets/tls/v3/secret_pb.ts";
import { privateKeyPem } from "../../../src/pki/private-key.ts";
import { bodyOf } from "../../../src/rpc/delta-encoding.ts";

const long = "c".repeat(20_000);
const text = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString();

test("the hand-written certificate reads as Envoy's own message", () => {
  const identity = { certPem: long, key: privateKeyPem("the key"), rootPem: "", notBefore: 0, notAfter: 0 };
  const secret = fromBinary(SecretSchema, bodyOf(certificateSecret(identity)).body);
  expect(secret.name).toBe("default");
  const certificate = secret.type.case === "tlsCertificate" ? secret.type.value : undefined;
  expect(text(certificate?.certificateChain?.specifier.value)).toBe(long);
  expect(text(certificate?.privateKey?.specifier.value)).toBe("the key");
});

test("the hand-written trust bundle too", () => {
  const secret = fromBinary(SecretSchema, bodyOf(rootSecret(long)).body);
  expect(secret.name).toBe("ROOTCA");
  const context = secret.type.case === "validationContext" ? secret.type.value : undefined;
  expect(text(context?.trustedCa?.specifier.value)).toBe(long);
});
