import { fieldAt, isObject, type JsonObject, listAt, objectAt } from "./json-object.ts";
import type { Container } from "./pod.ts";

/** What the agent asks of the app, by the path under which the kubelet asks the agent. */
export type Probers = Readonly<Record<string, JsonObject>>;

export interface RewrittenContainer {
  readonly container: Container;
  readonly probers: Probers;
}

const PROBES: Readonly<Record<string, string>> = { livenessProbe: "livez", readinessProbe: "readyz", startupProbe: "startupz" };
const HOOKS: Readonly<Record<string, string>> = { preStop: "prestopz", postStart: "poststartz" };

/**
 * Leads a container's probes and hooks to the agent, which asks the app from inside the pod: the kubelet has no certificate
 * and would be caught by the redirection. Commands (`exec`) are left alone, and so is what already leads to the agent.
 */
export function rewriteProbes(container: Container, agentPort: number): RewrittenContainer {
  const probes = rewriteFields(container, PROBES, { container, agentPort, root: "app-health", grpc: true });
  const lifecycle = container.lifecycle;
  if (!isObject(lifecycle)) return { container: probes.value as Container, probers: probes.probers };
  const hooks = rewriteFields(lifecycle, HOOKS, { container, agentPort, root: "app-lifecycle", grpc: false });
  return { container: { ...(probes.value as Container), lifecycle: hooks.value }, probers: { ...probes.probers, ...hooks.probers } };
}

interface Target {
  readonly container: Container;
  readonly agentPort: number;
  readonly root: string;
  readonly grpc: boolean;
}

function rewriteFields(
  holder: JsonObject,
  fields: Readonly<Record<string, string>>,
  target: Target,
): { value: JsonObject; probers: Probers } {
  const changed: Record<string, JsonObject> = {};
  const probers: Record<string, JsonObject> = {};
  for (const [field, suffix] of Object.entries(fields)) {
    const probe = holder[field];
    const prober = isObject(probe) ? proberOf(probe, target) : undefined;
    if (prober === undefined || !isObject(probe)) continue;
    const path = `/${target.root}/${target.container.name}/${suffix}`;
    probers[path] = prober;
    changed[field] = { ...withoutHandlers(probe), httpGet: { ...keptOf(probe), path, port: target.agentPort } };
  }
  return { value: { ...holder, ...changed }, probers };
}

/** The handler with its port as a number; absent for commands, for the agent's own port, and for a port name that nothing declares. */
function proberOf(probe: JsonObject, { container, agentPort, grpc }: Target): JsonObject | undefined {
  for (const handler of grpc ? ["httpGet", "tcpSocket", "grpc"] : ["httpGet", "tcpSocket"]) {
    const action = probe[handler];
    if (!isObject(action)) continue;
    const port = portNumber(action.port, container);
    if (port === undefined || port === agentPort) return undefined;
    const timeout = fieldAt(probe, "timeoutSeconds");
    return { [handler]: { ...action, port }, ...(typeof timeout === "number" ? { timeoutSeconds: timeout } : {}) };
  }
  return undefined;
}

function portNumber(port: unknown, container: Container): number | undefined {
  if (typeof port === "number") return port;
  const declared = listAt(container, "ports").find((item) => fieldAt(item, "name") === port);
  const number = fieldAt(declared, "containerPort");
  if (typeof number === "number") return number;
  return typeof port === "string" && /^\d+$/.test(port) ? Number(port) : undefined;
}

/** What else the kubelet was to ask by. The agent speaks HTTP, and it is the agent that knows the host. */
function keptOf(probe: JsonObject): JsonObject {
  const { host: _host, scheme, ...kept } = objectAt(probe, "httpGet");
  return scheme === undefined ? kept : { ...kept, scheme: "HTTP" };
}

function withoutHandlers(probe: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(probe).filter(([key]) => !["httpGet", "tcpSocket", "grpc"].includes(key)));
}
