import { ADDED_CONTAINERS, CORE_DUMP_CONTAINER, PROXY_CONTAINER, REDIRECTION_CONTAINER } from "../../base/proxy-containers.ts";
import { type Amount, parseQuantity, quantityText } from "../../base/quantity.ts";
import type { ResourceValues } from "../injection-values.ts";
import { type JsonObject, listAt, objectAt } from "../json-object.ts";
import type { Container } from "../pod.ts";
import { type Fitting, fitContainer } from "./fit-container.ts";
import type { Bound, NamespaceLimits } from "./namespace-limits.ts";
import { amountIn, type Group, momentsOf, mostWhile, resourcesOf } from "./pod-moments.ts";

export interface PodFitting extends Fitting {
  readonly container: string;
}

export interface FittedPod {
  readonly pod: JsonObject;
  readonly fittings: readonly PodFitting[];
}

/** Those that are over before the app runs give way before the one that stays. */
const IN_TURN: readonly (readonly string[])[] = [[REDIRECTION_CONTAINER, CORE_DUMP_CONTAINER], [PROXY_CONTAINER]];

/** Gives our containers such requests and limits that the namespace's LimitRanges and ResourceQuotas let the pod in, as far as ours decide. */
export function fitPod(pod: JsonObject, limits: NamespaceLimits | undefined): FittedPod {
  if (limits === undefined) return { pod, fittings: [] };
  const each = mapContainers(pod, (container) => fitContainer(resourcesOf(container), limits));
  const resources = new Set([...limits.podMax.keys(), ...limits.demandedLimits.keys(), ...limits.demandedRequests.keys()]);
  return [...resources].reduce(
    (fitted, resource) => IN_TURN.reduce((one, ours) => fitTotal(one, { ours, resource, limits }), fitted),
    each,
  );
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

interface Total {
  /** Which of ours give way. */
  readonly ours: readonly string[];
  readonly resource: string;
  readonly limits: NamespaceLimits;
}

/** Takes from ours what the pod as a whole may not have. */
function fitTotal(fitted: FittedPod, total: Total): FittedPod {
  const limits = excesses(fitted.pod, "limits", total);
  const requests = excesses(fitted.pod, "requests", total);
  const shrunk = mapContainers(fitted.pod, (container) =>
    shrink(container, { limits: limits.get(container.name), requests: requests.get(container.name) }, total),
  );
  return { pod: shrunk.pod, fittings: [...fitted.fittings, ...shrunk.fittings] };
}

/** By container, how much too much the pod asks for while it runs. */
function excesses(pod: JsonObject, group: Group, total: Total): ReadonlyMap<string, Bound> {
  const moments = momentsOf(pod, group, total.resource);
  const end = moments.at(-1)?.sum ?? 0n;
  const found = total.ours.flatMap((name): [string, Bound][] => {
    const bound = boundOf(name, { group, end }, total);
    if (bound === undefined) return [];
    const over = mostWhile(name, moments) - bound.amount;
    return over > 0n ? [[name, { amount: over, from: bound.from }]] : [];
  });
  return new Map(found);
}

/**
 * What the pod may ask for while a container of ours runs. A quota counts its greatest moment, so what is over before the app runs is not
 * to need more than all that stay.
 */
function boundOf(name: string, { group, end }: { readonly group: Group; readonly end: Amount }, total: Total): Bound | undefined {
  const { podMax, demandedLimits, demandedRequests } = total.limits;
  const max = podMax.get(total.resource);
  const counted = (group === "limits" ? demandedLimits : demandedRequests).get(total.resource);
  if (name === PROXY_CONTAINER || counted === undefined) return max;
  return max !== undefined && max.amount <= end ? max : { amount: end, from: counted.from };
}

type Over = Readonly<Record<Group, Bound | undefined>>;

/** Our limits go down to the requests. The container that says where core dumps go needs next to nothing: its requests go down too. */
function shrink(container: Container, over: Over, { resource, limits }: Total): ReturnType<Fitter> {
  const resources = resourcesOf(container);
  const before = { limits: amountIn(resources.limits, resource), requests: amountIn(resources.requests, resource) };
  const least = container.name === CORE_DUMP_CONTAINER ? leastOf(resource, limits) : (before.requests ?? 0n);
  const after = giveWay(before, over, least);
  const changed = (["limits", "requests"] as const).flatMap((group) => {
    const amount = after[group];
    if (amount === undefined || amount === before[group]) return [];
    const from = (over[group] ?? over.limits ?? over.requests)?.from ?? "";
    const text = quantityText(amount, resource === "cpu" ? "decimal" : "binary");
    return [{ group, fitting: { field: `${group}.${resource}`, before: String(resources[group]?.[resource]), after: text, from } }];
  });
  const now = changed.map(({ group, fitting }) => [group, { ...resources[group], [resource]: fitting.after }]);
  return { resources: { ...resources, ...(Object.fromEntries(now) as ResourceValues) }, fittings: changed.map(({ fitting }) => fitting) };
}

type Amounts = Readonly<Record<Group, Amount | undefined>>;

/** A request is never above the limit, and one that gave way takes the limit with it: it would be too many times as much. */
function giveWay(before: Amounts, over: Over, least: Amount): Amounts {
  const limits = lowered(before.limits, over.limits, least);
  const asked = lowered(before.requests, over.requests, least);
  const requests = over.limits === undefined ? asked : smaller(asked, limits);
  return requests === before.requests ? { limits, requests } : { limits: smaller(limits, requests), requests };
}

function lowered(amount: Amount | undefined, over: Bound | undefined, least: Amount): Amount | undefined {
  if (amount === undefined || over === undefined || amount <= least) return amount;
  return amount - over.amount > least ? amount - over.amount : least;
}

/** The first, or the second where that is less. */
function smaller(one: Amount | undefined, other: Amount | undefined): Amount | undefined {
  return one !== undefined && other !== undefined && other < one ? other : one;
}

/** What a shell and one command run with. */
const LEAST: ReadonlyMap<string, string> = new Map([
  ["cpu", "1m"],
  ["memory", "16Mi"],
]);

/** Not below what the namespace wants of each container. */
function leastOf(resource: string, { min }: NamespaceLimits): Amount {
  const enough = parseQuantity(LEAST.get(resource) ?? "0") ?? 0n;
  const wanted = min.get(resource)?.amount ?? 0n;
  return wanted > enough ? wanted : enough;
}
