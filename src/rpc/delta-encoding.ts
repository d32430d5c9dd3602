import { hash } from "node:crypto";
import type { EncodedResource } from "./resource.ts";

/** A response before it is bytes: what is sent, what is said to be gone. */
export interface DeltaResponse {
  readonly typeUrl: string;
  readonly nonce: string;
  readonly resources: readonly EncodedResource[];
  readonly removed: readonly string[];
  /** Further parts of the same push follow; travels as `system_version_info`, which Envoy ignores. */
  readonly more: boolean;
}

/** A response of which only the envelope was read; the resources' `bytes` are views into the message. */
export type DecodedDeltaResponse = DeltaResponse;

const MORE = "more";
const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { fatal: true });

/** Wraps a resource's body; its version is a hash of type and body. */
export function encodeResource(name: string, typeUrl: string, body: Uint8Array): EncodedResource {
  const version = hash("sha256", body, "base64url").slice(0, 22);
  const any = concat([field(1, utf8.encode(typeUrl)), field(2, body)].flat());
  return { name, version, bytes: concat([field(1, utf8.encode(version)), field(2, any), field(3, utf8.encode(name))].flat()) };
}

/** `envoy.service.discovery.v3.DeltaDiscoveryResponse`, the resources copied in as they are. */
export function encodeDeltaResponse(response: DeltaResponse): Uint8Array {
  return concat([
    ...(response.more ? field(1, utf8.encode(MORE)) : []),
    ...response.resources.flatMap((resource) => field(2, resource.bytes)),
    ...field(4, utf8.encode(response.typeUrl)),
    ...field(5, utf8.encode(response.nonce)),
    ...response.removed.flatMap((name) => field(6, utf8.encode(name))),
  ]);
}

/** Reads the envelope only. Throws when the bytes are no such message. */
export function decodeDeltaResponse(bytes: Uint8Array): DecodedDeltaResponse {
  const resources: EncodedResource[] = [];
  const removed: string[] = [];
  const strings = new Map<number, string>();
  for (const [number, value] of fieldsOf(bytes)) {
    if (number === 2) resources.push(decodeResource(value));
    else if (number === 6) removed.push(text.decode(value));
    else if (number === 1 || number === 4 || number === 5) strings.set(number, text.decode(value));
  }
  return { typeUrl: strings.get(4) ?? "", nonce: strings.get(5) ?? "", resources, removed, more: strings.get(1) === MORE };
}

/** Name and version of one `Resource` message; the body stays closed. */
export function decodeResource(bytes: Uint8Array): EncodedResource {
  let name = "";
  let version = "";
  for (const [number, value] of fieldsOf(bytes)) {
    if (number === 3) name = text.decode(value);
    else if (number === 1) version = text.decode(value);
  }
  return { name, version, bytes };
}

/** The type and the encoded message inside a `Resource`; for whoever must look inside after all. */
export function bodyOf(resource: EncodedResource): { readonly typeUrl: string; readonly body: Uint8Array } {
  let typeUrl = "";
  let body = new Uint8Array();
  for (const [number, value] of fieldsOf(resource.bytes)) {
    if (number !== 2) continue;
    for (const [inner, bytes] of fieldsOf(value)) {
      if (inner === 1) typeUrl = text.decode(bytes);
      else if (inner === 2) body = Uint8Array.from(bytes);
    }
  }
  return { typeUrl, body };
}

function field(number: number, value: Uint8Array): Uint8Array[] {
  return [varint((number << 3) | 2), varint(value.length), value];
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** Length-delimited fields of a message in order; others are stepped over. */
function* fieldsOf(bytes: Uint8Array): Generator<[number: number, value: Uint8Array]> {
  let at = 0;
  while (at < bytes.length) {
    const [tag, afterTag] = readVarint(bytes, at);
    const [size, start] = extent(tag & 7, bytes, afterTag);
    if (start + size > bytes.length) throw new Error("message is cut short");
    if ((tag & 7) === 2) yield [Math.floor(tag / 8), bytes.subarray(start, start + size)];
    at = start + size;
  }
}

function extent(wireType: number, bytes: Uint8Array, at: number): [size: number, start: number] {
  if (wireType === 2) return readVarint(bytes, at);
  if (wireType === 0) return [readVarint(bytes, at)[1] - at, at];
  if (wireType === 1) return [8, at];
  if (wireType === 5) return [4, at];
  throw new Error(`unknown wire type ${wireType}`);
}

function readVarint(bytes: Uint8Array, from: number): [value: number, next: number] {
  let value = 0;
  let scale = 1;
  for (let at = from; at < Math.min(bytes.length, from + 10); at++) {
    const byte = bytes[at] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, at + 1];
    scale *= 128;
  }
  throw new Error("message is cut short");
}
