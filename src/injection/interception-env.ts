import { PROXY_CONTAINER, REDIRECTION_CONTAINER } from "../base/proxy-containers.ts";
import type { InterceptionMode } from "./interception.ts";
import { fieldAt, listAt } from "./json-object.ts";
import type { Container, Pod } from "./pod.ts";
import type { Refusal } from "./refusal.ts";

/** Tells agent and controller which rules the pod has: the injector writes it beside them, and nobody else. */
export const MODE_VARIABLE = "ISTIO_META_INTERCEPTION_MODE";

/** Where the pod's own proxy says another mode than the one that the rules are made of: calls would be taken in a way that nobody listens to. */
export function modeProblem(pod: Pod, mode: InterceptionMode): Refusal | undefined {
  return hasRules(pod) ? undefined : (problemIn(pod, "containers", mode) ?? problemIn(pod, "initContainers", mode));
}

/** A pod that was injected before has its rules already, and they stay. */
function hasRules({ initContainers }: Pod): boolean {
  return initContainers.some((container) => container.name === REDIRECTION_CONTAINER && listAt(container, "args").length > 0);
}

function problemIn(pod: Pod, list: "containers" | "initContainers", mode: InterceptionMode): Refusal | undefined {
  const at = pod[list].findIndex(({ name }) => name === PROXY_CONTAINER);
  const env: readonly unknown[] = listAt((pod[list][at] ?? {}) as Container, "env");
  const entry = env.findIndex((variable) => fieldAt(variable, "name") === MODE_VARIABLE && fieldAt(variable, "value") !== mode);
  if (entry < 0) return undefined;
  const message = `${MODE_VARIABLE} is not ${mode}, which holds for this pod; leave it out, and ask for a mode by sidecar.istio.io/interceptionMode`;
  return { path: `spec.${list}[${at}].env[${entry}]`, message };
}
