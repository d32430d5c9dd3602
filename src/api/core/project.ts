import { isJsonObject, type JsonObject, ownField } from "../json-kind.ts";

/** Takes a kind's body out of the wire's form of the object, before it is held against the schema of {@link ./core.ts}. */
export type Projection = (raw: JsonObject) => unknown;

function part(raw: JsonObject, name: string): JsonObject {
  const value = ownField(raw, name);
  return isJsonObject(value) ? value : {};
}

/** Kubernetes' own kinds write null for lists without entries. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, item] as const])));
}

function pick(from: JsonObject, names: readonly string[]): Record<string, unknown> {
  const entries = names.flatMap((name) => (ownField(from, name) == null ? [] : [[name, from[name]] as const]));
  return Object.fromEntries(entries);
}

/** The spec as it is; absent counts as empty. */
export const specOf: Projection = (raw) => ownField(raw, "spec") ?? {};

export const projectService: Projection = (raw) => withoutNulls(part(raw, "spec"));

export const projectEndpointSlice: Projection = (raw) => {
  const { endpoints, ports, addressType } = pick(raw, ["endpoints", "ports", "addressType"]);
  return {
    ...(addressType !== undefined && { addressType }),
    endpoints: Array.isArray(endpoints) ? endpoints.map(endpointWithoutNulls) : [],
    ports: Array.isArray(ports) ? ports.map(withoutNulls) : [],
  };
};

function endpointWithoutNulls(endpoint: unknown): unknown {
  if (!isJsonObject(endpoint)) return endpoint;
  const clean = pick(endpoint, Object.keys(endpoint));
  return { ...clean, ...(isJsonObject(clean.conditions) && { conditions: withoutNulls(clean.conditions) }) };
}

export const projectPod: Projection = (raw) => {
  const status = part(raw, "status");
  const ips = ownField(status, "podIPs");
  return {
    ...pick(part(raw, "spec"), ["serviceAccountName", "nodeName", "hostNetwork", "containers"]),
    ...pick(status, ["podIP", "phase"]),
    ...(Array.isArray(ips) && { podIPs: ips.map((entry: unknown) => (isJsonObject(entry) ? ownField(entry, "ip") : entry)) }),
    ready: isReady(ownField(status, "conditions")),
  };
};

function isReady(conditions: unknown): boolean {
  if (!Array.isArray(conditions)) return false;
  return conditions.some((condition: unknown) => isJsonObject(condition) && condition.type === "Ready" && condition.status === "True");
}

export const projectNamespace: Projection = () => ({});

export const projectConfigMap: Projection = (raw) => pick(raw, ["data"]);

export const projectSecret: Projection = (raw) => pick(raw, ["type", "data"]);
