import { encodeResource } from "../rpc/delta-encoding.ts";
import { type EncodedResource, TYPE_URLS } from "../rpc/resource.ts";
import type { Identity } from "./certificate-client.ts";

/** Names by which Envoy asks for its certificate and for the authorities it trusts. */
export const WORKLOAD_SECRET = "default";
export const ROOT_SECRET = "ROOTCA";

/**
 * `envoy.extensions.transport_sockets.tls.v3.Secret` with a certificate. Written by hand: the generated messages of these
 * few fields would bring all of TLS, matchers and addresses into the agent's bundle.
 */
export function certificateSecret(identity: Identity): EncodedResource {
  const certificate = [...message(1, inlineBytes(identity.certPem)), ...message(2, inlineBytes(identity.key.reveal()))];
  return secret(WORKLOAD_SECRET, message(2, certificate));
}

/** A Secret with a validation context that trusts these authorities. */
export function rootSecret(rootPem: string): EncodedResource {
  return secret(ROOT_SECRET, message(4, message(1, inlineBytes(rootPem))));
}

type Bytes = readonly Uint8Array[];

function secret(name: string, content: Bytes): EncodedResource {
  return encodeResource(name, TYPE_URLS.secret, Buffer.concat([...message(1, [Buffer.from(name)]), ...content]));
}

/** `core.v3.DataSource` with `inline_bytes`. */
const inlineBytes = (text: string): Bytes => message(2, [Buffer.from(text)]);

/** A length-delimited field. */
function message(field: number, content: Bytes): Bytes {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.of((field << 3) | 2), varint(length), ...content];
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}
