import { fieldPath } from "../api/field-path.ts";
import { isJsonObject, ownField } from "../api/json-kind.ts";
import { inspectProxyConfig } from "../api/mesh/decode-mesh-config.ts";
import { PROXY_CONFIG_ANNOTATION as NAME } from "../api/mesh/proxy-config.ts";
import { finding } from "../telemetry/catalogue.ts";
import type { Finding } from "../telemetry/finding.ts";
import { checkProxyConfig } from "../validation/check/proxy-config.ts";
import { sites } from "../validation/metadata/sites.ts";
import { notBuilt } from "../validation/not-built.ts";
import { readYaml } from "./yaml-text.ts";

/** Warnings for the settings of proxies that the pods of an object carry in their annotation, which is YAML: of all kinds that make pods. */
export function proxySettingsFindings(raw: unknown): readonly Finding[] {
  if (!isJsonObject(raw)) return [];
  return sites(raw).flatMap(({ on, metadata, path }) => {
    const annotations = on === "Pod" ? ownField(metadata, "annotations") : undefined;
    const text = isJsonObject(annotations) ? ownField(annotations, NAME) : undefined;
    return typeof text === "string" ? findingsIn(text, fieldPath(`${path}.annotations`, NAME)) : [];
  });
}

function findingsIn(text: string, path: string): readonly Finding[] {
  const [document] = readYaml(text);
  const [broken] = document?.broken ?? [];
  if (broken !== undefined) return [bad(text, path, `YAML: ${broken.fault}`)];
  const { value, findings } = inspectProxyConfig(document?.value);
  const all = value === undefined ? findings : [...findings, ...checkProxyConfig(value, ""), ...notBuilt("ProxyConfig", value, "")];
  return all.map((found) => told(found, text, path));
}

/** What cannot be is told of the annotation, with the inner field; what is only doubtful stands at that field, in the injector's words. */
function told(found: Finding, text: string, path: string): Finding {
  const inner = found.path.replace(/^\./, "");
  if (found.level !== "error") return { ...found, path: `${path}.${inner}` };
  return bad(text, path, `settings that can be: ${inner === "" ? "" : `${inner}: `}${found.message}`);
}

const bad = (value: string, path: string, form: string): Finding => finding("badMetadataValue", path, { value, name: NAME, form });
