import { type ConfigInspection, inspectProxyConfig } from "../api/mesh/decode-mesh-config.ts";
import { PROXY_CONFIG_ANNOTATION, type ProxyConfig } from "../api/mesh/proxy-config.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Finding } from "../telemetry/finding.ts";
import { checkProxyConfig } from "../validation/check/proxy-config.ts";
import { isObject, type JsonObject, objectAt } from "./json-object.ts";
import { annotationRefusal, type Refusal } from "./refusal.ts";

/** What one pod's proxy configuration is merged from; later ones win. */
export interface ProxyConfigSources {
  /** Where the controller answers, if nothing else is said. */
  readonly controller: string;
  /** Address that an annotation of its own asks for. */
  readonly asked: string | undefined;
  readonly meshDefault: object;
  /** What the pod's annotation says. */
  readonly own: object;
  /** Lists of `proxyStatsMatcher` that annotations of their own ask for. */
  readonly statistics: object;
}

/**
 * Longer than any settings are, and read in a tenth of a second: YAML takes some seconds a megabyte, and the API server, which stores no
 * annotation of that size, asks us before it looks.
 */
const MOST_CHARACTERS = 65_536;
const TOO_LONG = `is longer than ${MOST_CHARACTERS} characters; write only what differs from defaultConfig of the mesh configuration`;

/** Reads a pod's annotation, which is YAML; its findings are warnings. What could not be in the mesh's defaultConfig cannot be here. */
export function ownProxyConfig(
  annotation: string | undefined,
  parseYaml: (text: string) => Result<unknown, string>,
): Result<Required<Pick<ConfigInspection<ProxyConfig>, "value" | "findings">>, Refusal> {
  if (annotation === undefined || annotation.trim() === "") return ok({ value: {}, findings: [] });
  if (annotation.length > MOST_CHARACTERS) return err(annotationRefusal(PROXY_CONFIG_ANNOTATION, TOO_LONG));
  const parsed = parseYaml(annotation);
  if (!parsed.ok) return err(annotationRefusal(PROXY_CONFIG_ANNOTATION, `is not YAML: ${parsed.error}`));
  const { value, findings: read } = inspectProxyConfig(parsed.value);
  const findings = value === undefined ? read : [...read, ...checkProxyConfig(value, "").map(withoutDot)];
  const wrong = findings.find(({ level }) => level === "error");
  if (value !== undefined && wrong === undefined) return ok({ value, findings });
  const { path = "", message = "" } = wrong ?? {};
  return err(annotationRefusal(PROXY_CONFIG_ANNOTATION, [path, message].filter((part) => part !== "").join(": ")));
}

const withoutDot = (found: Finding): Finding => ({ ...found, path: found.path.replace(/^\./, "") });

/**
 * Field by field, the annotation over the mesh's defaultConfig; `proxyMetadata` name by name.
 * Fields in snake_case are the same fields (protobuf JSON), so they are brought to camelCase before merging.
 */
export function proxyConfig({ controller, asked, meshDefault, own, statistics }: ProxyConfigSources): JsonObject {
  const base = camelFields(meshDefault as JsonObject);
  const metadata = { ...proxyMetadata(base), ...proxyMetadata(own as JsonObject) };
  const merged: JsonObject = { discoveryAddress: controller, ...base, ...own, ...(asked === undefined ? {} : { discoveryAddress: asked }) };
  return {
    ...merged,
    ...(Object.keys(metadata).length > 0 && { proxyMetadata: metadata }),
    ...(Object.keys(statistics).length > 0 && { proxyStatsMatcher: { ...objectAt(merged, "proxyStatsMatcher"), ...statistics } }),
  };
}

/** Environment variables that the proxy configuration asks for. */
export function proxyMetadata(config: JsonObject): Readonly<Record<string, string>> {
  const metadata = config.proxyMetadata;
  return isObject(metadata) ? Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, String(value)])) : {};
}

function camelFields(config: JsonObject): JsonObject {
  const camel = (key: string): string => key.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [camel(key), value]));
}
