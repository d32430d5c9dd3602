import { err, ok, type Result } from "../../base/result.ts";
import { finding } from "../../telemetry/catalogue.ts";
import type { Finding } from "../../telemetry/finding.ts";
import { conform } from "../conform.ts";
import { type Node, type SchemaJson, schemaOf } from "../dialect/node.ts";
import { type FieldTrail, pathOfTrail } from "../field-path.ts";
import { isJsonObject, type JsonObject, jsonKind } from "../json-kind.ts";
import { UNFIT } from "../unfit.ts";
import { type MeshConfig, MeshConfigSchema } from "./mesh-config.ts";
import { type ProxyConfig, ProxyConfigSchema } from "./proxy-config.ts";

/** A decoded configuration, absent where a finding is an error. */
export interface ConfigInspection<T> {
  readonly value?: T;
  /** In its place where a finding is an error of its shape: what fits of it, with {@link UNFIT} for the rest; only to be read when `guarded`. */
  readonly fitting?: T;
  readonly findings: readonly Finding[];
}

/** Reads a mesh configuration as {@link decodeMeshConfig} does, and also tells its warnings. */
export function inspectMeshConfig(raw: unknown): ConfigInspection<MeshConfig> {
  return inspectConfig<MeshConfig>(MeshConfigSchema, raw);
}

/**
 * Reads a mesh configuration from its parsed YAML, with the liberties of protobuf's JSON: field names in camelCase or snake_case,
 * enums by name or number, whole numbers as text, null for absent. An empty document is an empty configuration.
 * Unknown fields are dropped.
 */
export function decodeMeshConfig(raw: unknown): Result<MeshConfig, readonly Finding[]> {
  const { value, findings } = inspectMeshConfig(raw);
  return value === undefined ? err(findings.filter((found) => found.level === "error")) : ok(value);
}

/** The same as {@link inspectMeshConfig} for proxy settings, as the annotation `proxy.istio.io/config` carries them. */
export function inspectProxyConfig(raw: unknown): ConfigInspection<ProxyConfig> {
  return inspectConfig<ProxyConfig>(ProxyConfigSchema, raw);
}

function inspectConfig<T>(node: Node<T>, raw: unknown): ConfigInspection<T> {
  if (raw !== undefined && raw !== null && !isJsonObject(raw)) return { findings: [finding("meshNotAMap", "", { actual: jsonKind(raw) })] };
  const twice: Finding[] = [];
  const { value, findings: found } = conform(schemaOf(node), canonical(schemaOf(node), raw ?? {}, { at: "", twice }), "");
  const findings = [...twice, ...found];
  if (findings.every((found) => found.level !== "error")) return { value: value as T, findings };
  return value === UNFIT ? { findings } : { fitting: value as T, findings };
}

interface Place {
  readonly at: FieldTrail;
  /** Collects fields that are written by both of their names, of which protobuf would not know which one counts. */
  readonly twice: Finding[];
}

/** Brings protobuf's liberties into the one form that the schema knows. */
function canonical(node: SchemaJson, value: unknown, place: Place): unknown {
  const names = node["x-fairlead-enum-numbers"];
  if (names && Number.isInteger(value)) return names[String(value)] ?? value;
  if (node.type === "integer" && typeof value === "string" && /^-?[0-9]{1,15}$/.test(value)) return Number(value);
  const { items } = node;
  if (Array.isArray(value) && items) return value.map((item, key) => canonical(items, item, inner(place, key)));
  return isJsonObject(value) ? canonicalObject(node, value, place) : value;
}

const inner = ({ at, twice }: Place, key: string | number): Place => ({ at: { parent: at, key }, twice });

function canonicalObject(node: SchemaJson, object: JsonObject, place: Place): JsonObject {
  const values = node.additionalProperties;
  if (node["x-kubernetes-preserve-unknown-fields"]) return object;
  const written = new Map<string, string>();
  const entries = Object.entries(object).flatMap(([key, value]) => {
    if (value === null) return [];
    if (values) return [[key, canonical(values, value, inner(place, key))] as const];
    const name = fieldName(node, key);
    const first = name === undefined ? undefined : written.get(name);
    if (first !== undefined) place.twice.push(finding("fieldTwice", pathOfTrail({ parent: place.at, key }), { first }));
    if (name !== undefined) written.set(name, key);
    const field = name === undefined ? undefined : node.properties?.[name];
    return [[name ?? key, field ? canonical(field, value, inner(place, key)) : value] as const];
  });
  return Object.fromEntries(entries);
}

function fieldName(node: SchemaJson, key: string): string | undefined {
  const known = node.properties ?? {};
  if (Object.hasOwn(known, key)) return key;
  const camel = key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(known, camel) ? camel : undefined;
}
