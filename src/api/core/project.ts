import { PROXY_CONTAINER } from "../../base/proxy-containers.ts";
import { isJsonObject, type JsonObject, ownField } from "../json-kind.ts";

/** Takes a kind's body out of the wire's form of the object, before it is held against the schema of {@link ./core.ts}. */
export type Projection = (raw: JsonObject) => unknown;

function part(raw: JsonObject, name: string): JsonObject {
  const value = ownField(raw, name);
  return isJsonObject(value) ? value : {};
}

/** Deeper than any field that is read; what lies below is dropped with its field. */
const DEEPEST = 8;

/** Kubernetes' own kinds write null for what is not set. */
function withoutNulls(value: unknown, depth = 0): unknown {
  if (depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, depth + 1));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item, depth + 1)]));
}

function pick(from: JsonObject, names: readonly string[]): Record<string, unknown> {
  const entries = names.flatMap((name) => (ownField(from, name) == null ? [] : [[name, from[name]] as const]));
  return Object.fromEntries(entries);
}

/** The spec as it is; absent counts as empty. */
export const specOf: Projection = (raw) => ownField(raw, "spec") ?? {};

export const projectService: Projection = (raw) => withoutNulls(part(raw, "spec"));

export const projectEndpointSlice: Projection = (raw) => {
  const body = withoutNulls(pick(raw, ["endpoints", "ports", "addressType"]));
  return { endpoints: [], ports: [], ...(body as JsonObject) };
};

const POD_FIELDS = ["serviceAccountName", "nodeName", "hostNetwork", "containers", "initContainers", "securityContext"];

export const projectPod: Projection = (raw) => {
  const status = part(raw, "status");
  const ips = ownField(status, "podIPs");
  return {
    ...(withoutNulls(pick(part(raw, "spec"), POD_FIELDS)) as JsonObject),
    ...pick(status, ["podIP", "phase"]),
    ...(Array.isArray(ips) && { podIPs: ips.map((entry: unknown) => (isJsonObject(entry) ? ownField(entry, "ip") : entry)) }),
    ready: isReady(ownField(status, "conditions")),
    ...(keepsSource(part(raw, "spec")) && { keepsSource: true }),
    ...(isAppEnded(part(raw, "spec"), members(status, "containerStatuses")) && { appEnded: true }),
  };
};

/** The objects of a list, none where it is no list. */
function members(from: JsonObject, list: string): readonly JsonObject[] {
  const value = ownField(from, list);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The injector writes the mode for the proxy beside the rules that it makes of it, so that both are of one mind for the pod's life. */
function keepsSource(spec: JsonObject): boolean {
  return [...members(spec, "initContainers"), ...members(spec, "containers")]
    .filter((container) => ownField(container, "name") === PROXY_CONTAINER)
    .flatMap((proxy) => members(proxy, "env"))
    .some((entry) => ownField(entry, "name") === "ISTIO_META_INTERCEPTION_MODE" && ownField(entry, "value") === "TPROXY");
}

/** A kubelet starts a container again unless the pod says Never, or OnFailure and it ended well. */
function isAppEnded(spec: JsonObject, statuses: readonly JsonObject[]): boolean {
  const policy = ownField(spec, "restartPolicy");
  if (policy !== "Never" && policy !== "OnFailure") return false;
  const ended = new Set(statuses.filter(hasEnded(policy)).map((status) => ownField(status, "name")));
  const names = members(spec, "containers").map((container) => ownField(container, "name"));
  const app = names.filter((name) => name !== PROXY_CONTAINER);
  return app.length > 0 && app.every((name) => ended.has(name));
}

const hasEnded =
  (policy: "Never" | "OnFailure") =>
  (status: JsonObject): boolean => {
    const terminated = ownField(part(status, "state"), "terminated");
    return isJsonObject(terminated) && (policy === "Never" || ownField(terminated, "exitCode") === 0);
  };

function isReady(conditions: unknown): boolean {
  if (!Array.isArray(conditions)) return false;
  return conditions.some((condition: unknown) => isJsonObject(condition) && condition.type === "Ready" && condition.status === "True");
}

/** The template under a path of fields, its labels and annotations beside the pod's spec. */
export function projectTemplate(...path: readonly string[]): Projection {
  return (raw) => {
    const template = path.reduce(part, raw);
    const named = pick(part(template, "metadata"), ["labels", "annotations"]);
    return withoutNulls({ ...pick(part(template, "spec"), POD_FIELDS), ...named });
  };
}

export const projectWebhooks: Projection = (raw) => withoutNulls(pick(raw, ["webhooks"]));

export const projectNamespace: Projection = () => ({});

export const projectConfigMap: Projection = (raw) => pick(raw, ["data"]);

export const projectSecret: Projection = (raw) => pick(raw, ["type", "data", "stringData"]);
