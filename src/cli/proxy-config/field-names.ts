/** Maps whose keys and values are data, not fields (`core.v3.Metadata`). */
const DATA = new Set(["filter_metadata", "filterMetadata"]);

/**
 * Envoy's admin interface writes field names as in the .proto files; istioctl, and the scripts that read it, have protobuf's JSON
 * names: `virtual_hosts` becomes `virtualHosts`.
 */
export function jsonFieldNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonFieldNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [jsonName(name), DATA.has(name) ? child : jsonFieldNames(child)]));
}

function jsonName(name: string): string {
  return /^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(name) ? name.replace(/_([a-z0-9])/g, (_, first: string) => first.toUpperCase()) : name;
}
