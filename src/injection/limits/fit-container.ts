import { type Amount, dividedUp, ONE, parseQuantity, quantityText } from "../../base/quantity.ts";
import type { ResourceValues } from "../injection-values.ts";
import type { Bound, Bounds, NamespaceLimits } from "./namespace-limits.ts";

/** One amount that was filled in or changed. */
export interface Fitting {
  /** `limits.cpu` */
  readonly field: string;
  readonly before: string | undefined;
  readonly after: string;
  readonly from: string;
}

export interface FittedResources {
  readonly resources: ResourceValues;
  readonly fittings: readonly Fitting[];
}

type Group = "requests" | "limits";

/** What a container asks for where nothing else says how much. */
const USUAL: Readonly<Record<Group, ReadonlyMap<string, Amount>>> = {
  requests: amounts({ cpu: "100m", memory: "128Mi" }),
  limits: amounts({ cpu: "2", memory: "1Gi" }),
};
const THOUSANDTH: Amount = ONE / 1000n;

/** Fills and clamps what one container asks for, so that LimitRanger and ResourceQuota let it in. What fits stays as it is written. */
export function fitContainer(resources: ResourceValues, limits: NamespaceLimits): FittedResources {
  const names = new Set([
    ...[...Object.keys(resources.requests ?? {}), ...Object.keys(resources.limits ?? {})],
    ...Object.values(limits satisfies Readonly<Record<keyof NamespaceLimits, Bounds>>).flatMap((bounds: Bounds) => [...bounds.keys()]),
  ]);
  const fitted = [...names].flatMap((name) => fitOne(name, resources, limits));
  return {
    resources: { ...changed(resources, fitted, "limits"), ...changed(resources, fitted, "requests") },
    fittings: fitted.map(({ group, name, ...rest }) => ({ field: `${group}.${name}`, ...rest })),
  };
}

interface Change extends Omit<Fitting, "field"> {
  readonly group: Group;
  readonly name: string;
}

function changed(resources: ResourceValues, changes: readonly Change[], group: Group): ResourceValues {
  const own = changes.filter((change) => change.group === group).map(({ name, after }) => [name, after]);
  const all = { ...resources[group], ...(Object.fromEntries(own) as Record<string, string>) };
  return Object.keys(all).length === 0 ? {} : { [group]: all };
}

function fitOne(name: string, resources: ResourceValues, limits: NamespaceLimits): readonly Change[] {
  const before = { limits: textOf(resources.limits?.[name]), requests: textOf(resources.requests?.[name]) };
  const given = { limits: amountOf(before.limits), requests: amountOf(before.requests) };
  // What is no amount is for the API server to refuse.
  if (given.limits === "none" || given.requests === "none") return [];
  const of = (bounds: Bounds) => bounds.get(name);
  const rules: Rules = {
    ...{ min: of(limits.min), max: of(limits.max), ratio: of(limits.ratio) },
    ...{ defaultLimit: of(limits.defaultLimit), defaultRequest: of(limits.defaultRequest) },
    ...{ demandedLimit: of(limits.demandedLimits), demandedRequest: of(limits.demandedRequests) },
    ...{ usualLimit: USUAL.limits.get(name), usualRequest: USUAL.requests.get(name) },
    grain: name === "cpu" ? THOUSANDTH : ONE,
  };
  const fitted = fitAmounts({ limit: given.limits, request: given.requests }, rules);
  const change = (group: Group, old: Amount | undefined, now: Sized | undefined): readonly Change[] =>
    now === undefined || now.amount === old
      ? []
      : [{ group, name, before: before[group], after: quantityText(now.amount, name === "cpu" ? "decimal" : "binary"), from: now.from }];
  return [...change("limits", given.limits, fitted.limit), ...change("requests", given.requests, fitted.request)];
}

interface Rules {
  readonly min: Bound | undefined;
  readonly max: Bound | undefined;
  readonly ratio: Bound | undefined;
  readonly defaultLimit: Bound | undefined;
  readonly defaultRequest: Bound | undefined;
  readonly demandedLimit: Bound | undefined;
  readonly demandedRequest: Bound | undefined;
  readonly usualLimit: Amount | undefined;
  readonly usualRequest: Amount | undefined;
  /** The least by which amounts differ. */
  readonly grain: Amount;
}

type Sized = Bound;

function fitAmounts(given: { limit: Amount | undefined; request: Amount | undefined }, rules: Rules) {
  const asked = given.limit === undefined ? missingLimit(given.request, rules) : { amount: given.limit, from: "" };
  const limit = clamped(asked, rules);
  const wanted = given.request === undefined ? missingRequest(limit, rules) : { amount: given.request, from: "" };
  const request = spread(clamped(wanted, rules), limit, rules);
  // Both are within the bounds: a request above the limit lifts it.
  const lifted =
    limit !== undefined && request !== undefined && request.amount > limit.amount ? { ...limit, amount: request.amount } : limit;
  return { limit: lifted, request };
}

/** A limit that has to be there: the namespace's own default, else the most it allows, else the usual. */
function missingLimit(request: Amount | undefined, { defaultLimit, max, ratio, demandedLimit, usualLimit }: Rules): Sized | undefined {
  const reason = defaultLimit ?? max ?? ratio ?? demandedLimit;
  if (reason === undefined) return undefined;
  const amount = (defaultLimit ?? max)?.amount ?? usualLimit ?? request;
  return amount === undefined ? undefined : { amount: most(amount, request), from: reason.from };
}

function missingRequest(limit: Sized | undefined, { defaultRequest, min, ratio, demandedRequest, usualRequest }: Rules): Sized | undefined {
  const reason = defaultRequest ?? min ?? ratio ?? demandedRequest;
  if (reason === undefined) return undefined;
  const amount = (defaultRequest ?? min)?.amount ?? usualRequest ?? limit?.amount;
  return amount === undefined ? undefined : { amount: least(amount, limit?.amount), from: reason.from };
}

function clamped(sized: Sized | undefined, { min, max }: Rules): Sized | undefined {
  if (sized === undefined) return undefined;
  if (max !== undefined && sized.amount > max.amount) return max;
  return min !== undefined && sized.amount < min.amount ? min : sized;
}

/** The request is raised, and the limit stays: a sidecar is never given less than it was meant to have where it may have more. */
function spread(request: Sized | undefined, limit: Sized | undefined, { ratio, grain }: Rules): Sized | undefined {
  if (ratio === undefined || ratio.amount < ONE || request === undefined || limit === undefined) return request;
  if (request.amount > 0n && limit.amount * ONE <= request.amount * ratio.amount) return request;
  const needed = dividedUp(limit.amount * ONE, ratio.amount);
  return { amount: dividedUp(needed, grain) * grain, from: ratio.from };
}

function most(one: Amount, other: Amount | undefined): Amount {
  return other !== undefined && other > one ? other : one;
}

function least(one: Amount, other: Amount | undefined): Amount {
  return other !== undefined && other < one ? other : one;
}

function textOf(quantity: string | number | undefined): string | undefined {
  return quantity === undefined ? undefined : String(quantity);
}

function amountOf(text: string | undefined): Amount | "none" | undefined {
  return text === undefined ? undefined : (parseQuantity(text) ?? "none");
}

function amounts(map: Readonly<Record<string, string>>): ReadonlyMap<string, Amount> {
  return new Map(Object.entries(map).map(([name, text]) => [name, parseQuantity(text) ?? 0n]));
}
