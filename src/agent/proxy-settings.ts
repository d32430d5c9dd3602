import { durationMs } from "../base/duration.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { JsonValue } from "../bootstrap/node-description.ts";

/** The proxy configuration as the injector hands it over, field by field as the user wrote it. */
export type ProxySettings = Readonly<Record<string, JsonValue>>;

/**
 * Reads `PROXY_CONFIG`: JSON, or the flat part of YAML (`name: value`, one a line) that people set by hand.
 * snake_case is taken as protobuf JSON takes it.
 */
export function readProxySettings(text: string): Result<ProxySettings, string> {
  if (text.trim() === "") return ok({});
  const parsed = parse(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return err(`PROXY_CONFIG must be a JSON object, as {"discoveryAddress": "fairlead.istio-system.svc:15012"}, or lines of "name: value"`);
  }
  return ok(Object.fromEntries(Object.entries(parsed).map(([key, value]) => [camel(key), value])));
}

const camel = (key: string): string => key.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return parseLines(text);
  }
}

function parseLines(text: string): JsonValue | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  const pairs = lines.map((line) => /^([A-Za-z_]\w*):\s+(.+?)\s*$/.exec(line));
  if (pairs.some((pair) => pair === null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", scalar(pair?.[2] ?? "")]));
}

function scalar(text: string): JsonValue {
  const quoted = /^(["'])(.*)\1$/.exec(text)?.[2];
  if (quoted !== undefined) return quoted;
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

export function textSetting(settings: ProxySettings, name: string): string | undefined {
  const value = settings[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function numberSetting(settings: ProxySettings, name: string): number | undefined {
  const value = settings[name];
  return typeof value === "number" ? value : undefined;
}

/** A duration in Go's syntax, in milliseconds. */
export function durationSetting(settings: ProxySettings, name: string): number | undefined {
  const value = textSetting(settings, name);
  return value === undefined ? undefined : durationMs(value);
}

/** A list of texts inside a nested object, as `proxyStatsMatcher.inclusionPrefixes`. */
export function listSetting(settings: ProxySettings, name: string, field: string): readonly string[] {
  const holder = settings[name];
  const list = typeof holder === "object" && holder !== null && !Array.isArray(holder) ? (holder as ProxySettings)[field] : undefined;
  return Array.isArray(list) ? list.map(String) : [];
}

/** A map of texts. */
export function mapSetting(settings: ProxySettings, name: string): Readonly<Record<string, string>> {
  const map = settings[name];
  if (typeof map !== "object" || map === null || Array.isArray(map)) return {};
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]));
}
