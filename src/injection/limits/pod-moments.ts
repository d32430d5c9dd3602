import { PROXY_CONTAINER } from "../../base/proxy-containers.ts";
import { type Amount, parseQuantity } from "../../base/quantity.ts";
import type { ResourceValues } from "../injection-values.ts";
import { type JsonObject, listAt, objectAt } from "../json-object.ts";
import type { Container } from "../pod.ts";

export type Group = "requests" | "limits";

/** What runs at once in a pod: an init container beside those before it that go on, or in the end all that stay. */
export interface Moment {
  /** The init container that is over afterwards; undefined in the end. */
  readonly container: string | undefined;
  readonly withProxy: boolean;
  readonly sum: Amount;
}

/** As Kubernetes adds it up: what a pod needs is what its greatest moment does. */
export function momentsOf(pod: JsonObject, group: Group, resource: string): readonly Moment[] {
  const spec = objectAt(pod, "spec");
  const of = (container: Container): Amount => amountIn(resourcesOf(container)[group], resource) ?? 0n;
  const moments: Moment[] = [];
  let [running, withProxy] = [0n, false];
  for (const container of listAt(spec, "initContainers") as readonly Container[]) {
    if (container.restartPolicy !== "Always") {
      moments.push({ container: container.name, withProxy, sum: running + of(container) });
      continue;
    }
    running += of(container);
    withProxy ||= container.name === PROXY_CONTAINER;
  }
  const sum = (listAt(spec, "containers") as readonly Container[]).reduce((all, container) => all + of(container), running);
  return [...moments, { container: undefined, withProxy: true, sum }];
}

/** The most that is needed while the proxy, or one of the init containers, runs. */
export function mostWhile(name: string, moments: readonly Moment[]): Amount {
  let most = 0n;
  for (const { container, withProxy, sum } of moments) {
    const there = name === PROXY_CONTAINER ? withProxy : container === name;
    if (there && sum > most) most = sum;
  }
  return most;
}

export function resourcesOf(container: Container): ResourceValues {
  const resources = objectAt(container, "resources");
  return { requests: objectAt(resources, "requests"), limits: objectAt(resources, "limits") } as ResourceValues;
}

export function amountIn(quantities: ResourceValues["limits"], resource: string): Amount | undefined {
  const quantity = quantities?.[resource];
  return quantity === undefined ? undefined : parseQuantity(String(quantity));
}
