import { err, ok, type Result } from "../base/result.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import { conform, unknownFields } from "./conform.ts";
import { schemaOf } from "./dialect/node.ts";
import { givenAddresses } from "./given-addresses.ts";
import { isJsonObject, type JsonObject, jsonKind, ownField } from "./json-kind.ts";
import { findKind, isOwnKind, type KindInfo } from "./kinds.ts";
import { decodeMetadata, unknownMetadata } from "./metadata.ts";
import type { ObjectStatus, StoredObject } from "./object.ts";
import { UNFIT } from "./unfit.ts";
import { unknownKind } from "./unknown-kind.ts";

/** What reading an object gave: `object` is there unless a finding is an error. */
export interface Inspection {
  readonly object?: StoredObject;
  /** In its place where a finding is an error of its shape: what fits of it, with {@link UNFIT} for the rest; only to be read when `guarded`. */
  readonly fitting?: StoredObject;
  /** Errors, and warnings such as unknown fields. */
  readonly findings: readonly Finding[];
}

/** Reads an object as {@link decode} does, and also tells its warnings. */
export function inspect(raw: unknown, origin?: string): Inspection {
  if (!isJsonObject(raw)) return { findings: [finding("notAnObject", "", { actual: jsonKind(raw) })] };
  const [apiVersion, kind] = [ownField(raw, "apiVersion"), ownField(raw, "kind")];
  if (typeof kind !== "string" || kind === "") return { findings: [finding("missing", "kind", { hint: "one such as ServiceEntry" })] };
  if (typeof apiVersion !== "string" || apiVersion === "") {
    return { findings: [finding("missing", "apiVersion", { hint: "one such as networking.istio.io/v1" })] };
  }
  const info = findKind(apiVersion, kind);
  return info ? inspectKind(info, raw, origin) : { findings: [unknownKind(apiVersion, kind)] };
}

/**
 * Reads one object of any kind in {@link KINDS}: its metadata cut down, its body held against the schema and freed of unknown fields,
 * no default filled in; of a ServiceEntry's status the addresses. Rules beyond the schema are the validation's.
 *
 * @param origin where it was read, `orders.yaml:12`
 * @returns the errors, where there are any; for a kind of other programs the warning that says so
 */
export function decode(raw: unknown, origin?: string): Result<StoredObject, readonly Finding[]> {
  const { object, findings } = inspect(raw, origin);
  if (object) return ok(object);
  const errors = findings.filter((found) => found.level === "error");
  return err(errors.length > 0 ? errors : findings);
}

function inspectKind(info: KindInfo, raw: JsonObject, origin: string | undefined): Inspection {
  const { metadata, findings } = decodeMetadata(ownField(raw, "metadata"), info.namespaced);
  const body = conform(schemaOf(info.schema), info.project(raw), info.bodyPath);
  const told = isOwnKind(info.kind)
    ? [...unknownAround(info, raw), ...body.findings]
    : body.findings.filter((found) => found.level === "error");
  const all = [...findings, ...told];
  if (all.some((found) => found.level === "error")) {
    const known = findings.some((found) => found.level === "error") ? UNFIT : metadata;
    return { findings: all, fitting: { kind: info.kind, metadata: known, spec: body.value } as unknown as StoredObject };
  }
  const status = statusOf(info, raw);
  const object = { kind: info.kind, metadata, spec: body.value, ...(status && { status }), ...(origin !== undefined && { origin }) };
  return { object: object as StoredObject, findings: all };
}

/** What controllers wrote is read where it is used, and never told of. */
function statusOf({ kind }: KindInfo, raw: JsonObject): ObjectStatus | undefined {
  const addresses = kind === "ServiceEntry" ? givenAddresses(ownField(raw, "status")) : [];
  return addresses.length > 0 ? { addresses } : undefined;
}

/** What stands beside the body, or in the metadata, and is no field of an object of ours: the API server drops it. */
function unknownAround({ schema }: KindInfo, raw: JsonObject): readonly Finding[] {
  const known = { apiVersion: undefined, kind: undefined, metadata: undefined, spec: schemaOf(schema), status: undefined };
  return [...unknownFields(known, raw, ""), ...unknownMetadata(ownField(raw, "metadata"))];
}
