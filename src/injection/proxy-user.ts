import { PROXY_CONTAINER } from "../base/proxy-containers.ts";
import type { InterceptionMode } from "./interception.ts";
import { fieldAt, isObject, type JsonObject, objectAt } from "./json-object.ts";
import type { Container, Pod } from "./pod.ts";

/** User and group of the proxy: the redirection lets this user's traffic pass. */
export const PROXY_UID = 1337;

/** Whose traffic the redirection lets pass: the user that the pod's own `istio-proxy` is to run as. Root's calls are never let pass. */
export function proxyUser({ containers, initContainers }: Pod): number {
  const own = [...containers, ...initContainers].find(isProxy);
  const user = fieldAt(objectAt(own, "securityContext"), "runAsUser");
  return typeof user === "number" && user !== 0 ? user : PROXY_UID;
}

/** The caller's address is kept by root only (TPROXY): whatever user the pod's own `istio-proxy` asks for. */
export function withTransparentUser(pod: Pod, mode: InterceptionMode): Pod {
  if (mode !== "TPROXY") return pod;
  return { ...pod, containers: pod.containers.map(asRoot), initContainers: pod.initContainers.map(asRoot) };
}

function asRoot(container: Container): Container {
  const context: unknown = container.securityContext;
  if (!isProxy(container) || !isObject(context) || typeof context.runAsUser !== "number") return container;
  const root: JsonObject = { ...context, runAsUser: 0 };
  return { ...container, securityContext: root };
}

/** Whether a pod has a container of the proxy's name already. */
export function hasProxy({ containers, initContainers }: Pod): boolean {
  return containers.some(isProxy) || initContainers.some(isProxy);
}

function isProxy({ name }: Container): boolean {
  return name === PROXY_CONTAINER;
}
