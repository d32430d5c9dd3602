import { PROXY_CONTAINER } from "../base/proxy-containers.ts";
import type { Pod } from "./pod.ts";

/** Names of the app's own containers. */
export function appContainers({ containers }: Pod): readonly string[] {
  return containers.map(({ name }) => name).filter((name) => name !== PROXY_CONTAINER);
}

/** Which container `kubectl exec` and `kubectl logs` mean where none is named. */
export function defaultContainer(name: string | undefined): Readonly<Record<string, string>> {
  if (name === undefined) return {};
  return { "kubectl.kubernetes.io/default-container": name, "kubectl.kubernetes.io/default-logs-container": name };
}
