import { isKind, type Kind, type StoredObject } from "../api/object.ts";
import { fullHost, serviceHost } from "../model/short-host.ts";

/** Kinds that some rule asks for. */
const WORLD_KINDS = [
  "Service",
  "ServiceEntry",
  "DestinationRule",
  "VirtualService",
  "Gateway",
  "Sidecar",
  "Pod",
] as const satisfies readonly Kind[];

type WorldKind = (typeof WORLD_KINDS)[number];

export function isWorldObject(object: StoredObject): object is StoredObject<WorldKind> {
  return (WORLD_KINDS as readonly Kind[]).includes(object.kind);
}

/** Under which keys an object is found, a word before each for the question. */
export function worldKeys(object: StoredObject): readonly string[] {
  const { namespace, name } = object.metadata;
  if (isKind("Service", object)) return [serviceKey(serviceHost(name, namespace))];
  if (isKind("ServiceEntry", object)) return object.spec.hosts.map((host) => serviceKey(host.toLowerCase()));
  if (isKind("DestinationRule", object)) return [ruleKey(fullHost(object.spec.host, namespace))];
  if (isKind("VirtualService", object)) return onMesh(object) ? hostsOf(object).map(routesKey) : [];
  if (isKind("Gateway", object)) return [nearKey("namespace", namespace), nearKey("name", name), ...servers(object)];
  if (isKind("Sidecar", object)) return isForAll(object) ? [sidecarKey(namespace)] : [];
  return object.kind === "Pod" ? [podKey(), ...Object.entries(object.metadata.labels).map((label) => podKey(label))] : [];
}

export const serviceKey = (host: string): string => `service ${host}`;
export const ruleKey = (host: string): string => `rule ${host}`;
export const routesKey = (host: string): string => `routes ${host}`;
export const serverKey = (port: number, host: string): string => `server ${port} ${host}`;
export const nearKey = (by: "namespace" | "name", value: string): string => `gateway ${by} ${value}`;
export const sidecarKey = (namespace: string): string => `sidecar ${namespace}`;
/** Without a label: every pod. */
export const podKey = (label?: readonly [name: string, value: string]): string => (label ? `pod ${label[0]}=${label[1]}` : "pod");

function servers({ spec }: StoredObject<"Gateway">): readonly string[] {
  return (spec.servers ?? []).flatMap(({ port, hosts }) => hosts.map((host) => serverKey(port.number, host)));
}

export function isForAll({ spec }: StoredObject<"Sidecar">): boolean {
  return Object.keys(spec.workloadSelector?.labels ?? {}).length === 0;
}

export function onMesh({ spec: { gateways = ["mesh"] } }: StoredObject<"VirtualService">): boolean {
  return gateways.length === 0 || gateways.includes("mesh");
}

/** Hosts of a VirtualService, made whole. */
export function hostsOf({ spec, metadata }: StoredObject<"VirtualService">): readonly string[] {
  return (spec.hosts ?? []).map((host) => fullHost(host, metadata.namespace));
}
