import { ADDED_CONTAINERS, CORE_DUMP_CONTAINER, PROXY_CONTAINER, REDIRECTION_CONTAINER } from "../../base/proxy-containers.ts";
import { type Amount, parseQuantity, quantityText } from "../../base/quantity.ts";
import type { ResourceValues } from "../injection-values.ts";
import { type JsonObject, listAt, objectAt } from "../json-object.ts";
import type { Container } from "../pod.ts";
import { type Fitting, fitContainer } from "./fit-container.ts";
import type { Bound, NamespaceLimits } from "./namespace-limits.ts";

export interface PodFitting extends Fitting {
  readonly container: string;
}

export interface FittedPod {
  readonly pod: JsonObject;
  readonly fittings: readonly PodFitting[];
}

/** Gives our containers such requests and limits that the namespace's LimitRanges and ResourceQuotas let the pod in, as far as ours decide. */
export function fitPod(pod: JsonObject, limits: NamespaceLimits | undefined): FittedPod {
  if (limits === undefined) return { pod, fittings: [] };
  const each = mapContainers(pod, (container) => fitContainer(resourcesOf(container), limits));
  return [...limits.podMax].reduce<FittedPod>((fitted, [resource, max]) => fitTotal(fitted, resource, max), each);
}

type Fitter = (container: Container) => { readonly resources: ResourceValues; readonly fittings: readonly Fitting[] };

function mapContainers(pod: JsonObject, fitter: Fitter): FittedPod {
  const spec = objectAt(pod, "spec");
  const fittings: PodFitting[] = [];
  const fitted = (list: string): readonly Container[] =>
    (listAt(spec, list) as readonly Container[]).map((container) => {
      // Only of ours it is for us to say.
      if (!ADDED_CONTAINERS.has(container.name)) return container;
      const { resources, fittings: own } = fitter(container);
      fittings.push(...own.map((each) => ({ container: container.name, ...each })));
      return own.length === 0 ? container : { ...container, resources: { ...objectAt(container, "resources"), ...resources } };
    });
  const lists = ["initContainers", "containers"].filter((list) => Array.isArray(spec[list])).map((list) => [list, fitted(list)]);
  return fittings.length === 0
    ? { pod, fittings }
    : { pod: { ...pod, spec: { ...spec, ...(Object.fromEntries(lists) as JsonObject) } }, fittings };
}

const OVER_BEFORE_THE_APP: readonly unknown[] = [REDIRECTION_CONTAINER, CORE_DUMP_CONTAINER];

/** Takes from our limits, down to the requests, what the pod as a whole may not have. Our init containers are over before the app runs. */
function fitTotal(fitted: FittedPod, resource: string, { amount, from }: Bound): FittedPod {
  const over = totalLimit(fitted.pod, resource) - amount;
  const shrunk = mapContainers(fitted.pod, (container) => {
    const resources = resourcesOf(container);
    const [limit, request] = [amountIn(resources.limits, resource), amountIn(resources.requests, resource) ?? 0n];
    const excess = container.name === PROXY_CONTAINER ? over : (limit ?? 0n) - amount;
    if (excess <= 0n || limit === undefined || limit <= request) return { resources, fittings: [] };
    const after = quantityText(limit - excess > request ? limit - excess : request, resource === "cpu" ? "decimal" : "binary");
    const change: Fitting = { field: `limits.${resource}`, before: String(resources.limits?.[resource]), after, from };
    return { resources: { ...resources, limits: { ...resources.limits, [resource]: after } }, fittings: [change] };
  });
  return { pod: shrunk.pod, fittings: [...fitted.fittings, ...shrunk.fittings] };
}

/** As Kubernetes adds it up, our own init containers aside: what runs side by side, or what an init container needs beside those that go on running, whichever is more. */
function totalLimit(pod: JsonObject, resource: string): Amount {
  const spec = objectAt(pod, "spec");
  const of = (container: Container): Amount => amountIn(resourcesOf(container).limits, resource) ?? 0n;
  let [running, most] = [0n, 0n];
  for (const container of listAt(spec, "initContainers") as readonly Container[]) {
    if (OVER_BEFORE_THE_APP.includes(container.name)) continue;
    if (container.restartPolicy === "Always") running += of(container);
    const here = container.restartPolicy === "Always" ? running : running + of(container);
    if (here > most) most = here;
  }
  const together = (listAt(spec, "containers") as readonly Container[]).reduce((sum, container) => sum + of(container), running);
  return together > most ? together : most;
}

function resourcesOf(container: Container): ResourceValues {
  const resources = objectAt(container, "resources");
  return { requests: objectAt(resources, "requests"), limits: objectAt(resources, "limits") } as ResourceValues;
}

function amountIn(quantities: ResourceValues["limits"], resource: string): Amount | undefined {
  const quantity = quantities?.[resource];
  return quantity === undefined ? undefined : parseQuantity(String(quantity));
}
