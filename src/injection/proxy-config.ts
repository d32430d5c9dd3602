import { decodeProxyConfig } from "../api/mesh/decode-mesh-config.ts";
import { err, ok, type Result } from "../base/result.ts";
import { isObject, type JsonObject } from "./json-object.ts";
import { annotationRefusal, type Refusal } from "./refusal.ts";

/** Annotation with settings of the pod's proxy, as YAML. */
export const PROXY_CONFIG = "proxy.istio.io/config";

/** What one pod's proxy configuration is merged from; later ones win. */
export interface ProxyConfigSources {
  /** Where the controller answers, if nothing else is said. */
  readonly controller: string;
  /** Address that an annotation of its own asks for. */
  readonly asked: string | undefined;
  readonly meshDefault: object;
  readonly annotation: string | undefined;
  readonly parseYaml: (text: string) => Result<unknown, string>;
}

/**
 * Field by field, the annotation over the mesh's defaultConfig; `proxyMetadata` name by name.
 * Fields in snake_case are the same fields (protobuf JSON), so they are brought to camelCase before merging.
 */
export function proxyConfig(sources: ProxyConfigSources): Result<JsonObject, Refusal> {
  const own = readAnnotation(sources);
  if (!own.ok) return own;
  const base = camelFields(sources.meshDefault as JsonObject);
  const metadata = { ...proxyMetadata(base), ...proxyMetadata(own.value) };
  const asked = sources.asked === undefined ? {} : { discoveryAddress: sources.asked };
  const merged = { discoveryAddress: sources.controller, ...base, ...own.value, ...asked };
  return ok(Object.keys(metadata).length === 0 ? merged : { ...merged, proxyMetadata: metadata });
}

/** Environment variables that the proxy configuration asks for. */
export function proxyMetadata(config: JsonObject): Readonly<Record<string, string>> {
  const metadata = config.proxyMetadata;
  return isObject(metadata) ? Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, String(value)])) : {};
}

function readAnnotation({ annotation, parseYaml }: ProxyConfigSources): Result<JsonObject, Refusal> {
  if (annotation === undefined || annotation.trim() === "") return ok({});
  const parsed = parseYaml(annotation);
  if (!parsed.ok) return err(annotationRefusal(PROXY_CONFIG, `is not YAML: ${parsed.error}`));
  const decoded = decodeProxyConfig(parsed.value);
  if (decoded.ok) return ok(decoded.value as JsonObject);
  const [first] = decoded.error;
  return err(annotationRefusal(PROXY_CONFIG, [first?.path ?? "", first?.message ?? ""].filter((part) => part !== "").join(": ")));
}

function camelFields(config: JsonObject): JsonObject {
  const camel = (key: string): string => key.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [camel(key), value]));
}
